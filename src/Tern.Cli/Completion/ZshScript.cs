using System.Text;

namespace Tern.Cli.Completion;

/// <summary>For zsh: as a file _tern in a folder of fpath, or to be sourced.</summary>
static class ZshScript
{
    public static string Of(IReadOnlyList<CommandNode> tree)
    {
        var values = new StringBuilder();
        var options = new StringBuilder();
        var places = new StringBuilder();
        foreach (CommandNode node in tree)
        {
            foreach (OptionNode option in node.Options)
                if (option.Value is { } value) values.Append($"        ('{node.Path} {option.Name}') {Offer(value, option.Description)}; return ;;\n");
            options.Append($"            ('{node.Path}') entries=({string.Join(' ', node.Options.Select(option => Entry(option.Name, option.Description)))}) ;;\n");
            string here = node.Arguments is { } place ? Offer(place, "")
                : node.Verbs.Count > 0 ? $"entries=({string.Join(' ', node.Verbs.Select(verb => Entry(verb.Name, verb.Description)))}); _describe verb entries" : "return 1";
            places.Append($"        ('{node.Path}') {here} ;;\n");
        }
        return $$"""
            #compdef tern
            {{CompletionScript.Heading("zsh")}}
            _tern() {
                local at=tern
                local -a entries
                integer i
                for ((i = 2; i < CURRENT; i++)); do
                    case "$at ${words[i]}" in
                    ({{string.Join('|', tree.Skip(1).Select(node => $"'{node.Path}'"))}}) at="$at ${words[i]}" ;;
                    esac
                done
                case "$at ${words[CURRENT-1]}" in
            {{values.ToString().TrimEnd('\n')}}
                esac
                if [[ $PREFIX == -* ]]; then
                    case "$at" in
            {{options.ToString().TrimEnd('\n')}}
                    esac
                    _describe option entries
                    return
                fi
                case "$at" in
            {{places.ToString().TrimEnd('\n')}}
                esac
            }
            if [ "$funcstack[1]" = _tern ]; then _tern "$@"; else compdef _tern tern; fi

            """;
    }

    static string Offer(Place place, string description) => place.Kind switch
    {
        Completes.Words => $"compadd -- {string.Join(' ', place.Words)}",
        Completes.WordList => $"_values -s , values {string.Join(' ', place.Words.Select(word => $"'{word}'"))}",
        Completes.Keys => $"compadd -S = -- {string.Join(' ', place.Words)}",
        Completes.Files => "_files",
        Completes.Folders => "_files -/",
        _ => $"_message {Quoted(description)}",
    };

    static string Entry(string name, string description) => Quoted($"{name}:{description}");

    static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
