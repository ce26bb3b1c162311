using System.CommandLine;
using System.Runtime.InteropServices;
using Tern.Cli.Verbs;

namespace Tern.Cli;

/// <summary>The entry point: parses the arguments, runs one verb, turns failures into one line and an exit code.</summary>
public static class Program
{
    static int Main(string[] args)
    {
        using var interrupt = new CancellationTokenSource();
        // The first signal asks the verb to stop at a safe place; a second one ends the process at once.
        void Stop(PosixSignalContext signal) { signal.Cancel = !interrupt.IsCancellationRequested; interrupt.Cancel(); }
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return Run(args, Console.In, Console.Out, Console.Error, interrupt.Token);
    }

    /// <summary>Runs the program on the given streams. Returns 0 done, 1 failed, 2 wrong usage or bad input, 130 interrupted.</summary>
    public static int Run(IReadOnlyList<string> args, TextReader stdin, TextWriter stdout, TextWriter stderr, CancellationToken cancel = default)
    {
        var terminal = new Terminal(stdin, cancel) { Output = stdout, Error = stderr };
        try
        {
            ParseResult parsed = Parse(args);
            if (parsed.Action is not (Help or VersionAction)) Usage.Check(parsed);
            return parsed.Invoke(terminal);
        }
        catch (Exception e)
        {
            return Errors.Report(e, stderr);
        }
    }

    // Arguments that begin with @ are file names as any other.
    internal static ParseResult Parse(IReadOnlyList<string> args) => Commands().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

    static RootCommand Commands()
    {
        var root = new RootCommand("Trains small, fast recurrent networks, and runs them without libtorch.")
        {
            new QuickstartVerb(),
            new TrainVerb(),
            new CompressVerb(),
            new ResumeVerb(),
            new TestVerb(),
            new PredictVerb(),
            new InfoVerb(),
            new ExportVerb(),
            new CompareVerb(),
            new SweepVerb(),
            new FitVerb(),
            new VerifyVerb(),
            new DataVerbs(),
            new BenchVerbs(),
            new DoctorVerb(),
            new CompletionVerb(),
        };
        foreach (Option option in root.Options)
        {
            if (option is System.CommandLine.Help.HelpOption help) { help.Action = new Help(); help.Description = "Show help, with an example."; }
            if (option is VersionOption version) { version.Action = new VersionAction(); version.Description = "Show the version."; }
        }
        root.SetAction(parsed => new Help().Invoke(parsed));
        return root;
    }
}
