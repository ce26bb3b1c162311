using System.Diagnostics;
using System.Text.Json;

namespace Tern.Cli;

/// <summary>Runs this program once more, for what holds for a whole process.</summary>
static class ChildProcess
{
    /// <summary>The JSON document that the program prints for these arguments; its standard error goes to this one's.</summary>
    public static T Json<T>(IEnumerable<string> args, Output output, CancellationToken cancel)
    {
        string assembly = typeof(ChildProcess).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", [assembly, .. args]) { RedirectStandardOutput = true };
        if (Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet") start.FileName = host;
        using Process process = Process.Start(start)!;
        using CancellationTokenRegistration stop = cancel.Register(process.Kill);
        string document = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        cancel.ThrowIfCancellationRequested();
        if (process.ExitCode != 0) throw new IOException($"'tern {string.Join(' ', args)}' ended with exit code {process.ExitCode}; its message is above.");
        return JsonSerializer.Deserialize<T>(document, Output.Format)!;
    }
}
