using System.Diagnostics;
using System.Text.Json;

namespace Tern.Cli;

/// <summary>Runs this program once more, for what holds for a whole process.</summary>
static class ChildProcess
{
    /// <summary>The JSON document that the program prints for these arguments; its standard error goes to this one's.</summary>
    public static T Json<T>(IEnumerable<string> args, Output output, CancellationToken cancel)
    {
        ProcessStartInfo start = Start(args);
        start.RedirectStandardOutput = true;
        using Process process = Process.Start(start)!;
        using CancellationTokenRegistration stop = cancel.Register(process.Kill);
        string document = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        cancel.ThrowIfCancellationRequested();
        if (process.ExitCode != 0) throw new IOException($"'tern {string.Join(' ', args)}' ended with exit code {process.ExitCode}; its message is above.");
        return JsonSerializer.Deserialize<T>(document, Output.Format)!;
    }

    /// <summary>Exit code, and the last line of its standard error; nothing of it is shown.</summary>
    public static (int Code, string Said) Quiet(IEnumerable<string> args, CancellationToken cancel)
    {
        ProcessStartInfo start = Start(args);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using Process process = Process.Start(start)!;
        using CancellationTokenRegistration stop = cancel.Register(process.Kill);
        string said = "";
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => said = line.Data is { Length: > 0 } text ? text : said;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        return (process.ExitCode, said);
    }

    static ProcessStartInfo Start(IEnumerable<string> args)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ChildProcess).Assembly.Location, .. args]);
        if (Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet") start.FileName = host;
        return start;
    }
}
