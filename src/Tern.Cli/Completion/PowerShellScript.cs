using System.Text;

namespace Tern.Cli.Completion;

/// <summary>For PowerShell. Where nothing is offered PowerShell offers files by itself.</summary>
static class PowerShellScript
{
    public static string Of(IReadOnlyList<CommandNode> tree)
    {
        var verbs = new StringBuilder();
        var options = new StringBuilder();
        var values = new StringBuilder();
        foreach (CommandNode node in tree)
        {
            IEnumerable<(string, string)> offered = node.Verbs;
            if (node.Arguments is { Kind: Completes.Words } place) offered = place.Words.Select(word => (word, word));
            verbs.Append($"        '{node.Path}' = {Table(offered)}\n");
            options.Append($"        '{node.Path}' = {Table(node.Options.Select(option => (option.Name, option.Description)))}\n");
            foreach (OptionNode option in node.Options)
                if (option.Value is { } value)
                    values.Append($"        '{node.Path} {option.Name}' = {Table(value.Words.Select(word => value.Kind == Completes.Keys ? word + "=" : word).Select(word => (word, word)))}\n");
        }
        return $$"""
            {{CompletionScript.Heading("pwsh")}}
            Register-ArgumentCompleter -Native -CommandName 'tern', './tern' -ScriptBlock {
                param($word, $ast, $cursor)
                $verbs = @{
            {{verbs.ToString().TrimEnd('\n')}}
                }
                $options = @{
            {{options.ToString().TrimEnd('\n')}}
                }
                $values = @{
            {{values.ToString().TrimEnd('\n')}}
                }
                $at = 'tern'
                $previous = ''
                foreach ($element in ($ast.CommandElements | Select-Object -Skip 1)) {
                    if ($element.Extent.EndOffset -gt $cursor -or ($element.Extent.EndOffset -eq $cursor -and $word)) { break }
                    $previous = $element.Extent.Text
                    if ($verbs.ContainsKey("$at $previous")) { $at = "$at $previous" }
                }
                if ($values.ContainsKey("$at $previous")) { $offered = $values["$at $previous"] }
                elseif ("$word".StartsWith('-')) { $offered = $options[$at] }
                else { $offered = $verbs[$at] }
                $offered.GetEnumerator() | Where-Object { $_.Key.StartsWith("$word") } | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_.Key, $_.Key, 'ParameterValue', $_.Value)
                }
            }

            """;
    }

    static string Table(IEnumerable<(string Name, string Description)> entries) =>
        $"[ordered]@{{ {string.Join("; ", entries.Select(entry => $"{Quoted(entry.Name)} = {Quoted(entry.Description)}"))} }}";

    static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
