using System.Security.Cryptography;

namespace Tern.Training.Data;

/// <summary>Labelled texts to train on, to choose the best epoch by, and to test on.</summary>
public sealed class Dataset
{
    /// <summary>Makes a data set of examples that are at hand.</summary>
    /// <param name="name">Its name in reports.</param>
    /// <param name="train">To train on: at least two classes.</param>
    /// <param name="validation">To choose the best epoch by: at least one, of known classes.</param>
    /// <param name="test">To test on; may be empty.</param>
    /// <exception cref="TernException">There are fewer than two classes, or a class occurs outside the training set only.</exception>
    public Dataset(string name, IReadOnlyList<Example> train, IReadOnlyList<Example> validation, IReadOnlyList<Example> test)
    {
        (Name, Train, Validation, Test) = (name, train, validation, test);
        Labels = [.. train.Select(e => e.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (Labels.Count < 2)
            throw new TernException($"{name} has {train.Count} training texts of {Labels.Count} class(es); expected at least 2 classes. A line is 'label token token ...', or CSV with the columns text and label.");
        if (validation.Count == 0)
            throw new TernException($"{name} has no validation texts; give data.validation, or data.validation_share above 0.");
        var known = new HashSet<string>(Labels, StringComparer.Ordinal);
        foreach (Example example in validation.Concat(test))
            if (!known.Contains(example.Label))
                throw new TernException($"{name} has a held-out text of class '{example.Label}', of which there is no training text (classes: {string.Join(", ", Labels.Take(20))}).");
    }

    /// <summary>Name in reports.</summary>
    public string Name { get; }

    /// <summary>Names of the classes, in ordinal order: the index is the class id.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>To train on.</summary>
    public IReadOnlyList<Example> Train { get; }

    /// <summary>To choose the best epoch by.</summary>
    public IReadOnlyList<Example> Validation { get; }

    /// <summary>To test on; empty where there is nothing to test on.</summary>
    public IReadOnlyList<Example> Test { get; }

    /// <summary>Whether the examples are texts; else they are series.</summary>
    public bool IsText => Train[0] is TextExample;

    /// <summary>Numbers of a step of the series; 0 for texts.</summary>
    public int Channels => (Train[0] as SeriesExample)?.Channels ?? 0;

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

    /// <summary>Loads what a configuration names; what has no file is held out of the training texts.</summary>
    /// <exception cref="TernException">A file is missing, empty or malformed, or the classes do not fit.</exception>
    public static Dataset Load(DataConfig config)
    {
        if (config.Train.Length == 0)
            throw new TernException("data.train is empty; give a file of labelled texts, or reference-documentation.");
        config = config.Resolve();
        (IReadOnlyList<Example> train, IReadOnlyList<Example>? validation, IReadOnlyList<Example>? test) = config.Train == ReferenceDocumentation.Name
            ? new DataParts(ReferenceDocumentation.Read(config.TextLength, config.SplitSeed))
            : Read(config.Train);
        if (config.Test.Length > 0)
            test = Read(config.Test).Train;
        if (config.Validation.Length > 0)
            validation = Read(config.Validation).Train;
        // shares are of all training texts, so the second split takes its part of what the first has left
        double left = 1;
        if (test is null)
        {
            (train, test) = HeldOut.Split(train, config.TestShare, config.SplitSeed);
            left -= config.TestShare;
        }
        if (validation is null)
            (train, validation) = HeldOut.Split(train, config.ValidationShare / left, config.SplitSeed + 1);
        return new(Path.GetFileNameWithoutExtension(config.Train), train, validation, test);

        DataParts Read(string path) => DataReader.Read(DataFiles.Resolve(path), config);
    }
}
