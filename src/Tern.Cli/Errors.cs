using System.Reflection;

namespace Tern.Cli;

/// <summary>Turns a failure into one line on standard error and an exit code. TERN_TRACE=1 adds where it came from.</summary>
static class Errors
{
    public const int Failed = 1, BadInput = 2, Interrupted = 130;

    public static int Report(Exception failure, TextWriter stderr)
    {
        while (failure is TargetInvocationException or AggregateException or TypeInitializationException && failure.InnerException is not null) failure = failure.InnerException;
        (int code, string line) = failure switch
        {
            TernException => (BadInput, failure.Message),
            OperationCanceledException => (Interrupted, failure.Message.StartsWith("Interrupted", StringComparison.Ordinal) ? failure.Message : "Interrupted."),
            FileNotFoundException or DirectoryNotFoundException => (BadInput, failure.Message),
            IOException or UnauthorizedAccessException => (Failed, failure.Message),
            OutOfMemoryException => (Failed, "Out of memory: choose a smaller model, batch or length."),
            _ => (Failed, $"{failure.GetType().Name}: {failure.Message} (set TERN_TRACE=1 to see where)"),
        };
        stderr.WriteLine("tern: " + OneLine(line));
        if (Environment.GetEnvironmentVariable("TERN_TRACE") == "1") stderr.WriteLine(failure);
        return code;
    }

    static string OneLine(string text) => string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
