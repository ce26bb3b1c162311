using System.CommandLine;
using System.Text.RegularExpressions;
using Xunit;

namespace Tern.Cli.Tests.Docs;

/// <summary>What the pages show is what the program takes and what compiles.</summary>
public sealed partial class DocsTests
{
    public static TheoryData<string> Pages() =>
        [.. new[] { "README.md", "CONTRIBUTING.md" }.Concat(Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(path => Path.GetRelativePath(Repository.Root, path)))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Commands_are_right_usage(string page)
    {
        foreach (Match command in Command().Matches(Read(page)))
        {
            string[] args = [.. command.Groups[1].Value.Split('#', '<', '>', '|')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)];
            if (args is ["VERB", ..] or ["dev", ..]) continue;   // the script's own
            ParseResult parsed = Program.Parse(args);
            Assert.Null(Record.Exception(() => Usage.Check(parsed)));
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_lead_somewhere(string page)
    {
        foreach (Match link in Link().Matches(Read(page)))
        {
            string target = link.Groups[1].Value.Split('#')[0];
            if (target.Length == 0 || target.Contains("://", StringComparison.Ordinal)) continue;
            Assert.True(Path.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, target)), $"{page}: {target}");
        }
    }

    [Theory]
    [InlineData("README.md", 15, "tests/Tern.Cli.Tests/Docs/ReadmeExample.cs")]
    [InlineData("docs/library.md", 50, "tests/Tern.Cli.Tests/Docs/LibraryExample.cs")]
    [InlineData("docs/compression.md", 5, "tests/Tern.Cli.Tests/Docs/CompressionExample.cs")]
    [InlineData("docs/fixed-point.md", 7, "tests/Tern.Cli.Tests/Verbs/FixedPointVerbTests.cs")]
    [InlineData("docs/export-c.md", 1, "tests/Tern.Cli.Tests/Verbs/FixedPointVerbTests.cs")]
    [InlineData("docs/adding-a-cell.md", 35, "src/Tern.Core/Cells/MinGru.cs", "src/Tern.Core/Cells/MinGruEntry.cs", "src/Tern.Core/Cells/Generated/mingru.g.cs")]
    public void Examples_are_code_that_compiles(string page, int least, params string[] sources)
    {
        HashSet<string> compiled = [.. sources.SelectMany(source => File.ReadAllLines(Path.Combine(Repository.Root, source))).Select(line => line.Trim())];
        string[] shown = [.. Example().Matches(Read(page)).SelectMany(block => block.Groups[1].Value.Split('\n')).Select(line => line.Trim()).Where(line => line.Length > 0)];
        Assert.True(shown.Length >= least);
        // in tests files lie elsewhere
        foreach (string line in shown) Assert.Contains(page == "README.md" ? line.Replace("TextClassifier.Load(", "Load(", StringComparison.Ordinal) : line.Replace("\"best.safetensors\"", "best", StringComparison.Ordinal).Replace("\"forecast.safetensors\"", "saved", StringComparison.Ordinal).Replace("\"har.safetensors\"", "Sample(\"acceleration\")", StringComparison.Ordinal), compiled);
    }

    static string Read(string page) => File.ReadAllText(Path.Combine(Repository.Root, page));

    [GeneratedRegex(@"\./tern ([^`\n]*)")]
    private static partial Regex Command();

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
