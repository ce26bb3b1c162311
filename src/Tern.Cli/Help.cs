using System.CommandLine;
using System.CommandLine.Invocation;
using Tern.Cli.Verbs;

namespace Tern.Cli;

/// <summary>The help page of a command: usage, an example, what it takes. Fits the window, or 100 columns in a pipe.</summary>
sealed class Help : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        Command command = parseResult.CommandResult.Command;
        string path = Usage.Path(parseResult.CommandResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        int width = Math.Clamp(Terminal.Width, 40, 100);

        Wrap(output, command.Description!, 0, width);
        output.WriteLine();
        List<string> usage = [path];
        if (command.Subcommands.Count > 0) usage.Add("VERB");
        foreach (Argument argument in command.Arguments) usage.Add(argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.HelpName}]" : argument.HelpName!);
        usage.Add("[options]");
        output.WriteLine("Usage:    " + string.Join(' ', usage));
        if (command is Verb verb) foreach (string example in verb.Examples) output.WriteLine("Example:  ./" + example);

        Section(output, "Verbs", command.Subcommands.Where(c => !c.Hidden).Select(c => (c.Name, c.Description!)), width);
        Section(output, "Arguments", command.Arguments.Select(a => (a.HelpName!, a.Description!)), width);
        Section(output, "Options", Usage.Options(parseResult.CommandResult).Select(o => (Label(o), o.Description!)), width);
        if (command is RootCommand) { output.WriteLine(); output.WriteLine("tern VERB --help shows a verb's options and an example. Start with: ./tern quickstart"); }
        return 0;
    }

    static string Label(Option option)
    {
        string name = option.Aliases.FirstOrDefault(alias => alias is "-h") is { } alias ? $"{alias}, {option.Name}" : option.Name;
        return option.HelpName is { } value ? $"{name} {value}" : name;
    }

    static void Section(TextWriter output, string title, IEnumerable<(string Name, string Text)> rows, int width)
    {
        (string Name, string Text)[] all = [.. rows];
        if (all.Length == 0) return;
        output.WriteLine();
        output.WriteLine(title);
        int indent = Math.Min(all.Max(row => row.Name.Length) + 4, width / 2);
        foreach ((string name, string text) in all)
        {
            output.Write("  " + name.PadRight(indent - 2));
            if (name.Length > indent - 3) { output.WriteLine(); output.Write(new string(' ', indent)); }
            Wrap(output, text, indent, width);
        }
    }

    /// <summary>Writes the text from the given column on, broken between words.</summary>
    static void Wrap(TextWriter output, string text, int indent, int width)
    {
        int column = indent;
        foreach (string word in text.Split(' '))
        {
            if (column > indent && column + 1 + word.Length > width) { output.WriteLine(); output.Write(new string(' ', indent)); column = indent; }
            if (column > indent) { output.Write(' '); column++; }
            output.Write(word);
            column += word.Length;
        }
        output.WriteLine();
    }
}
