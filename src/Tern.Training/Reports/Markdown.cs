using System.Text;

namespace Tern.Training.Reports;

/// <summary>Pieces of Markdown.</summary>
static class Markdown
{
    /// <summary>Any text as text: nothing in it is markup, and it stays on its line.</summary>
    public static string Text(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (char letter in text)
        {
            if (char.IsControl(letter)) { escaped.Append(' '); continue; }
            if (letter is '\\' or '`' or '*' or '_' or '[' or ']' or '<' or '>' or '|' or '#' or '~' or '&') escaped.Append('\\');
            escaped.Append(letter);
        }
        return escaped.ToString();
    }

    /// <summary>A table; cells are Markdown.</summary>
    public static string Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new StringBuilder();
        Row(headings);
        Row([.. headings.Select(_ => "---")]);
        foreach (IReadOnlyList<string> row in rows) Row(row);
        return table.ToString();

        void Row(IReadOnlyList<string> cells) => table.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }
}
