using System.Runtime.InteropServices;

namespace Tern.Training.Data.Series;

/// <summary>
/// Series in the .ts layout of the UCR/UEA archive, as sktime and aeon write it: a case a line, its dimensions separated by
/// <c>:</c>, their values by <c>,</c>, the class last.
/// </summary>
static class TsFile
{
    const string Extension = ".ts", TrainEnd = "_TRAIN.ts", TestEnd = "_TEST.ts";

    /// <summary>Whether a file is named so.</summary>
    public static bool Is(string name) => SeriesLayout.HasExtension(name, Extension);

    /// <summary>Reads a file, or the pair NAME_TRAIN.ts and NAME_TEST.ts of a folder.</summary>
    /// <exception cref="TernException">A file is malformed or holds no case, or the folder holds no pair or several.</exception>
    public static DataParts Read(string path, DataConfig config)
    {
        if (!Directory.Exists(path))
            return new(ReadFile(path, config));
        (string train, string? test) = FindPair(path);
        List<SeriesExample> trained = ReadFile(train, config);
        if (test is null)
            return new(trained);
        List<SeriesExample> tested = ReadFile(test, config);
        if (trained[0].Channels != tested[0].Channels)
            throw new TernException($"{test} has {tested[0].Channels} dimensions, but {train} has {trained[0].Channels}; expected a pair of one data set.");
        return new(trained, Test: tested);
    }

    static (string Train, string? Test) FindPair(string folder)
    {
        string[] files = SeriesLayout.Files(folder, Is);
        string[] trains = [.. files.Where(file => SeriesLayout.HasExtension(file, TrainEnd))];
        if (files.Length == 1 && trains.Length == 0)
            return (files[0], null);
        if (trains.Length == 0)
            throw new TernException($"{folder} holds {files.Length} .ts files and none is NAME{TrainEnd}; expected NAME{TrainEnd} and NAME{TestEnd}, or name a file.");
        // a folder may hold variants of its data set, such as NAME_eq_TRAIN.ts
        string own = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        string[] chosen = trains.Length == 1 ? trains : [.. trains.Where(file => Name(file).Equals(own, StringComparison.OrdinalIgnoreCase))];
        if (chosen.Length != 1)
            throw new TernException($"{folder} holds {trains.Length} data sets ({string.Join(", ", trains.Take(10).Select(Name))}) and not one is named {own}; name one of the files.");
        string testName = Name(chosen[0]) + TestEnd;
        return (chosen[0], files.FirstOrDefault(file => DataStream.PlainName(file).Equals(testName, StringComparison.OrdinalIgnoreCase)));
    }

    static string Name(string train) => DataStream.PlainName(train)[..^TrainEnd.Length];

    static List<SeriesExample> ReadFile(string path, DataConfig config)
    {
        using var lines = new ByteLines(path);
        TsHeader header = TsHeader.Read(lines, config.Encoding);
        int channels = header.Dimensions, length = header.EqualLength ? header.SeriesLength : 0;
        var examples = new List<SeriesExample>();
        var values = new List<float>(); // [dimensions, steps] of a case
        while (lines.Read(out ReadOnlySpan<byte> line))
        {
            line = line.Trim(" \t"u8);
            if (line.IsEmpty || line[0] == '#')
                continue;
            int labelAt = line.LastIndexOf((byte)':') + 1;
            string label = Label(lines, header, line[labelAt..], labelAt > 0, config.Encoding);
            values.Clear();
            int dimensions = ReadValues(lines, line[..(labelAt - 1)], values);
            int steps = values.Count / dimensions;

            if (channels == 0)
                channels = dimensions;
            if (dimensions != channels)
                lines.Fail($"the case has {dimensions} dimension(s), expected {channels} as {(header.Dimensions > 0 ? "the header says" : "the first case has")}.");
            if (header.EqualLength && length == 0)
                length = steps;
            if (header.EqualLength && steps != length)
                lines.Fail($"the case has {steps} steps, expected {length}, since @equalLength is true; set it to false if lengths differ.");
            examples.Add(new(Transposed(values, channels, steps, config.MaxLength), channels, label) { Origin = new(lines.Path, lines.Number) });
        }
        return examples.Count > 0 ? examples : throw lines.Error("no case follows @data; expected 'value,value,...:class', a case a line.");
    }

    static string Label(ByteLines lines, TsHeader header, ReadOnlySpan<byte> part, bool hasValues, TextEncoding encoding)
    {
        part = part.Trim(" \t"u8);
        if (!hasValues || part.IsEmpty || part.Contains((byte)','))
            lines.Fail($"the case has no class at its end; expected ':' and one of {Classes(header)}.");
        string name = lines.Text(part, encoding);
        return header.Labels.TryGetValue(name, out string? label)
            ? label
            : throw lines.Error($"class '{SeriesNumber.Shorten(name)}' is not among those of @classLabel ({Classes(header)}).");
    }

    static string Classes(TsHeader header) => string.Join(", ", header.Labels.Keys.Take(20).Select(name => SeriesNumber.Shorten(name)));

    /// <summary>Adds the values of all dimensions of a case; returns the number of dimensions.</summary>
    static int ReadValues(ByteLines lines, ReadOnlySpan<byte> line, List<float> values)
    {
        int dimensions = 0, steps = 0;
        foreach (Range dimension in line.Split((byte)':'))
        {
            int before = values.Count;
            foreach (Range field in line[dimension].Split((byte)','))
            {
                ReadOnlySpan<byte> text = line[dimension][field];
                if (!SeriesNumber.TryParse(text, out float value))
                    lines.Fail(ValueProblem(text, dimensions + 1, values.Count - before + 1));
                values.Add(value);
            }
            int count = values.Count - before;
            if (dimensions++ == 0)
                steps = count;
            if (count != steps)
                lines.Fail($"dimension {dimensions} has {count} values, but dimension 1 has {steps}; expected the same number in every dimension of a case.");
        }
        return dimensions;
    }

    static string ValueProblem(ReadOnlySpan<byte> text, int dimension, int step)
    {
        string next = text.TrimStart((byte)' ').StartsWith("("u8)
            ? "time stamps are not supported, give values at equal distances"
            : "missing values are not supported, fill them in first";
        return $"value {step} of dimension {dimension} {SeriesNumber.Problem(text)}; expected a number ({next}).";
    }

    static float[] Transposed(List<float> values, int channels, int steps, int maxLength)
    {
        int kept = maxLength > 0 ? Math.Min(steps, maxLength) : steps;
        ReadOnlySpan<float> source = CollectionsMarshal.AsSpan(values);
        float[] result = new float[kept * channels]; // [steps, channels]
        for (int c = 0; c < channels; c++)
            for (int t = 0; t < kept; t++)
                result[t * channels + c] = source[c * steps + t];
        return result;
    }
}
