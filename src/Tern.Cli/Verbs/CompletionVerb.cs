using System.CommandLine;
using Tern.Cli.Completion;

namespace Tern.Cli.Verbs;

/// <summary>`tern completion SHELL`: a script that completes verbs, options and their values.</summary>
sealed class CompletionVerb : Verb
{
    readonly Argument<string> shell = new("shell") { HelpName = "SHELL", Description = $"One of {string.Join(", ", CompletionScript.Shells)}." };

    public CompletionVerb() : base("completion", "Prints a script that lets a shell complete verbs, options, their values and file names. The script holds all of them: no program runs at the Tab key.",
        "tern completion bash > ~/.local/share/bash-completion/completions/tern", "tern completion fish > ~/.config/fish/completions/tern.fish")
    {
        shell.CompletionSources.Add(CompletionScript.Shells);
        Add(shell);
        AddShared();
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        string name = arguments.Get(shell);
        IReadOnlyList<CommandNode> tree = CommandTree.Of((RootCommand)arguments.Parsed.RootCommandResult.Command);
        string script = CompletionScript.For(name, tree) ?? throw new TernException(Nearest.Message("unknown shell", name, CompletionScript.Shells));
        if (output.Json) output.Document(new { Shell = name, Script = script });
        else output.Terminal.Output.Write(script);
        return 0;
    }
}
