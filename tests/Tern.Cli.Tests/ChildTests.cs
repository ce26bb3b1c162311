using System.Diagnostics;
using Xunit;

namespace Tern.Cli.Tests;

/// <summary>The program as a process of its own.</summary>
public sealed class ChildTests(SmallModel small)
{
    [Fact]
    public void What_needs_no_libtorch_does_not_load_it()
    {
        string texts = small.Write("child.txt", "the apple\n");
        Assert.DoesNotContain("TorchSharp", Assemblies("--help"));
        Assert.DoesNotContain("TorchSharp", Assemblies("train", "--help"));
        Assert.DoesNotContain("TorchSharp", Assemblies("info", small.Sru));
        Assert.DoesNotContain("TorchSharp", Assemblies("compare", Path.GetDirectoryName(small.Sru)!, "--out", small.At("compare-child.html")));
        Assert.DoesNotContain("TorchSharp", Assemblies("completion", "bash"));
        Assert.DoesNotContain("TorchSharp", Assemblies("predict", small.Sru, texts));
        Assert.DoesNotContain("TorchSharp", Assemblies("test", small.Sru, small.Texts));
        Assert.DoesNotContain("TorchSharp", Assemblies("predict", small.Cnn, texts));
        Assert.DoesNotContain("TorchSharp", Assemblies("bench", "step", "--cells", "sru", "--sizes", "8"));
        Assert.Contains("TorchSharp", Assemblies("predict", small.Lstm, texts));   // what is asked here would be seen
    }

    [Fact]
    public void The_script_runs_from_any_folder_and_hands_on_the_exit_code()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("./tern is a shell script.");
        (int code, string output, string error) = Start(Path.Combine(Repository.Root, "tern"), ["--version"]);
        Assert.True(code == 0, error);
        Assert.StartsWith("tern ", output);
        (code, output, error) = Start(Path.Combine(Repository.Root, "tern"), ["inof"]);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("did you mean 'info'?", error);
    }

    [Fact]
    public void A_trace_is_shown_only_when_asked_for()
    {
        string[] args = [Program, "info", small.At("none")];
        Assert.DoesNotContain("   at ", Start("dotnet", args).Error);
        Assert.Contains("   at ", Start("dotnet", args, ("TERN_TRACE", "1")).Error);
    }

    internal static string Program => typeof(Cli).Assembly.Location.Replace("Tern.Cli.Tests.dll", "tern.dll", StringComparison.Ordinal);

    string[] Assemblies(params string[] args)
    {
        string list = small.At("assemblies.txt");
        (int code, _, string error) = Start("dotnet", [Program, .. args], ("DOTNET_STARTUP_HOOKS", typeof(StartupHook).Assembly.Location), (StartupHook.File, list));
        Assert.True(code == 0, error);
        string[] names = File.ReadAllLines(list);
        Assert.Contains("tern", names);
        return names;
    }

    (int Code, string Output, string Error) Start(string program, IEnumerable<string> args, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
