using System.Text;

namespace Tern.Cli.Completion;

/// <summary>For bash, also the 3.2 of macOS.</summary>
static class BashScript
{
    public static string Of(IReadOnlyList<CommandNode> tree)
    {
        var values = new StringBuilder();
        var places = new StringBuilder();
        foreach (CommandNode node in tree)
        {
            foreach (OptionNode option in node.Options)
                if (option.Value is { } value) values.Append($"        '{node.Path} {option.Name}') {Assign(value)} ;;\n");
            Place here = node.Arguments ?? new(Completes.Words, [.. node.Verbs.Select(verb => verb.Name)]);
            places.Append($"            '{node.Path}') options='{string.Join(' ', node.Options.Select(option => option.Name))}' {Assign(here)} ;;\n");
        }
        return $$"""
            {{CompletionScript.Heading("bash")}}
            _tern() {
                local at=tern kind= words= options= before= i
                local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
                # bash cuts words at = too: "--option = value"
                if [ "$current" = = ]; then current= previous="= ${previous}"; fi
                if [ "$previous" = = ]; then previous="= ${COMP_WORDS[COMP_CWORD-2]}"; fi
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case "$at ${COMP_WORDS[i]}" in
                    {{string.Join('|', tree.Skip(1).Select(node => $"'{node.Path}'"))}}) at="$at ${COMP_WORDS[i]}" ;;
                    esac
                done
                case "$at ${previous#= }" in
            {{values.ToString().TrimEnd('\n')}}
                esac
                if [ -z "$kind" ]; then
                    case "$previous" in '= '*) return ;; esac   # the value of a key
                    case "$at" in
            {{places.ToString().TrimEnd('\n')}}
                    esac
                    case "$current" in -*) kind=words words=$options ;; esac
                    if [ -z "$kind$words" ]; then kind=words words=$options; fi
                fi
                COMPREPLY=()
                case "$kind" in
                list)
                    case "$current" in *,*) before="${current%,*}," ;; esac
                    COMPREPLY=($(compgen -P "$before" -W "$words" -- "${current##*,}"))
                    compopt -o nospace 2>/dev/null
                    ;;
                keys)
                    COMPREPLY=($(compgen -S = -W "$words" -- "$current"))
                    compopt -o nospace 2>/dev/null
                    ;;
                words) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
                files|folders)
                    local IFS=$'\n'
                    if [ "$kind" = files ]; then COMPREPLY=($(compgen -f -- "$current")); else COMPREPLY=($(compgen -d -- "$current")); fi
                    compopt -o filenames 2>/dev/null
                    ;;
                esac
            }
            complete -F _tern tern ./tern

            """;
    }

    static string Assign(Place place) => place.Kind switch
    {
        Completes.Words => $"kind=words words='{string.Join(' ', place.Words)}'",
        Completes.WordList => $"kind=list words='{string.Join(' ', place.Words)}'",
        Completes.Keys => $"kind=keys words='{string.Join(' ', place.Words)}'",
        Completes.Files => "kind=files",
        Completes.Folders => "kind=folders",
        _ => "kind=nothing",
    };
}
