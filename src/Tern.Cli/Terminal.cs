using System.CommandLine;

namespace Tern.Cli;

/// <summary>The streams of one run, and what asks it to stop. System.CommandLine hands it through to the verb.</summary>
sealed class Terminal : InvocationConfiguration
{
    public Terminal(TextReader input, CancellationToken cancel)
    {
        (Input, Cancel) = (input, cancel);
        EnableDefaultExceptionHandler = false;
        ProcessTerminationTimeout = null;
    }

    public TextReader Input { get; }

    public CancellationToken Cancel { get; }

    /// <summary>Somebody watches standard error: lines there may be drawn over.</summary>
    public bool ErrorIsWatched => ReferenceEquals(Error, Console.Error) && !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";

    public bool OutputIsWatched => ReferenceEquals(Output, Console.Out) && !Console.IsOutputRedirected;

    /// <summary>Columns of the window; 100 where there is none.</summary>
    public static int Width
    {
        get
        {
            try { return Console.WindowWidth is var width and > 0 ? width : 100; }
            catch (IOException) { return 100; }
        }
    }
}
