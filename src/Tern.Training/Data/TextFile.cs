namespace Tern.Training.Data;

/// <summary>Reads labelled texts in any of the text layouts. Errors name the file and the line.</summary>
public static class TextFile
{
    /// <summary>Reads every example of a file, in its order.</summary>
    /// <param name="path">A file; .gz, or a .zip of one file, is unpacked as it is read.</param>
    /// <param name="config">Layout, encoding, columns, and whether a text may have several labels.</param>
    /// <exception cref="TernException">The file cannot be read, is empty or not in this layout or encoding.</exception>
    public static IReadOnlyList<Example> Read(string path, DataConfig config)
    {
        DataFormat format = config.Format == DataFormat.Auto ? ByName(path) : config.Format;
        if (format == DataFormat.Parquet)
            return ParquetTexts.Read(path, config);
        using var input = new TextInput(path, config.Encoding);
        if (input.PeekContentLine() is not { } first)
            throw new TernException($"{path} is empty; expected one labelled text a line, or a table with the columns {config.Columns.Text} and {config.Columns.Label}.");
        return (format == DataFormat.Auto ? ByContent(first, config) : format) switch
        {
            DataFormat.Csv => Csv.Read(path, input, config),
            DataFormat.Tsv => Tsv.Read(path, input, config),
            DataFormat.JsonLines => JsonLines.Read(path, input, config),
            DataFormat.FastText => LabelledLines.ReadFastText(path, input, config),
            DataFormat.Lines => LabelledLines.Read(path, input, config),
            var other => throw new TernException($"{path}: data.format {other} is no layout of texts; expected lines, fasttext, csv, tsv, jsonl or parquet."),
        };
    }

    /// <summary>The layout that a name tells, .gz and .zip aside.</summary>
    static DataFormat ByName(string path) => Path.GetExtension(DataStream.PlainName(path)).ToLowerInvariant() switch
    {
        ".csv" => DataFormat.Csv,
        ".tsv" => DataFormat.Tsv,
        ".jsonl" or ".ndjson" => DataFormat.JsonLines,
        ".parquet" => DataFormat.Parquet,
        _ => DataFormat.Auto,
    };

    /// <summary>The layout of a file by its first line that is not blank.</summary>
    static DataFormat ByContent(string first, DataConfig config)
    {
        if (first.StartsWith(LabelledLines.FastTextPrefix, StringComparison.Ordinal))
            return DataFormat.FastText;
        if (first.StartsWith('{') && first.TrimEnd().EndsWith('}'))
            return DataFormat.JsonLines;
        if (first.Contains('\t') && TextColumns.AreNamed(first.Split('\t'), config.Columns))
            return DataFormat.Tsv;
        // a header is a line of names with commas between them, such as text,label; prose has spaces after its commas
        return first.Contains(',') && first.Split(',').All(Csv.IsColumnName) ? DataFormat.Csv : DataFormat.Lines;
    }
}
