using System.Diagnostics;

namespace Tern.Cli.Mcu;

/// <summary>Runs compilers and simulators.</summary>
static class Tool
{
    /// <summary>What lines of a compiler or linker say the reason by.</summary>
    static readonly string[] Says = ["error", "undefined", "truncated", "overflow", "will not fit"];

    /// <summary>What a program printed; its failure is an error that says the first of what it said.</summary>
    public static (string Output, string Error) Run(string folder, string program, IEnumerable<string> arguments, CancellationToken cancel, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        using CancellationTokenRegistration stop = cancel.Register(() => process.Kill(entireProcessTree: true));
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        cancel.ThrowIfCancellationRequested();
        if (process.ExitCode != 0) throw new IOException($"{program} ended with exit code {process.ExitCode}: {string.Join(' ', error.Result.Split('\n').Where(line => Says.Any(word => line.Contains(word, StringComparison.Ordinal))).DefaultIfEmpty(error.Result).Take(2))}");
        return (output, error.Result);
    }

    /// <summary>The number behind a word at the start of a line.</summary>
    public static long Number(string text, string word) =>
        text.Split('\n').FirstOrDefault(line => line.StartsWith(word + " ", StringComparison.Ordinal)) is { } line && long.TryParse(line[(word.Length + 1)..], out long value) ? value : 0;
}
