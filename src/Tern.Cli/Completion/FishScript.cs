using System.Text;

namespace Tern.Cli.Completion;

/// <summary>For fish 3 and later.</summary>
static class FishScript
{
    public static string Of(IReadOnlyList<CommandNode> tree)
    {
        var lines = new StringBuilder();
        foreach (CommandNode node in tree)
        {
            string at = $"complete -c tern -n '__tern_at {node.Path}'";
            foreach ((string name, string description) in node.Verbs) lines.Append($"{at} -a {name} -d {Quoted(description)}\n");
            foreach (OptionNode option in node.Options) lines.Append($"{at} -l {option.Name.TrimStart('-')}{(option.Value is { } value ? " " + Value(value) : "")} -d {Quoted(option.Description)}\n");
            if (node.Arguments is { } place) lines.Append($"{at} {Offer(place)}\n");
        }
        return $$"""
            {{CompletionScript.Heading("fish")}}
            function __tern_at
                set -l at tern
                for word in (commandline -opc)
                    switch "$at $word"
                        case {{string.Join(' ', tree.Skip(1).Select(node => $"'{node.Path}'"))}}
                            set at "$at $word"
                    end
                end
                test "$at" = "$argv"
            end
            complete -c tern -f
            {{lines}}
            """;
    }

    static string Value(Place place) => place.Kind is Completes.Files ? "-r -F" : $"-x {Offer(place)}".TrimEnd();

    static string Offer(Place place) => place.Kind switch
    {
        Completes.Words or Completes.WordList => $"-a {Quoted(string.Join(' ', place.Words))}",
        Completes.Keys => $"-a {Quoted(string.Join(' ', place.Words.Select(word => word + "=")))}",
        Completes.Files => "-F",
        Completes.Folders => "-a '(__fish_complete_directories)'",
        _ => "",
    };

    static string Quoted(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
