using System.CommandLine;

namespace Tern.Cli.Verbs;

/// <summary>A verb of the program: a command with the options that all of them share.</summary>
abstract class Verb : Command
{
    readonly Option<bool> json = new("--json") { Description = "Print one JSON document on standard output; everything else goes to standard error." };
    readonly Option<int?> seed = Flags.Whole("--seed", "Seed of everything random (default 1).", least: 0);
    readonly Option<int?> threads = Flags.Whole("--threads", "Threads to compute with (default: one a core).", most: 1024);

    protected Verb(string name, string description, params string[] examples) : base(name, description)
    {
        Examples = examples;
        SetAction(parsed =>
        {
            var terminal = (Terminal)parsed.InvocationConfiguration;
            return Run(new Arguments(parsed, parsed.GetValue(seed), parsed.GetValue(threads)), new Output(terminal, parsed.GetValue(json)), terminal.Cancel);
        });
    }

    /// <summary>Complete commands, shown in the help.</summary>
    public string[] Examples { get; }

    /// <summary>To be called last in the constructor: the shared options come below the verb's own.</summary>
    protected void AddShared(string? threads = null)
    {
        if (threads is not null) this.threads.Description = threads;
        Add(json);
        Add(seed);
        Add(this.threads);
    }

    /// <summary>Does the work; returns the exit code.</summary>
    protected abstract int Run(Arguments arguments, Output output, CancellationToken cancel);
}

/// <summary>The values of a verb's arguments and options.</summary>
readonly record struct Arguments(ParseResult Parsed, int? Seed, int? Threads)
{
    public T Get<T>(Argument<T> argument) => Parsed.GetRequiredValue(argument);

    /// <summary>Null, or false, where it is not given.</summary>
    public T? Get<T>(Option<T> option) => Parsed.GetValue(option);

    /// <summary>The value of an option that has a default.</summary>
    public T Value<T>(Option<T> option) => Parsed.GetRequiredValue(option);
}
