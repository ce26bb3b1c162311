using System.Security.Cryptography;

namespace Tern.Training.Data;

/// <summary>Labelled texts, or series, to train on, to choose the best epoch by, and to test on.</summary>
public sealed class Dataset
{
    /// <summary>Makes a data set of examples that are at hand.</summary>
    /// <param name="name">Its name in reports.</param>
    /// <param name="train">To train on: at least two classes, or with several labels an example at least one.</param>
    /// <param name="validation">To choose the best epoch by: at least one, of known classes.</param>
    /// <param name="test">To test on; may be empty.</param>
    /// <param name="multiLabel">Whether an example may have several classes, or none; the classes are those of all three parts then.</param>
    /// <exception cref="TernException">There are too few classes, a class occurs outside the training set only, or texts and series, or series of different channels, are mixed.</exception>
    public Dataset(string name, IReadOnlyList<Example> train, IReadOnlyList<Example> validation, IReadOnlyList<Example> test, bool multiLabel = false)
    {
        (Name, Train, Validation, Test, MultiLabel) = (name, train, validation, test, multiLabel);
        Example[] all = [.. train.Concat(validation).Concat(test)];
        CheckKinds(name, all);
        IsText = all is not [SeriesExample, ..];
        (Channels, SampleRate) = all is [SeriesExample first, ..] ? (first.Channels, first.SampleRate) : (0, 0);
        Labels = [.. (multiLabel ? all : train).SelectMany(e => e.Labels).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        string kind = IsText ? "texts" : "series";
        if (Labels.Count < (multiLabel ? 1 : 2))
            throw new TernException($"{name} has {train.Count} training {kind} of {Labels.Count} class(es); expected at least {(multiLabel ? "1 label" : "2 classes")}."
                + (IsText ? " A line is 'label token token ...', or a table has the columns text and label." : ""));
        if (validation.Count == 0)
            throw new TernException($"{name} has no validation {kind}; give data.validation, or data.validation_share above 0.");
        if (multiLabel)
            return;
        var known = new HashSet<string>(Labels, StringComparer.Ordinal);
        foreach (Example example in all)
            if (example.Labels.Count != 1)
                throw new TernException($"{name} has an example of {example.Labels.Count} classes; expected one, or set data.multi_label=true.");
            else if (!known.Contains(example.Label))
                throw new TernException($"{example.Origin.Prefix}{name} has a held-out {(IsText ? "text" : "series")} of class '{example.Label}', of which there is no training {(IsText ? "text" : "series")} (classes: {string.Join(", ", Labels.Take(20))}).");
    }

    /// <summary>Name in reports.</summary>
    public string Name { get; }

    /// <summary>Names of the classes, in ordinal order: the index is the class id.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Whether an example may have several classes, or none.</summary>
    public bool MultiLabel { get; }

    /// <summary>Whether the examples are texts; series otherwise.</summary>
    public bool IsText { get; }

    /// <summary>Numbers of a step of a series; 0 for texts.</summary>
    public int Channels { get; }

    /// <summary>Samples a second of sound; 0 for other series and texts.</summary>
    public int SampleRate { get; }

    /// <summary>To train on.</summary>
    public IReadOnlyList<Example> Train { get; }

    /// <summary>To choose the best epoch by.</summary>
    public IReadOnlyList<Example> Validation { get; }

    /// <summary>To test on; empty where there is nothing to test on.</summary>
    public IReadOnlyList<Example> Test { get; }

    /// <summary>SHA-256 (first 16 hexadecimal digits) of all labels and texts, in order.</summary>
    public string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (IReadOnlyList<Example> part in new[] { Train, Validation, Test })
        {
            hash.AppendData("\u0001"u8);
            foreach (Example example in part)
                example.AppendTo(hash);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    /// <summary>
    /// Loads what a configuration names. A part that has no file is held out of the training data: a fold, or a share; of
    /// every class alike, or of whole groups. The same seed gives the same parts, and every example is in one of them.
    /// </summary>
    /// <exception cref="TernException">A file is missing, empty or malformed, or classes, groups or folds do not fit.</exception>
    public static Dataset Load(DataConfig config)
    {
        string name = NameOf(config.Train);
        config = config.Resolve();
        (IReadOnlyList<Example> train, IReadOnlyList<Example>? validation, IReadOnlyList<Example>? test) = Read(config);
        // shares are of all training examples, so the second split takes its part of what the first has left
        double left = 1;
        if (config.Folds > 0)
        {
            if (test is not null)
                throw new TernException($"{name} has a test part of its own, and data.folds={config.Folds} would make another; set data.folds=0.");
            int[] folds = config.SplitByGroup
                ? Folds.ByGroup(name, train, config.Folds, config.SplitSeed)
                : Folds.Stratified(name, train, config.Folds, config.SplitSeed);
            (train, test) = HeldOut.Part(train, Array.ConvertAll(folds, fold => fold == config.Fold - 1));
        }
        else if (test is null)
        {
            (train, test) = HoldOut(config.TestShare, config.SplitSeed);
            left -= config.TestShare;
        }
        if (validation is null)
            (train, validation) = HoldOut(config.ValidationShare / left, config.SplitSeed + 1);
        return new(name, train, validation, test, config.MultiLabel);

        (List<Example>, List<Example>) HoldOut(double share, long seed) => config.SplitByGroup
            ? HeldOut.Part(train, Groups.HoldOut(name, train, share, seed))
            : HeldOut.Split(train, share, seed);
    }

    /// <summary>Reads the parts that a configuration names, as they lie in files: nothing is held out.</summary>
    /// <exception cref="TernException">A file is missing, empty or malformed.</exception>
    public static DataParts ReadParts(DataConfig config) => Read(config.Resolve());

    static DataParts Read(DataConfig config)
    {
        if (config.Train.Length == 0)
            throw new TernException("data.train is empty; give a file of labelled texts, or the name of a data set that ./tern data list shows.");
        DataParts parts = config.Train == ReferenceDocumentation.Name
            ? new(ReferenceDocumentation.Read(config.TextLength, config.SplitSeed))
            : ReadFile(config.Train);
        if (config.Test.Length > 0)
            parts = parts with { Test = ReadFile(config.Test).Train };
        if (config.Validation.Length > 0)
            parts = parts with { Validation = ReadFile(config.Validation).Train };
        return parts;

        DataParts ReadFile(string path) => DataReader.Read(DataFiles.Resolve(path), config);
    }

    /// <summary>Texts or series, and of one number of channels.</summary>
    static void CheckKinds(string name, IEnumerable<Example> examples)
    {
        Example? first = null;
        foreach (Example example in examples)
        {
            first ??= example;
            if (example is SeriesExample != first is SeriesExample)
                throw new TernException($"{name} mixes texts and series; expected files of one kind. Look at data.format.");
            if (example is SeriesExample series && first is SeriesExample other && series.Channels != other.Channels)
                throw new TernException($"{name} has series of {other.Channels} and of {series.Channels} channels; expected the same channels in all files.");
            if (example is SeriesExample sound && first is SeriesExample before && sound.SampleRate != before.SampleRate)
                throw new TernException($"{example.Origin.Prefix}{name} has {sound.SampleRate} samples a second here and {before.SampleRate} before (0: no sound); set data.series.sample_rate to resample them.");
        }
    }

    static string NameOf(string train) => KnownDatasets.Find(train)?.Name ?? Path.GetFileNameWithoutExtension(DataStream.PlainName(train));
}
