using System.Text;
using Sylvan.Data.Csv;

namespace Tern.Training.Data.Series;

/// <summary>A file of comma-separated numbers under a header, read record by record.</summary>
sealed class NumericTable : IDisposable
{
    /// <summary>Characters of a record at most.</summary>
    const int MaxRecord = 1 << 24;

    readonly string path;
    readonly DataConfig config;
    readonly string? folderLabel;
    readonly CsvDataReader csv;
    readonly List<string> header = [];
    readonly int[] channels;
    readonly int labelColumn, groupColumn; // -1 for none
    int line, nextLine = 1;

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="config">Names of the columns, windows.</param>
    /// <param name="label">Class of the whole file; null to take the label column.</param>
    public NumericTable(string path, DataConfig config, string? label)
    {
        (this.path, this.config, folderLabel) = (path, config, label);
        Stream stream = DataStream.Open(path);
        try
        {
            // bytes that are not UTF-8 become U+FFFD, and are an error where they are used, with their line
            var reader = new StreamReader(stream, config.Encoding == TextEncoding.Latin1 ? Encoding.Latin1 : Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
            csv = Guard(() => CsvDataReader.Create(reader, new CsvDataReaderOptions
            {
                HasHeaders = false, // the header is read here, so that lines are counted
                Delimiter = SeriesLayout.HasExtension(path, ".tsv") ? '\t' : ',',
                MaxBufferSize = MaxRecord,
                ResultSetMode = ResultSetMode.SingleResult,
            }));
            ReadHeader();
            ColumnsConfig columns = config.Columns;
            labelColumn = label is null ? Column(columns.Label, "data.columns.label") : header.FindIndex(name => Same(name, columns.Label));
            groupColumn = columns.Group.Length > 0 ? Column(columns.Group, "data.columns.group") : -1;
            channels = columns.Channels.IsDefaultOrEmpty
                ? [.. Enumerable.Range(0, header.Count).Where(i => i != labelColumn && i != groupColumn)]
                : [.. columns.Channels.Select(name => Column(name, "data.columns.channels"))];
            if (channels.Length == 0)
                throw Error("no column is left for the channels; expected columns of numbers beside the label.");
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Names of the channels, in their order.</summary>
    public string ChannelNames => string.Join(", ", channels.Select(i => header[i]));

    /// <summary>Adds the series of the file: a recording ends where the class or group changes.</summary>
    public void Read(List<SeriesExample> examples)
    {
        var recording = new List<float>();
        string label = folderLabel ?? "", group = "";
        bool started = false;
        while (Next())
        {
            if (csv.RowFieldCount != header.Count)
                throw Error($"{csv.RowFieldCount} fields, but the header names {header.Count}; expected a number for each channel.");
            if (!started || (folderLabel is null && !Field(labelColumn).SequenceEqual(label)) || (groupColumn >= 0 && !Field(groupColumn).SequenceEqual(group)))
            {
                Windows.Cut(recording, channels.Length, label, group, new(path), config, examples);
                recording.Clear();
                started = true;
                label = folderLabel ?? Name(labelColumn, label);
                group = groupColumn >= 0 ? Name(groupColumn, group) : "";
            }
            foreach (int channel in channels)
            {
                if (!SeriesNumber.TryParse(csv.GetFieldSpan(channel), out float value))
                    throw Error($"column '{Shown(header[channel])}' {SeriesNumber.Problem(csv.GetFieldSpan(channel))}; expected a number, or name the numeric columns in data.columns.channels.");
                recording.Add(value);
            }
        }
        Windows.Cut(recording, channels.Length, label, group, new(path), config, examples);
    }

    public void Dispose() => csv.Dispose();

    void ReadHeader()
    {
        if (!Next())
            throw Error("the file is empty; expected a header that names the columns, then numbers.");
        for (int i = 0; i < csv.RowFieldCount; i++)
            header.Add(csv.GetFieldSpan(i).Trim().ToString());
        if (header.TrueForAll(name => SeriesNumber.TryParse(name, out _)))
            throw Error($"the first line holds numbers ({Shown(header[0])}, ...); expected a header that names the columns.");
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (string name in header)
            if (!seen.Add(name))
                throw Error($"two columns are named '{Shown(name)}'; expected different names.");
    }

    int Column(string name, string key)
    {
        int index = header.FindIndex(column => Same(column, name));
        return index >= 0 ? index : throw Error(
            $"no column '{Shown(name)}' (found: {string.Join(", ", header.Take(20).Select(Shown))}); name it in {key}.");
    }

    /// <summary>Moves to the next record that is not blank, and counts its lines.</summary>
    bool Next()
    {
        while (Guard(csv.Read))
        {
            line = nextLine++;
            for (int i = 0; i < csv.RowFieldCount; i++)
                nextLine += csv.GetFieldSpan(i).Count('\n');
            if (csv.RowFieldCount > 1 || !csv.GetFieldSpan(0).IsWhiteSpace())
                return true;
        }
        return false;
    }

    ReadOnlySpan<char> Field(int column) => csv.GetFieldSpan(column).Trim();

    /// <summary>The name of a class or group that starts a recording; the same string again where it is the same.</summary>
    string Name(int column, string previous)
    {
        ReadOnlySpan<char> name = Field(column);
        if (name.IsEmpty)
            throw Error($"column '{Shown(header[column])}' is empty; expected a name.");
        if (name.Contains('\uFFFD') && config.Encoding == TextEncoding.Utf8)
            throw Error($"column '{Shown(header[column])}' is not UTF-8; convert the file, or set data.encoding=latin1 if it is ISO 8859-1.");
        return name.SequenceEqual(previous) ? previous : name.ToString();
    }

    /// <summary>Runs a step of the csv reader, whose errors do not know the file.</summary>
    T Guard<T>(Func<T> step)
    {
        try
        {
            return step();
        }
        catch (Exception e) when (e is CsvRecordTooLargeException)
        {
            throw new TernException($"{path}:{nextLine}: the record is longer than {MaxRecord} characters; close a quoted field with \", or cut the line.");
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or InvalidDataException or IndexOutOfRangeException)
        {
            throw new TernException($"{path}:{nextLine}: {e.Message.ReplaceLineEndings(" ")} Expected comma-separated values (RFC 4180).");
        }
    }

    TernException Error(string what) => new($"{path}:{Math.Max(line, 1)}: {what}");

    static bool Same(string a, string b) => string.Equals(a, b.Trim(), StringComparison.OrdinalIgnoreCase);

    static string Shown(string text) => SeriesNumber.Shorten(text);
}
