namespace Tern.Training.Data;

/// <summary>Reads labelled texts. Errors name the file and the line.</summary>
public static class TextFile
{
    const string FastTextPrefix = "__label__";

    /// <summary>Reads every example of a file, in its order.</summary>
    /// <exception cref="TernException">The file cannot be read, is empty or not in this layout or encoding.</exception>
    public static IReadOnlyList<Example> Read(string path, DataConfig config)
    {
        string content = TextLines.Read(path, config.Encoding);
        DataFormat format = config.Format;
        if (format == DataFormat.Auto)
            format = Detect(content);
        List<TextExample> examples = format switch
        {
            DataFormat.Csv => Csv.ReadExamples(path, content),
            DataFormat.FastText => ReadFastText(path, content),
            _ => ReadLines(path, content),
        };
        if (examples.Count == 0)
            throw new TernException($"{path} holds no examples; expected at least one labelled text.");
        return examples;
    }

    /// <summary>The layout of a content: by its first line that is not blank.</summary>
    static DataFormat Detect(string content)
    {
        string first = TextLines.Of(content).First().Line;
        if (first.StartsWith(FastTextPrefix, StringComparison.Ordinal))
            return DataFormat.FastText;
        // a header is a line of names with commas between them, such as text,label; prose has spaces after its commas
        return first.Contains(',') && first.Split(',').All(Csv.IsColumnName) ? DataFormat.Csv : DataFormat.Lines;
    }

    static List<TextExample> ReadLines(string path, string content)
    {
        var examples = new List<TextExample>();
        foreach ((int number, string line) in TextLines.Of(content))
        {
            int space = line.AsSpan().IndexOfAny(' ', '\t');
            if (space <= 0)
                throw new TernException($"{path}:{number}: '{Shorten(line)}' has no text after its label; expected 'label token token ...'.");
            examples.Add(new(line[(space + 1)..].Trim(), line[..space]));
        }
        return examples;
    }

    static List<TextExample> ReadFastText(string path, string content)
    {
        var examples = new List<TextExample>();
        foreach ((int number, string line) in TextLines.Of(content))
        {
            string[] parts = line.Trim().Split([' ', '\t'], 2, StringSplitOptions.TrimEntries);
            if (!parts[0].StartsWith(FastTextPrefix, StringComparison.Ordinal) || parts[0].Length == FastTextPrefix.Length)
                throw new TernException($"{path}:{number}: '{Shorten(line)}' does not start with a label; expected '{FastTextPrefix}NAME token token ...'.");
            if (parts.Length < 2)
                throw new TernException($"{path}:{number}: '{Shorten(line)}' has no text after its label; expected '{FastTextPrefix}NAME token token ...'.");
            if (parts[1].StartsWith(FastTextPrefix, StringComparison.Ordinal))
                throw new TernException($"{path}:{number}: '{Shorten(line)}' has more than one label; a text has one class here.");
            examples.Add(new(parts[1], parts[0][FastTextPrefix.Length..]));
        }
        return examples;
    }

    internal static string Shorten(string text) => text.Length <= 40 ? text : text[..37] + "...";
}
