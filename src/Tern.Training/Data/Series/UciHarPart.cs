namespace Tern.Training.Data.Series;

/// <summary>One part of a folder in the layout of UCI HAR: its files are read side by side, a window at a time.</summary>
sealed class UciHarPart : IDisposable
{
    readonly IReadOnlyDictionary<string, string>? names;
    readonly ByteLines labels;
    readonly ByteLines? subjects;
    readonly List<ByteLines> signals = [];
    readonly Dictionary<string, string> known = new(StringComparer.Ordinal); // equal names are one string

    /// <summary>Opens the files of a part.</summary>
    /// <param name="labelsPath">y_train.txt or y_test.txt; the channels lie beside it, or in "Inertial Signals" there.</param>
    /// <param name="part">train or test.</param>
    /// <param name="names">Names of the classes by number; null to take the numbers.</param>
    public UciHarPart(string labelsPath, string part, IReadOnlyDictionary<string, string>? names)
    {
        this.names = names;
        string folder = Path.GetDirectoryName(labelsPath)!, inner = Path.Combine(folder, "Inertial Signals");
        string signalFolder = Directory.Exists(inner) ? inner : folder;
        string end = $"_{part}.txt";
        // X_train.txt of the original holds features of whole windows, not a channel
        Channels = [.. SeriesLayout.Files(signalFolder, name => SeriesLayout.HasExtension(name, end))
            .Select(file => DataStream.PlainName(file)[..^end.Length]).Distinct().Where(name => name is not ("y" or "X" or "subject")).Order(StringComparer.Ordinal)];
        if (Channels.Length == 0)
            throw new TernException($"{signalFolder} has no file CHANNEL{end}; expected one a channel, beside y{end} or in 'Inertial Signals'.");
        try
        {
            labels = new ByteLines(labelsPath);
            if (SeriesLayout.Packed(folder, "subject" + end) is { } subjectPath)
                subjects = new ByteLines(subjectPath);
            foreach (string channel in Channels)
                signals.Add(new ByteLines(SeriesLayout.Packed(signalFolder, channel + end)
                    ?? throw new TernException($"{signalFolder} has no file {channel}{end} in lower case; rename it.")));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Names of the channels, in ordinal order.</summary>
    public string[] Channels { get; }

    /// <summary>Reads every window.</summary>
    /// <exception cref="TernException">A value is malformed, or the files hold different numbers of windows or values.</exception>
    public List<SeriesExample> Read(DataConfig config)
    {
        var examples = new List<SeriesExample>();
        var column = new List<float>();
        int steps = 0; // of every window; 0 before the first
        while (labels.Read(out ReadOnlySpan<byte> line))
        {
            line = line.Trim(" \t"u8);
            if (line.IsEmpty)
            {
                ExpectEnd(labels);
                break;
            }
            string label = Label(line);
            string group = subjects is null ? "" : Subject(subjects);
            float[] values = [];
            int kept = 0;
            for (int c = 0; c < signals.Count; c++)
            {
                ReadWindow(signals[c], column);
                if (steps == 0)
                    steps = column.Count;
                if (column.Count != steps)
                    signals[c].Fail($"{column.Count} values, expected {steps} as in {signals[0].Path}:1; every window has the same number.");
                if (c == 0)
                {
                    kept = config.MaxLength > 0 ? Math.Min(steps, config.MaxLength) : steps;
                    values = new float[kept * signals.Count]; // [steps, channels]
                }
                for (int t = 0; t < kept; t++)
                    values[t * signals.Count + c] = column[t];
            }
            examples.Add(new(values, signals.Count, label) { Group = group, Origin = new(labels.Path, labels.Number) });
        }
        foreach (ByteLines file in signals)
            ExpectEnd(file);
        if (subjects is not null)
            ExpectEnd(subjects);
        return examples.Count > 0 ? examples : throw new TernException($"{labels.Path} holds no classes; expected a number a line, one for each window.");
    }

    public void Dispose()
    {
        labels?.Dispose();
        subjects?.Dispose();
        foreach (ByteLines file in signals)
            file.Dispose();
    }

    string Label(ReadOnlySpan<byte> line)
    {
        string number = Known(line, labels);
        return names is null ? number : names.TryGetValue(number, out string? name) ? name : throw labels.Error(
            $"class '{SeriesNumber.Shorten(number)}' is not in activity_labels.txt ({string.Join(", ", names.Keys.Take(20).Select(key => SeriesNumber.Shorten(key)))}).");
    }

    string Subject(ByteLines file)
    {
        if (!file.Read(out ReadOnlySpan<byte> line) || (line = line.Trim(" \t"u8)).IsEmpty)
            throw TooShort(file);
        return Known(line, file);
    }

    string Known(ReadOnlySpan<byte> name, ByteLines file)
    {
        if (name.Length > 100 || name.ContainsAny(" \t"u8))
            file.Fail($"'{SeriesNumber.Shorten(name)}' is not one number; expected one a line.");
        string text = file.Text(name, TextEncoding.Utf8);
        if (known.TryGetValue(text, out string? same))
            return same;
        known.Add(text, text);
        return text;
    }

    void ReadWindow(ByteLines file, List<float> values)
    {
        values.Clear();
        if (!file.Read(out ReadOnlySpan<byte> line))
            throw TooShort(file);
        foreach (Range range in line.SplitAny(" \t"u8))
        {
            ReadOnlySpan<byte> text = line[range];
            if (text.IsEmpty)
                continue;
            if (!SeriesNumber.TryParse(text, out float value))
                file.Fail($"value {values.Count + 1} {SeriesNumber.Problem(text)}; expected numbers with spaces between them.");
            values.Add(value);
        }
        if (values.Count == 0)
            throw TooShort(file);
    }

    TernException TooShort(ByteLines file) => new($"{file.Path} has no window {labels.Number}, but {labels.Path} has; expected the same number of lines.");

    /// <summary>Blank lines may follow the last window, and nothing else.</summary>
    void ExpectEnd(ByteLines file)
    {
        while (file.Read(out ReadOnlySpan<byte> line))
            if (!line.Trim(" \t"u8).IsEmpty)
                file.Fail(file == labels ? "a class follows a blank line; expected no blank lines." : $"a line more than {labels.Path} has; expected the same number of lines.");
    }
}
