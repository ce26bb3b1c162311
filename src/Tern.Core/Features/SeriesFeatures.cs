using System.Text.Json.Serialization;

namespace Tern.Features;

/// <summary>How a series of numbers becomes rows of a model's input: the same record trains and serves, and is saved in the model file.</summary>
public sealed record SeriesFeatures
{
    /// <summary>Numbers of a step.</summary>
    public required int Channels { get; init; }

    /// <summary>Mean of each channel over the training part, or 0 where nothing is normalised.</summary>
    public required float[] Mean { get; init; }

    /// <summary>Standard deviation of each channel over the training part, or 1; above 0.</summary>
    public required float[] Deviation { get; init; }

    /// <summary>Steps kept of a series; the rest is cut off. 0 keeps all.</summary>
    [JsonRequired]
    public int MaxLength { get; init; }

    /// <summary>Takes mean and deviation of training series; a channel that never changes gets deviation 1.</summary>
    /// <param name="series">The training series, each [steps, channels].</param>
    /// <param name="channels">Numbers of a step.</param>
    /// <param name="normalise">False leaves numbers as they are: mean 0, deviation 1.</param>
    /// <param name="maxLength">Steps kept of a series; 0 keeps all.</param>
    public static SeriesFeatures Fit(IEnumerable<float[]> series, int channels, bool normalise, int maxLength)
    {
        double[] sum = new double[channels], squares = new double[channels];
        long steps = 0;
        if (normalise)
        {
            float[][] all = [.. series.Select(values => Cut(values, channels, maxLength))];
            foreach (float[] values in all)
                for (int i = 0; i < values.Length; i++)
                    sum[i % channels] += values[i];
            steps = all.Sum(values => values.LongLength) / channels;
            // a second pass: the difference of two large sums would lose a small deviation
            foreach (float[] values in all)
                for (int i = 0; i < values.Length; i++)
                    squares[i % channels] += Math.Pow(values[i] - sum[i % channels] / steps, 2);
        }
        return new()
        {
            Channels = channels,
            Mean = [.. sum.Select(s => steps == 0 ? 0 : (float)(s / steps))],
            Deviation = [.. squares.Select(s => steps == 0 || s / steps < 1e-20 ? 1 : (float)Math.Sqrt(s / steps))],
            MaxLength = maxLength,
        };
    }

    /// <summary>The rows of a series, [steps, channels]: cut, shifted and scaled.</summary>
    /// <param name="values">[steps, channels].</param>
    /// <exception cref="TernException">There is no step, or the numbers do not make whole steps.</exception>
    public float[] Encode(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty || values.Length % Channels != 0)
            throw new TernException($"A series of {values.Length} numbers does not make steps of {Channels} channels; expected at least one whole step.");
        float[] rows = Cut(values.ToArray(), Channels, MaxLength);
        for (int i = 0; i < rows.Length; i++)
            rows[i] = (rows[i] - Mean[i % Channels]) / Deviation[i % Channels];
        return rows;
    }

    static float[] Cut(float[] values, int channels, int maxLength) =>
        maxLength > 0 && values.Length > (long)maxLength * channels ? values[..(maxLength * channels)] : values;

    /// <summary>Checks what a file may have wrong.</summary>
    internal void Check()
    {
        if (Channels < 1 || Mean.Length != Channels || Deviation.Length != Channels)
            throw new TernException($"has series features of {Channels} channels with {Mean.Length} means and {Deviation.Length} deviations; expected as many as channels. Train the model again.");
        foreach (float deviation in Deviation)
            if (!(deviation > 0 && float.IsFinite(deviation)))
                throw new TernException($"has series features with a deviation of {deviation}; expected above 0. Train the model again.");
        foreach (float mean in Mean)
            if (!float.IsFinite(mean))
                throw new TernException($"has series features with a mean of {mean}; expected a finite number. Train the model again.");
        if (MaxLength < 0)
            throw new TernException($"has series features with max_length {MaxLength}; expected 0 (all) or more. Train the model again.");
    }
}
