using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Tern.Features;

namespace Tern.Training.Data;

/// <summary>What is in a data set, to look at before anything is trained on it.</summary>
public sealed record DataSummary
{
    const int Rare = 10;

    /// <summary>Whether the examples are texts; series otherwise.</summary>
    public required bool IsText { get; init; }

    /// <summary>Numbers of a step of a series, as a model is fed them; 0 for texts.</summary>
    public required int Channels { get; init; }

    /// <summary>How sound becomes frames; null where steps are fed as they are read.</summary>
    public LogMelOptions? LogMel { get; init; }

    /// <summary>The parts that there are.</summary>
    public required IReadOnlyList<PartSummary> Parts { get; init; }

    /// <summary>What may be wrong, in a line each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Names of all classes, in ordinal order.</summary>
    public IReadOnlyList<string> Labels => [.. Parts.SelectMany(part => part.Classes.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Counts what readers gave.</summary>
    /// <param name="parts">The parts, such as of <see cref="Dataset.ReadParts"/>.</param>
    /// <param name="config">How texts are cleaned and cut into tokens.</param>
    public static DataSummary Of(DataParts parts, DataConfig config)
    {
        (string Name, IReadOnlyList<Example> Examples)[] all =
            [.. new[] { ("train", parts.Train), ("validation", parts.Validation!), ("test", parts.Test!) }.Where(part => part.Item2 is not null)];
        LogMelOptions? mel = LogMelOf(parts, config);
        int[][] lengths = Array.ConvertAll(all, part => part.Examples.Select(example => Length(example, config, mel)).ToArray());
        PartSummary[] counted = [.. all.Select((part, i) => PartSummary.Of(part.Name, part.Examples, lengths[i]))];
        return new()
        {
            IsText = parts.Train is not [SeriesExample, ..],
            Channels = parts.Train is [SeriesExample first, ..] ? mel?.Width ?? first.Channels : 0,
            LogMel = mel,
            Parts = counted,
            Warnings = [.. Mixtures(all), .. Duplicates(all), .. Lengths(all, lengths, config), .. Classes(counted, config)],
        };
    }

    static LogMelOptions? LogMelOf(DataParts parts, DataConfig config) => parts.Train is [SeriesExample first, ..] ? config.Series.LogMel(first.SampleRate) : null;

    /// <summary>Tokens of a text before any are cut off, steps of a series, frames of sound.</summary>
    static int Length(Example example, DataConfig config, LogMelOptions? mel)
    {
        if (example is not TextExample { Text: var text })
            return (int)Math.Min(int.MaxValue, mel?.FramesOf(((SeriesExample)example).Steps) ?? ((SeriesExample)example).Steps);
        int count = 0;
        foreach (ReadOnlySpan<char> _ in new Tokens(TextCleaner.Clean(text, config.Clean), config.Unit))
            count++;
        return count;
    }

    static IEnumerable<string> Mixtures((string, IReadOnlyList<Example> Examples)[] parts)
    {
        Example[] all = [.. parts.SelectMany(part => part.Examples)];
        int series = all.Count(example => example is SeriesExample);
        if (series > 0 && series < all.Length)
            yield return $"{all.Length - series} texts and {series} series; a model takes one kind";
        int[] channels = [.. all.OfType<SeriesExample>().Select(example => example.Channels).Distinct().Order()];
        if (channels.Length > 1)
            yield return $"series of {string.Join(", ", channels)} channels; a model takes one number";
    }

    static IEnumerable<string> Duplicates((string Name, IReadOnlyList<Example> Examples)[] parts)
    {
        HashSet<string>[] contents = Array.ConvertAll(parts, part => part.Examples.Select(Content).ToHashSet(StringComparer.Ordinal));
        for (int a = 0; a < parts.Length; a++)
            for (int b = a + 1; b < parts.Length; b++)
                if (parts[b].Examples.Count(example => contents[a].Contains(Content(example))) is var count and > 0)
                    yield return $"{count} of {parts[b].Examples.Count} {parts[b].Name} examples are also in {parts[a].Name}";
    }

    static string Content(Example example) => example is TextExample text
        ? text.Text
        : Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(((SeriesExample)example).Values.AsSpan())));

    static IEnumerable<string> Lengths((string Name, IReadOnlyList<Example> Examples)[] parts, int[][] lengths, DataConfig config)
    {
        for (int i = 0; i < parts.Length; i++)
        {
            if (lengths[i].Count(length => length == 0) is var empty and > 0)
                yield return $"{empty} {parts[i].Name} examples are empty";
            int limit = parts[i].Examples is [TextExample, ..] ? config.TextLength : config.MaxLength;
            if (limit > 0 && lengths[i].Count(length => length > limit) is var longer and > 0)
                yield return $"{longer} {parts[i].Name} examples are longer than {limit} steps and are cut there (data.max_length)";
        }
    }

    static IEnumerable<string> Classes(PartSummary[] parts, DataConfig config)
    {
        IReadOnlyDictionary<string, int> train = parts[0].Classes;
        string[] rare = [.. train.Where(label => label.Value < Rare).OrderBy(label => label.Value).Select(label => $"{Named.Shorten(label.Key)} ({label.Value})")];
        if (rare.Length > 0)
            yield return $"{rare.Length} classes have fewer than {Rare} training examples: {string.Join(", ", rare.Take(5))}{(rare.Length > 5 ? ", ..." : "")}";
        if (config.Folds > 0 && !config.MultiLabel && train.Where(label => label.Value < config.Folds).ToArray() is { Length: > 0 } few)
            yield return $"{few.Length} classes have fewer examples than data.folds={config.Folds}, so some folds test none of them: {string.Join(", ", few.Take(5).Select(label => $"{Named.Shorten(label.Key)} ({label.Value})"))}{(few.Length > 5 ? ", ..." : "")}";
        if (train.Count < 2 && !config.MultiLabel)
            yield return $"{train.Count} class in train; a classifier needs 2";
        foreach (PartSummary part in parts[1..])
            if (part.Classes.Keys.Where(label => !train.ContainsKey(label)).Take(5).ToArray() is { Length: > 0 } unknown)
                yield return $"classes of {part.Part} that train does not have: {string.Join(", ", unknown.Select(Named.Shorten))}";
    }
}

/// <summary>Counts of a part of a data set.</summary>
/// <param name="Part">train, validation or test.</param>
/// <param name="Examples">Examples.</param>
/// <param name="Classes">Examples of each class, in ordinal order of their names; an example of several classes counts in each.</param>
/// <param name="MinLength">Tokens or steps of the shortest.</param>
/// <param name="MedianLength">Tokens or steps of the middle one; of two the shorter.</param>
/// <param name="MaxLength">Tokens or steps of the longest.</param>
public sealed record PartSummary(string Part, int Examples, IReadOnlyDictionary<string, int> Classes, int MinLength, int MedianLength, int MaxLength)
{
    internal static PartSummary Of(string name, IReadOnlyList<Example> examples, int[] lengths)
    {
        int[] sorted = [.. lengths.Order()];
        var classes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (Example example in examples)
            foreach (string label in example.Labels)
                classes[label] = classes.GetValueOrDefault(label) + 1;
        return sorted.Length == 0
            ? new(name, 0, classes, 0, 0, 0)
            : new(name, examples.Count, classes, sorted[0], sorted[(sorted.Length - 1) / 2], sorted[^1]);
    }
}
