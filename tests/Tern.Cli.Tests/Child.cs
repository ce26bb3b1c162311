using System.Diagnostics;
using Xunit;

namespace Tern.Cli.Tests;

/// <summary>Runs programs as processes of their own.</summary>
static class Child
{
    /// <summary>The program under test.</summary>
    public static string Program => typeof(Cli).Assembly.Location.Replace("Tern.Cli.Tests.dll", "tern.dll", StringComparison.Ordinal);

    public static bool OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(path => File.Exists(Path.Combine(path, program)));

    /// <summary>Runs tern in a folder.</summary>
    public static (int Code, string Out, string Error) Run(string[] args, string folder, params (string Name, string Value)[] environment) => RunAt(Program, args, folder, environment);

    public static (int Code, string Out, string Error) RunAt(string assembly, string[] args, string folder, params (string Name, string Value)[] environment) =>
        Start("dotnet", [assembly, .. args], folder, environment);

    public static (int Code, string Out, string Error) Start(string program, string[] args, string folder, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
