using System.Globalization;

namespace Tern.Training.Data.Series;

/// <summary>Images and their labels in IDX, as in MNIST: pixels of 0 to 1, read as a series.</summary>
static class IdxImages
{
    static readonly string[] LabelNames = [.. Enumerable.Range(0, 256).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Whether a file is named as one of images.</summary>
    public static bool IsImages(string name) =>
        name.Contains("idx3-ubyte", StringComparison.OrdinalIgnoreCase) || IsPart(name, "train-images") || IsPart(name, "t10k-images");

    /// <summary>Reads the images of a file with the labels beside it, or the train and t10k files of a folder.</summary>
    /// <exception cref="TernException">A file is missing, malformed or truncated, or files disagree.</exception>
    public static DataParts Read(string path, DataConfig config)
    {
        if (!Directory.Exists(path))
            return new(ReadPair(path, config, out _));
        string train = FindImages(path, "train-images") ?? throw new TernException(
            $"{path} has no file train-images*; expected train-images-idx3-ubyte and train-labels-idx1-ubyte (or .gz), or name a file of images.");
        List<SeriesExample> trained = ReadPair(train, config, out (int, int) trainSize);
        if (FindImages(path, "t10k-images") is not { } test)
            return new(trained);
        List<SeriesExample> tested = ReadPair(test, config, out (int, int) testSize);
        return trainSize == testSize
            ? new(trained, Test: tested)
            : throw new TernException($"{test} has images of {testSize.Item1} x {testSize.Item2} pixels, but {train} of {trainSize.Item1} x {trainSize.Item2}; expected the same.");
    }

    static bool IsPart(string name, string start) => name.StartsWith(start, StringComparison.OrdinalIgnoreCase);

    /// <summary>The file of a part; where it lies there unpacked and packed, the unpacked one.</summary>
    static string? FindImages(string folder, string start)
    {
        string[] files = SeriesLayout.Files(folder, name => IsPart(name, start));
        string[] plain = [.. files.Select(DataStream.PlainName).Distinct(StringComparer.Ordinal)];
        return plain.Length <= 1
            ? files.MinBy(file => file.Length)
            : throw new TernException($"{folder} holds several files {start}* ({string.Join(", ", plain.Take(10))}); expected one, or name a file.");
    }

    static string LabelsBeside(string images)
    {
        string folder = Path.GetDirectoryName(images) ?? "";
        string name = DataStream.PlainName(images)
            .Replace("images", "labels", StringComparison.OrdinalIgnoreCase).Replace("idx3", "idx1", StringComparison.OrdinalIgnoreCase);
        if (name.Equals(DataStream.PlainName(images), StringComparison.Ordinal))
            throw new TernException($"{images} is not named as images in IDX, so its labels cannot be found; expected a name like train-images-idx3-ubyte, beside train-labels-idx1-ubyte.");
        return SeriesLayout.Packed(folder, name) ?? throw new TernException($"{images} has no file of labels beside it; expected {Path.Combine(folder, name)} (or .gz).");
    }

    static List<SeriesExample> ReadPair(string path, DataConfig config, out (int Rows, int Columns) size)
    {
        using var images = new IdxFile(path, dimensions: 3);
        using var labels = new IdxFile(LabelsBeside(path), dimensions: 1);
        if (images.Count != labels.Count)
            throw new TernException($"{images.Path} holds {images.Count} images, but {labels.Path} {labels.Count} labels; expected the same number.");
        size = (images.Rows, images.Columns);
        var scan = new PixelScan(images.Rows, images.Columns, config);
        var examples = new List<SeriesExample>();
        for (long i = 0; i < images.Count; i++)
            examples.Add(new(scan.Read(images.Next(i)), scan.Channels, LabelNames[labels.Next(i)[0]]));
        images.ExpectEnd();
        labels.ExpectEnd();
        return examples;
    }
}
