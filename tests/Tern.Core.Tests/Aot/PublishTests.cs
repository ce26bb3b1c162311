using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Tern.Core.Tests.Model;
using Tern.Model;
using Xunit;

namespace Tern.Core.Tests.Aot;

/// <summary>Core compiles ahead of time: samples/Classify becomes one native program that gives the answers of the session.</summary>
public sealed class PublishTests
{
    [Fact]
    public void A_native_program_answers_as_the_session_does()
    {
        Assert.SkipUnless(OnPath("clang") || OnPath("gcc"), "ahead-of-time compilation needs clang or gcc; neither is on the PATH (apt-get install gcc zlib1g-dev)");
        Assert.SkipWhen(RuntimeInformation.IsOSPlatform(OSPlatform.Windows), "the test looks for a compiler as Linux and macOS have it");
        using TemporaryFolder folder = new();
        string project = Path.Combine(Repository.Root, "samples", "Classify", "Classify.csproj");
        // Own artifacts: everything is compiled here, so that no warning hides in an earlier build, and no other build is disturbed.
        var (exit, log, _) = Run(DotnetHost(), ["publish", project, "-c", "Release", "-o", folder["out"], $"-p:ArtifactsPath={folder["artifacts"]}", "-nodeReuse:false", "--nologo"]);
        Assert.True(exit == 0, log);
        Assert.DoesNotMatch(new Regex(@"\bIL[23]\d{3}\b|: warning "), log);
        Assert.False(File.Exists(Path.Combine(folder["out"], "classify.dll")), "published as managed code");

        ModelFile.Save(folder["m.safetensors"], SmallModel.Spec, SmallModel.Tensors(SmallModel.Spec));
        string[] texts = ["a\"a", "\u00e9\u00e9", "x", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"];
        Prediction[] expected = TextClassifier.Load(folder["m.safetensors"]).Predict(texts);
        var (_, answers, errors) = Run(Path.Combine(folder["out"], "classify"), [folder["m.safetensors"], .. texts]);
        Assert.Equal("", errors);
        string[][] rows = [.. answers.TrimEnd('\n').Split('\n').Select(line => line.Split('\t'))];
        Assert.Equal(expected.Select(p => p.Label), rows.Select(row => row[0]));
        for (int i = 0; i < texts.Length; i++)
            Assert.Equal(expected[i].Probability, float.Parse(rows[i][1], CultureInfo.InvariantCulture), 1e-4f);

        File.WriteAllBytes(folder["cut"], File.ReadAllBytes(folder["m.safetensors"])[..100]);
        (exit, answers, errors) = Run(Path.Combine(folder["out"], "classify"), [folder["cut"], "a"]);
        Assert.Equal((2, ""), (exit, answers));
        Assert.StartsWith($"Model file '{folder["cut"]}' claims a header", errors);
    }

    static bool OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(path => File.Exists(Path.Combine(path, program)));

    /// <summary>The dotnet that runs this test.</summary>
    static string DotnetHost() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    static (int Exit, string Output, string Errors) Run(string program, IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
