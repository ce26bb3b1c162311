using System.Text;

namespace Tern.Training.Data;

/// <summary>
/// Comma-separated values as RFC 4180 has them: fields may stand in double quotes, and then hold commas, line ends and
/// doubled quotes.
/// </summary>
static class Csv
{
    const string TextColumn = "text";
    const string LabelColumn = "label";

    /// <summary>Reads the columns <c>text</c> and <c>label</c> that the header names; other columns are ignored.</summary>
    /// <exception cref="TernException">A column is missing, or a record is malformed.</exception>
    public static List<TextExample> ReadExamples(string path, string content)
    {
        using IEnumerator<(int Line, List<string> Fields)> records = Records(path, content).GetEnumerator();
        if (!records.MoveNext())
            throw new TernException($"{path} is empty; expected a header with the columns {TextColumn} and {LabelColumn}.");
        (int headerLine, List<string> header) = records.Current;
        int text = Column(TextColumn), label = Column(LabelColumn);

        var examples = new List<TextExample>();
        while (records.MoveNext())
        {
            (int line, List<string> fields) = records.Current;
            if (fields.Count != header.Count)
                throw new TernException($"{path}:{line}: {fields.Count} fields, but the header names {header.Count}; quote a field that holds a comma.");
            if (fields[label].Trim().Length == 0)
                throw new TernException($"{path}:{line}: the field '{LabelColumn}' is empty; expected the name of a class.");
            examples.Add(new(fields[text], fields[label].Trim()));
        }
        return examples;

        int Column(string name)
        {
            int index = header.FindIndex(column => string.Equals(column.Trim(), name, StringComparison.OrdinalIgnoreCase));
            return index >= 0 ? index : throw new TernException(
                $"{path}:{headerLine}: no column '{name}' (found: {string.Join(", ", header)}); the header must name the columns {TextColumn} and {LabelColumn}.");
        }
    }

    /// <summary>Whether a field of a first line looks like the name of a column.</summary>
    public static bool IsColumnName(string field) =>
        field.Trim('"', '\r') is { Length: > 0 and <= 64 } name && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '-');

    /// <summary>Records with the line on which each starts; blank lines are left out.</summary>
    static IEnumerable<(int Line, List<string> Fields)> Records(string path, string content)
    {
        int at = 0, line = 1;
        var field = new StringBuilder();
        while (at < content.Length)
        {
            int start = line;
            var fields = new List<string>();
            bool more = true;
            while (more)
            {
                field.Clear();
                if (at < content.Length && content[at] == '"')
                    ReadQuoted(ref at, ref line, start);
                else
                    while (at < content.Length && content[at] is not (',' or '\n'))
                        field.Append(content[at++]);
                more = at < content.Length && content[at] == ',';
                if (!more && field.Length > 0 && field[^1] == '\r')
                    field.Length--;
                fields.Add(field.ToString());
                at++; // the comma or the line end
            }
            line++;
            if (fields is not [{ Length: 0 }])
                yield return (start, fields);
        }

        void ReadQuoted(ref int position, ref int lineNumber, int start)
        {
            position++;
            while (true)
            {
                if (position >= content.Length)
                    throw new TernException($"{path}:{start}: a quoted field does not end; close it with \" (a quote inside is doubled).");
                char c = content[position++];
                if (c == '\n')
                    lineNumber++;
                if (c != '"')
                    field.Append(c);
                else if (position < content.Length && content[position] == '"')
                    field.Append(content[position++]);
                else
                    break;
            }
            if (position < content.Length && content[position] == '\r')
                position++;
            if (position < content.Length && content[position] is not (',' or '\n'))
                throw new TernException($"{path}:{lineNumber}: text after the closing quote of a field; expected a comma or the end of the line.");
        }
    }
}
