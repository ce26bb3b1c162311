namespace Tern.Training.Data.Series;

/// <summary>
/// The layout of UCI HAR (Anguita et al. 2013): a file a channel and part with a window a line, and y_train.txt, y_test.txt
/// with the class of each. All in one folder, or in the folders of the original (train/, train/Inertial Signals/).
/// </summary>
static class UciHar
{
    /// <summary>Whether a folder is in this layout.</summary>
    public static bool Is(string folder) => LabelsFile(folder, "train") is not null;

    /// <summary>Reads the training part, and the test part where there is one.</summary>
    /// <exception cref="TernException">A file is missing or malformed, or files disagree.</exception>
    public static DataParts Read(string folder, DataConfig config)
    {
        string train = LabelsFile(folder, "train") ?? throw new TernException(
            $"{folder} has no y_train.txt (or .gz, also in train/); expected a folder in the layout of UCI HAR.");
        IReadOnlyDictionary<string, string>? names = ActivityNames.Read(folder);
        using var trainPart = new UciHarPart(train, "train", names);
        List<SeriesExample> trained = trainPart.Read(config);
        if (LabelsFile(folder, "test") is not { } test)
            return new(trained);
        using var testPart = new UciHarPart(test, "test", names);
        if (!testPart.Channels.SequenceEqual(trainPart.Channels))
            throw new TernException(
                $"{folder} has the channels {string.Join(", ", trainPart.Channels)} to train on, but {string.Join(", ", testPart.Channels)} to test on; expected the same.");
        return new(trained, Test: testPart.Read(config));
    }

    static string? LabelsFile(string folder, string part) =>
        SeriesLayout.Packed(folder, $"y_{part}.txt") ?? SeriesLayout.Packed(Path.Combine(folder, part), $"y_{part}.txt");
}
