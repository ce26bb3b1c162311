using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json;
using Tern.Cells;
using Tern.Training;
using Tern.Training.Models;

namespace Tern.Cli.Completion;

/// <summary>What can stand in a place of the command line.</summary>
enum Completes
{
    /// <summary>A number or free text: nothing is offered.</summary>
    Nothing,

    /// <summary>One of some words.</summary>
    Words,

    /// <summary>Some of the words, with commas between them.</summary>
    WordList,

    /// <summary>One of some words with = and a value behind it.</summary>
    Keys,

    /// <summary>A file, or one of some words.</summary>
    Files,

    /// <summary>A folder.</summary>
    Folders,
}

/// <summary>What can stand in a place, with the words where there are some.</summary>
sealed record Place(Completes Kind, IReadOnlyList<string> Words);

/// <summary>An option: name, first words of its description, and its value (null for a switch).</summary>
sealed record OptionNode(string Name, string Description, Place? Value);

/// <summary>A command as a shell completes it.</summary>
/// <param name="Path">Words that lead to it, for example "tern bench cells".</param>
/// <param name="Verbs">Commands below it, with the first words of their descriptions.</param>
/// <param name="Options">Its options.</param>
/// <param name="Arguments">What stands behind it; null where it takes no argument.</param>
sealed record CommandNode(string Path, IReadOnlyList<(string Name, string Description)> Verbs, IReadOnlyList<OptionNode> Options, Place? Arguments);

/// <summary>The program's commands, read from the parser itself, so that scripts offer what it takes.</summary>
static class CommandTree
{
    /// <summary>The command and all below it.</summary>
    public static IReadOnlyList<CommandNode> Of(RootCommand root) => [.. Below(root, "tern", [])];

    static IEnumerable<CommandNode> Below(Command command, string path, IEnumerable<Option> above)
    {
        Command[] verbs = [.. command.Subcommands.Where(verb => !verb.Hidden)];
        Option[] options = [.. command.Options.Where(option => !option.Hidden), .. above];
        yield return new(path, [.. verbs.Select(verb => (verb.Name, Short(verb.Description!)))],
            [.. options.Select(option => new OptionNode(option.Name, Short(option.Description!), Value(option)))], Arguments(command));
        foreach (Command verb in verbs)
            foreach (CommandNode node in Below(verb, $"{path} {verb.Name}", options.Where(option => option.Recursive)))
                yield return node;
    }

    static Place? Value(Option option)
    {
        if (option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool)) return null;
        string[] words = Words(option);
        return (option.Name, option.HelpName) switch
        {
            ("--cell", _) => new(Completes.Words, [.. CellCatalogue.Names, ModelConfig.LstmLibtorch, ModelConfig.GruLibtorch, ModelConfig.Cnn, ModelConfig.Mean]),
            ("--set", _) => new(Completes.Keys, [.. Keys("", ConfigJson.Element(new TrainConfig()))]),
            (_, "A,B...") => new(Completes.WordList, words),
            (_, "DIR") => new(Completes.Folders, []),
            (_, "FILE") => new(Completes.Files, words),
            _ => new(words.Length > 0 ? Completes.Words : Completes.Nothing, words),
        };
    }

    static Place? Arguments(Command command)
    {
        if (command.Arguments.Count == 0) return null;
        string[] words = [.. command.Arguments.SelectMany(Words)];
        bool folders = command.Arguments.All(argument => argument.HelpName is "DIR" or "RUN");
        return new(folders ? Completes.Folders : words.Length > 0 ? Completes.Words : Completes.Files, words);
    }

    static string[] Words(Symbol symbol) => [.. symbol.GetCompletions(CompletionContext.Empty).Select(item => item.Label)];

    /// <summary>Keys of single values: groups, and what may be named freely within them, are left out.</summary>
    static IEnumerable<string> Keys(string prefix, JsonElement element) => element.EnumerateObject().SelectMany(property =>
        property.Value.ValueKind == JsonValueKind.Object ? Keys($"{prefix}{property.Name}.", property.Value) : [prefix + property.Name]);

    /// <summary>The first part of a description.</summary>
    static string Short(string description)
    {
        int end = description.IndexOfAny(['.', ':', ';', '(']);
        while (end >= 0 && end + 1 < description.Length && description[end] == '.' && description[end + 1] != ' ') end = description.IndexOfAny(['.', ':', ';', '('], end + 1);
        return (end < 0 ? description : description[..end]).Trim();
    }
}
