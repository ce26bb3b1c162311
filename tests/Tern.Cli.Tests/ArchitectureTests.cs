using System.Xml.Linq;
using Xunit;

namespace Tern.Cli.Tests;

/// <summary>Core &lt;- {Training, Export} &lt;- Cli, and libtorch behind Training only: read from the built assembly and from the project files.</summary>
public sealed class ArchitectureTests
{
    static readonly string Source = Path.Combine(Repository.Root, "src");

    [Fact]
    public void Core_references_the_framework_only()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string[] foreign = [.. typeof(TernException).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!).Where(name => !File.Exists(Path.Combine(framework, name + ".dll")))];
        Assert.Empty(foreign);
        Assert.Empty(Items("Tern.Core", "PackageReference"));
        Assert.Empty(Items("Tern.Core", "ProjectReference"));
    }

    [Fact]
    public void Training_knows_Core_and_not_the_program() =>
        Assert.Equal(["Tern.Core"], Items("Tern.Training", "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path)));

    [Fact]
    public void Export_knows_Core_alone()
    {
        Assert.Equal(["Tern.Core"], Items("Tern.Export", "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path)));
        Assert.Empty(Items("Tern.Export", "PackageReference"));
    }

    [Fact]
    public void Only_Training_brings_TorchSharp_and_only_the_program_reaches_it_through_Training()
    {
        foreach (string project in Directory.GetDirectories(Source).Select(path => Path.GetFileName(path)))
        {
            bool brings = Items(project, "PackageReference").Any(name => name.StartsWith("TorchSharp", StringComparison.Ordinal) || name.StartsWith("libtorch", StringComparison.Ordinal));
            bool reaches = Items(project, "ProjectReference").Any(path => path.Contains("Tern.Training", StringComparison.Ordinal));
            Assert.Equal((project == "Tern.Training", project == "Tern.Cli"), (brings, reaches));
        }
    }

    static IEnumerable<string> Items(string project, string kind) =>
        XDocument.Load(Path.Combine(Source, project, project + ".csproj")).Descendants(kind)
            .Where(item => (string?)item.Attribute("PrivateAssets") != "all") // analyzers: of the build alone
            .Select(item => (string)item.Attribute("Include")!);
}
