namespace Tern.Cli.Completion;

/// <summary>
/// Completion as a script that holds the whole tree of commands: the program itself takes a tenth of a second to start,
/// too long for a Tab key.
/// </summary>
static class CompletionScript
{
    /// <summary>The shells that a script can be made for.</summary>
    public static readonly string[] Shells = ["bash", "zsh", "fish", "pwsh"];

    /// <summary>The script; null for a shell that is not known.</summary>
    public static string? For(string shell, IReadOnlyList<CommandNode> tree) => shell switch
    {
        "bash" => BashScript.Of(tree),
        "zsh" => ZshScript.Of(tree),
        "fish" => FishScript.Of(tree),
        "pwsh" => PowerShellScript.Of(tree),
        _ => null,
    };

    /// <summary>The first line below the interpreter's own.</summary>
    public static string Heading(string shell) => $"# Completion of tern {VersionAction.Version}, made by `tern completion {shell}`. Make it again after an update.";
}
