using System.Text.Json.Serialization;
using Tern.Kernels;

namespace Tern.Features;

/// <summary>How a series of numbers becomes rows of a model's input: the same record trains and serves, and is saved in the model file.</summary>
public sealed record SeriesFeatures
{
    /// <summary>Numbers of a step of the model's input.</summary>
    public required int Channels { get; init; }

    /// <summary>Mean of each channel over the training part, or 0 where nothing is normalised.</summary>
    public required float[] Mean { get; init; }

    /// <summary>Standard deviation of each channel over the training part, or 1; above 0.</summary>
    public required float[] Deviation { get; init; }

    /// <summary>Steps kept of a series; the rest is cut off. 0 keeps all.</summary>
    [JsonRequired]
    public int MaxLength { get; init; }

    /// <summary>How sound becomes frames, whose numbers are the channels; null where a series holds the channels themselves.</summary>
    public LogMelOptions? LogMel { get; init; }

    /// <summary>Numbers of a step of the series that is given: 1, a sample, where it is sound that becomes frames.</summary>
    [JsonIgnore]
    public int InputChannels => LogMel is null ? Channels : 1;

    /// <summary>Takes mean and deviation of training series; a channel that never changes gets deviation 1.</summary>
    /// <param name="series">The training series, each [steps, channels], or samples of sound.</param>
    /// <param name="channels">Numbers of a step; not looked at where sound becomes frames.</param>
    /// <param name="normalise">False leaves numbers as they are: mean 0, deviation 1.</param>
    /// <param name="maxLength">Steps kept of a series, frames of sound; 0 keeps all.</param>
    /// <param name="logMel">How sound becomes frames; null where a series holds the channels themselves.</param>
    /// <exception cref="TernException">An option is out of range.</exception>
    public static SeriesFeatures Fit(IEnumerable<float[]> series, int channels, bool normalise, int maxLength, LogMelOptions? logMel = null)
    {
        if (logMel?.Problem() is { } problem)
            throw new TernException($"Log-mel features whose {problem}.");
        channels = logMel?.Width ?? channels;
        var plain = new SeriesFeatures { Channels = channels, Mean = new float[channels], Deviation = [.. Enumerable.Repeat(1f, channels)], MaxLength = maxLength, LogMel = logMel };
        if (!normalise)
            return plain;
        float[][] given = [.. series], all = new float[given.Length][];
        Workers.Run(Environment.ProcessorCount, worker =>
        {
            for (int i = worker; i < given.Length; i += Environment.ProcessorCount)
                all[i] = plain.Rows(given[i]);
        });
        double[] sum = new double[channels], squares = new double[channels];
        foreach (float[] values in all)
            for (int i = 0; i < values.Length; i++)
                sum[i % channels] += values[i];
        long steps = all.Sum(values => values.LongLength) / channels;
        // a second pass: the difference of two large sums would lose a small deviation
        foreach (float[] values in all)
            for (int i = 0; i < values.Length; i++)
                squares[i % channels] += Math.Pow(values[i] - sum[i % channels] / steps, 2);
        return plain with
        {
            Mean = [.. sum.Select(s => steps == 0 ? 0 : (float)(s / steps))],
            Deviation = [.. squares.Select(s => steps == 0 || s / steps < 1e-20 ? 1 : (float)Math.Sqrt(s / steps))],
        };
    }

    /// <summary>The rows of a series, [steps, channels]: cut into frames where it is sound, cut off, shifted and scaled.</summary>
    /// <param name="values">[steps, channels], or samples of sound, -1 to 1.</param>
    /// <exception cref="TernException">There is no step, or the numbers do not make whole steps.</exception>
    public float[] Encode(ReadOnlySpan<float> values)
    {
        float[] rows = Measured(values);
        for (int at = 0; at < rows.Length; at += Channels)
            Scale(rows.AsSpan(at, Channels));
        return rows;
    }

    /// <summary>The rows of a series as they are, neither shifted nor scaled.</summary>
    /// <param name="values">As for <see cref="Encode"/>.</param>
    /// <exception cref="TernException">As of <see cref="Encode"/>.</exception>
    internal float[] Measured(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty || values.Length % InputChannels != 0)
            throw new TernException(LogMel is null
                ? $"A series of {values.Length} numbers does not make steps of {Channels} channels; expected at least one whole step."
                : "A clip of 0 samples makes no frame; expected at least one sample.");
        return Rows(values);
    }

    /// <summary>Shifts and scales a row in place, as <see cref="Encode"/> does with each: for frames of <see cref="Features.LogMel"/> that are run as they come.</summary>
    /// <param name="row">[channels].</param>
    public void Scale(Span<float> row)
    {
        for (int i = 0; i < row.Length; i++)
            row[i] = (row[i] - Mean[i]) / Deviation[i];
    }

    /// <summary>A copy of the rows that are kept, as they are.</summary>
    float[] Rows(ReadOnlySpan<float> values) => Cut(LogMel is null ? values.ToArray() : Features.LogMel.Frames(LogMel, values), Channels, MaxLength);

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
        if (LogMel is not null && LogMel.Problem() is { } problem)
            throw new TernException($"has log-mel features whose {problem}. Train the model again.");
        if (LogMel is not null && LogMel.Width != Channels)
            throw new TernException($"has log-mel features of {LogMel.Width} numbers a frame for {Channels} channels; expected as many. Train the model again.");
        if (MaxLength < 0)
            throw new TernException($"has series features with max_length {MaxLength}; expected 0 (all) or more. Train the model again.");
    }
}
