using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Tern.Cli;

/// <summary>Wrong usage in one line, with the nearest known name. (System.CommandLine would print its help and exit with 1.)</summary>
static class Usage
{
    /// <exception cref="TernException">The arguments do not fit the command.</exception>
    public static void Check(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string path = Path(parsed.CommandResult);
        string help = $" See: ./{path} --help";

        foreach (string word in OptionsAmongArguments(parsed).Concat(parsed.UnmatchedTokens))
        {
            string name = word.Split('=', ':')[0];
            if (IsOption(word)) throw new TernException(Offer($"{path} has no option '{name}'", name, Options(parsed.CommandResult).Select(o => o.Name)) + help);
            if (command.Subcommands.Count > 0) throw new TernException(Offer($"{path} has no verb '{word}'", word, command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)) + help);
            throw new TernException($"{path} has no place for '{word}': it takes {Arguments(command)}." + help);
        }
        if (command.Subcommands.Count > 0 && command is not RootCommand)
            throw new TernException($"{path} needs one of: {string.Join(", ", command.Subcommands.Select(c => c.Name))}." + help);
        foreach (ParseError error in parsed.Errors)
        {
            if (error.SymbolResult is ArgumentResult { Argument: var argument, Tokens.Count: 0 } && command.Arguments.Contains(argument))
                throw new TernException($"{path} needs {argument.HelpName}: {argument.Description}" + help);
            if (error.SymbolResult is OptionResult { Tokens.Count: 0 } option) throw new TernException($"{option.Option.Name} needs a value: {option.Option.Description}" + help);
            throw new TernException(error.Message + help);
        }
    }

    /// <summary>System.CommandLine takes an unknown --word for an argument where one is still free.</summary>
    static IEnumerable<string> OptionsAmongArguments(ParseResult parsed)
    {
        foreach (Argument argument in parsed.CommandResult.Command.Arguments)
            foreach (Token token in parsed.GetResult(argument)?.Tokens ?? [])
                if (IsOption(token.Value) && !parsed.Tokens.TakeWhile(t => !ReferenceEquals(t, token)).Any(t => t.Type == TokenType.DoubleDash)) yield return token.Value;
    }

    static bool IsOption(string token) => token.Length > 1 && token[0] == '-' && !double.TryParse(token, CultureInfo.InvariantCulture, out _);

    /// <summary>The options of a command, and those of the commands above it that hold below.</summary>
    public static IEnumerable<Option> Options(CommandResult result)
    {
        IEnumerable<Option> own = result.Command.Options.Where(option => !option.Hidden);
        for (SymbolResult? above = result.Parent; above is CommandResult { Command: var command }; above = above.Parent)
            own = own.Concat(command.Options.Where(option => option.Recursive && !option.Hidden));
        return own;
    }

    static string Offer(string what, string given, IEnumerable<string> known) =>
        Nearest.Of(given, known) is { } near ? $"{what}; did you mean '{near}'?" : $"{what}. Known: {string.Join(", ", known)}.";

    static string Arguments(Command command) =>
        command.Arguments.Count == 0 ? "options only" : string.Join(' ', command.Arguments.Select(a => a.HelpName));

    public static string Path(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{Path(parent)} {result.Command.Name}" : "tern";
}
