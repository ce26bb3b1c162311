using System.Globalization;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace Tern.Training.Data;

/// <summary>
/// Apache Parquet, as the data sets of Hugging Face come: a column of texts and a column of labels (strings, whole numbers
/// or truth values; with data.multi_label also lists of them). Only the columns asked for are read.
/// </summary>
static class ParquetTexts
{
    // for what the footer's check lets through and the library does not end on: a hundred times what whole files take
    static TimeSpan Limit(long bytes) => TimeSpan.FromSeconds(20 + bytes / 100_000.0);

    public static IReadOnlyList<Example> Read(string path, DataConfig config)
    {
        if (DataStream.PlainName(path) != Path.GetFileName(path))
            throw new TernException($"{path}: a Parquet file is compressed inside and cannot be read from an archive; unpack it.");
        try
        {
            using (FileStream file = File.OpenRead(path))
                if (!ParquetFooter.IsSound(file))
                    throw new TernException($"{path} is no Parquet file, or is cut off or damaged; write it again, or use CSV.");
            Task<IReadOnlyList<Example>> reading = Task.Run(() => ReadAsync(path, config));
            return Task.WhenAny(reading, Task.Delay(Limit(new FileInfo(path).Length))).GetAwaiter().GetResult() == reading
                ? reading.GetAwaiter().GetResult()
                : throw new TernException($"{path} is damaged: reading it does not end; write it again, or use CSV.");
        }
        catch (Exception e) when (e is not TernException) // a broken file makes the library fail in many ways
        {
            throw new TernException(Directory.Exists(path) ? $"{path} is a folder; give a file."
                : e is UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException ? $"{path} cannot be read: {e.Message}"
                : $"{path} is no Parquet file that can be read ({e.GetType().Name}: {Named.Shorten(e.Message.ReplaceLineEndings(" "))}); write it again, or use CSV.");
        }
    }

    static async Task<IReadOnlyList<Example>> ReadAsync(string path, DataConfig config)
    {
        await using ParquetReader reader = await ParquetReader.CreateAsync(path, new ParquetOptions { TreatByteArrayAsString = true }).ConfigureAwait(false);
        CheckClaims(path, reader);
        DataField text = Column(config.Columns.Text, "data.columns.text"), label = Column(config.Columns.Label, "data.columns.label");
        DataField? group = config.Columns.Group.Length == 0 ? null : Column(config.Columns.Group, "data.columns.group");
        var examples = new TextExamples(path, config);
        long row = 0;
        for (int i = 0; i < reader.RowGroupCount; i++)
        {
            using ParquetRowGroupReader rows = reader.OpenRowGroupReader(i);
            List<string[]> texts = await Values(path, rows, text).ConfigureAwait(false), labels = await Values(path, rows, label).ConfigureAwait(false);
            List<string[]>? groups = group is null ? null : await Values(path, rows, group).ConfigureAwait(false);
            if (labels.Count != texts.Count || (groups is not null && groups.Count != texts.Count))
                throw new TernException($"{path}: row group {i} has {texts.Count} texts and {labels.Count} labels; write the file again.");
            for (int r = 0; r < texts.Count; r++)
            {
                row++;
                if (texts[r].Length != 1)
                    throw new TernException($"{path}: row {row} has {texts[r].Length} texts in the column '{config.Columns.Text}'; expected one.");
                string ofGroup = groups is null ? "" : groups[r].FirstOrDefault("");
                if (label.MaxRepetitionLevel == 0)
                    examples.Add(row, texts[r][0], labels[r].FirstOrDefault(""), ofGroup);
                else
                    examples.Add(row, texts[r][0], labels[r], ofGroup);
            }
        }
        return examples.Finish();

        DataField Column(string name, string key)
        {
            string[] names = [.. reader.Schema.Fields.Select(field => field.Name)];
            string found = names[Named.Find(path, "column", names, name, key)];
            DataField[] leaves = [.. reader.Schema.DataFields.Where(field => field.Path.FirstPart == found)];
            return leaves.Length == 1 ? leaves[0] : throw new TernException($"{path}: the column '{found}' is a structure of {leaves.Length} columns; expected one value, or a list.");
        }
    }

    /// <summary>What the footer claims against what the file can hold: readers allocate by these numbers.</summary>
    static void CheckClaims(string path, ParquetReader reader)
    {
        long bytes = new FileInfo(path).Length, rows = 0;
        foreach (ParquetRowGroupReader group in reader.RowGroups)
        {
            rows += Math.Clamp(group.RowCount, 0, long.MaxValue / 2 - rows);
            // Snappy and gzip shrink text to a third; a thousandth is what repetition alone gives
            foreach (var column in group.RowGroup.Columns)
                if (group.RowCount < 0 || column.MetaData is not { } meta || meta.TotalUncompressedSize > 1024 * bytes || meta.NumValues > 64 * bytes)
                    throw new TernException($"{path}: a column claims more than {bytes} bytes can hold; the file is broken.");
        }
        if (rows > 64 * bytes)
            throw new TernException($"{path}: claims {rows} rows in {bytes} bytes; the file is broken.");
    }

    /// <summary>The values of a column by row: one or none, or those of a list.</summary>
    static async Task<List<string[]>> Values(string path, ParquetRowGroupReader rows, DataField field)
    {
        using RawColumnData data = await rows.ReadRawColumnDataBaseAsync(field).ConfigureAwait(false);
        string[] values = data switch
        {
            RawColumnData<ReadOnlyMemory<char>> texts => Strings(texts),
            RawColumnData<bool> flags => Array.ConvertAll(flags.Values.ToArray(), flag => flag ? "true" : "false"),
            RawColumnData<sbyte> numbers => Numbers(numbers),
            RawColumnData<byte> numbers => Numbers(numbers),
            RawColumnData<short> numbers => Numbers(numbers),
            RawColumnData<ushort> numbers => Numbers(numbers),
            RawColumnData<int> numbers => Numbers(numbers),
            RawColumnData<uint> numbers => Numbers(numbers),
            RawColumnData<long> numbers => Numbers(numbers),
            RawColumnData<ulong> numbers => Numbers(numbers),
            _ => throw new TernException($"{path}: the column '{field.Name}' holds {field.ClrType.Name}; expected strings, whole numbers or truth values."),
        };
        return ByRow(data, field, values);

        static string[] Strings(RawColumnData<ReadOnlyMemory<char>> data)
        {
            string[] strings = new string[data.Values.Length];
            for (int i = 0; i < strings.Length; i++)
                strings[i] = data.Values[i].ToString();
            return strings;
        }

        static string[] Numbers<T>(RawColumnData<T> data) where T : struct, IFormattable =>
            Array.ConvertAll(data.Values.ToArray(), number => number.ToString(null, CultureInfo.InvariantCulture));
    }

    static List<string[]> ByRow(RawColumnData data, DataField field, string[] values)
    {
        if (field.MaxDefinitionLevel == 0)
            return [.. values.Select(value => (string[])[value])];
        var byRow = new List<string[]>(values.Length);
        var row = new List<string>();
        int next = 0;
        Span<int> definitions = data.DefinitionLevels, repetitions = field.MaxRepetitionLevel > 0 ? data.RepetitionLevels : default;
        for (int i = 0; i < definitions.Length; i++)
        {
            if (i > 0 && (repetitions.IsEmpty || repetitions[i] == 0))
                Flush();
            if (definitions[i] == field.MaxDefinitionLevel)
                row.Add(values[next++]);
        }
        if (definitions.Length > 0)
            Flush();
        return byRow;

        void Flush()
        {
            byRow.Add([.. row]);
            row.Clear();
        }
    }
}
