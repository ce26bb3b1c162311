using System.CommandLine;
using Tern.Cli.Completion;
using Xunit;

namespace Tern.Cli.Tests.Verbs;

/// <summary>Scripts are run by the shells that are there.</summary>
public sealed class CompletionTests(SmallModel small)
{
    public static TheoryData<string, string> Lines() => new()
    {
        { "tern tr", "train" },
        { "./tern tr", "train" },
        { "tern bench ", "cells gradient mcu products step" },
        { "tern bench cells --al", "--allocator" },
        { "tern bench cells --allocator ", "default tuned" },
        { "tern train --cell m", "mean mingru minlstm" },
        { "tern train --set model.hid", "model.hidden=" },
        { "tern train --set data.columns.la", "data.columns.label=" },
        { "tern completion ", "bash fish pwsh zsh" },
        { "tern info no", "notes.txt" },
        { "tern info --json no", "notes.txt" },
        { "tern train --epochs ", "" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void Bash_offers_what_fits(string line, string expected) => Assert.Equal(expected, Bash(line));

    [Theory]
    [InlineData("tern bench cells --cells sru,lstm-", "sru,lstm-libtorch")]
    [InlineData("tern train --cell = ls", "lstm lstm-libtorch lstm-no-h")]
    [InlineData("tern train --set model.hidden = 6", "")]
    [InlineData("tern compare ru", "runs")]
    [InlineData("tern doctor --se", "--seed")]
    [InlineData("tern predict info no", "notes.txt")]
    public void Bash_knows_lists_and_its_own_cuts(string line, string expected) => Assert.Equal(expected, Bash(line));

    [Theory]
    [MemberData(nameof(Lines))]
    public void Fish_offers_what_fits(string line, string expected)
    {
        Assert.SkipUnless(Child.OnPath("fish"), "fish is not on this machine");
        Script("fish");
        (int code, string output, string error) = Child.Start("fish", ["--no-config", "-c", $"source tern.fish; complete -C '{line}'"], Folder());
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(expected, string.Join(' ', output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(offer => offer.Split('\t')[0]).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Zsh_takes_the_script()
    {
        Assert.SkipUnless(Child.OnPath("zsh"), "zsh is not on this machine");
        Script("zsh");
        (int code, string output, string error) = Child.Start("zsh", ["-fc", "autoload -U compinit; compinit -u -D; source ./tern.zsh; print $_comps[tern]"], Folder());
        Assert.Equal((0, "_tern\n", ""), (code, output, error));
        Assert.Equal((0, "", ""), Child.Start("zsh", ["-fn", "tern.zsh"], Folder()));
    }

    [Fact]
    public void Every_verb_and_option_of_the_parser_is_in_every_script()
    {
        Command root = Program.Parse([]).RootCommandResult.Command;
        foreach (string shell in CompletionScript.Shells)
        {
            string script = Cli.Run("completion", shell).Out;
            foreach (Command verb in root.Subcommands.SelectMany(verb => verb.Subcommands.Append(verb)))
            {
                Assert.Contains(verb.Name, script);
                foreach (Option option in verb.Options) Assert.Contains(shell == "fish" ? $"-l {option.Name[2..]}" : option.Name, script);
            }
        }
    }

    [Fact]
    public void An_unknown_shell_offers_the_nearest() => Cli.Refuses(["completion", "bsh"], "'bsh'", "did you mean 'bash'?");

    string Bash(string line)
    {
        Assert.SkipUnless(Child.OnPath("bash"), "bash is not on this machine");
        Script("bash");
        string[] words = line.Split(' ');
        string array = string.Join(' ', words.Select(word => $"'{word}'"));
        (int code, string output, string error) = Child.Start("bash", ["--norc", "-c", $"source ./tern.bash; COMP_WORDS=({array}); COMP_CWORD={words.Length - 1}; _tern; printf '%s\\n' \"${{COMPREPLY[@]}}\""], Folder());
        Assert.True(code == 0, error);
        return string.Join(' ', output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    void Script(string shell)
    {
        (int code, string script, string error) = Cli.Run("completion", shell);
        Assert.Equal((0, ""), (code, error));
        File.WriteAllText(Path.Combine(Folder(), $"tern.{shell}"), script);
    }

    string Folder()
    {
        string folder = small.At("completion");
        Directory.CreateDirectory(Path.Combine(folder, "runs"));
        File.WriteAllText(Path.Combine(folder, "notes.txt"), "");
        return folder;
    }
}
