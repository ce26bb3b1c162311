namespace Tern.Training.Data;

/// <summary>
/// Tab-separated values as IANA registers them, and as GLUE's files are: a field is what stands between tabs, quotes
/// included; it cannot hold a tab or a line end. The first line names the columns.
/// </summary>
static class Tsv
{
    public static IReadOnlyList<Example> Read(string path, TextInput input, DataConfig config)
    {
        var examples = new TextExamples(path, config);
        TextColumns columns = default;
        int width = 0;
        foreach ((int number, string line) in input.ContentLines())
        {
            if (width == 0)
            {
                string[] header = line.Split('\t');
                columns = TextColumns.Find($"{path}:{number}", header, config.Columns);
                width = header.Length;
                continue;
            }
            int fields = 1 + line.AsSpan().Count('\t');
            if (fields != width)
                throw new TernException($"{path}:{number}: {fields} fields, but the header names {width}; a field cannot hold a tab.");
            examples.Add(number, Field(line, columns.Text), Field(line, columns.Label), columns.Group < 0 ? "" : Field(line, columns.Group));
        }
        return examples.Finish();
    }

    static string Field(ReadOnlySpan<char> line, int index)
    {
        for (; index > 0; index--)
            line = line[(line.IndexOf('\t') + 1)..];
        int end = line.IndexOf('\t');
        return (end < 0 ? line : line[..end]).ToString();
    }
}
