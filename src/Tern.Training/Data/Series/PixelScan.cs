namespace Tern.Training.Data.Series;

/// <summary>
/// The order in which the pixels of an image become steps: by rows or by blocks, after a fixed permutation where there is
/// one (permuted sequential MNIST: Le, Jaitly and Hinton 2015, arXiv 1504.00941).
/// </summary>
sealed class PixelScan
{
    readonly int[] order; // of the pixels that are kept
    readonly int values;

    /// <summary>Makes the order, the same for all images of this size and this seed.</summary>
    public PixelScan(int rows, int columns, DataConfig config)
    {
        Channels = config.Series.Scan == ImageScan.Rows ? columns : config.Series.Block;
        int pixels = rows * columns, steps = (pixels + Channels - 1) / Channels;
        if (config.MaxLength > 0)
            steps = Math.Min(steps, config.MaxLength);
        values = steps * Channels;
        int[] all = [.. Enumerable.Range(0, pixels)];
        if (config.Series.Permutation != 0)
            new Random(Seeds.Mix(config.Series.Permutation, "pixels")).Shuffle(all);
        order = all[..Math.Min(values, pixels)];
    }

    /// <summary>Pixels of a step.</summary>
    public int Channels { get; }

    /// <summary>The image as [steps, channels], 0 to 1; the last step is filled up with 0.</summary>
    public float[] Read(ReadOnlySpan<byte> image)
    {
        float[] series = new float[values];
        for (int i = 0; i < order.Length; i++)
            series[i] = image[order[i]] / 255f;
        return series;
    }
}
