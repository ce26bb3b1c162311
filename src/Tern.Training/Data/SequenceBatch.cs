namespace Tern.Training.Data;

/// <summary>Examples of a training step side by side, padded to the longest.</summary>
public abstract class SequenceBatch
{
    private protected SequenceBatch(IReadOnlyList<EncodedExample> examples)
    {
        Lengths = new int[examples.Count];
        Classes = new int[examples.Count][];
        for (int b = 0; b < examples.Count; b++)
        {
            Lengths[b] = examples[b].Length;
            Classes[b] = examples[b].Classes;
            Time = Math.Max(Time, Lengths[b]);
        }
    }

    /// <summary>Puts examples side by side: all texts, or all series.</summary>
    public static SequenceBatch Of(IReadOnlyList<EncodedExample> examples) => examples[0] is EncodedText
        ? new TokenBatch([.. examples.Cast<EncodedText>()])
        : new SeriesBatch([.. examples.Cast<EncodedSeries>()]);

    /// <summary>Steps of each example.</summary>
    public int[] Lengths { get; }

    /// <summary>Class ids of each example.</summary>
    public int[][] Classes { get; }

    /// <summary>Steps: those of the longest example.</summary>
    public int Time { get; }

    /// <summary>Examples.</summary>
    public int Size => Lengths.Length;
}

/// <summary>Texts of a training step.</summary>
public sealed class TokenBatch : SequenceBatch
{
    /// <summary>Puts texts side by side.</summary>
    public TokenBatch(IReadOnlyList<EncodedText> texts) : base(texts)
    {
        Tokens = new int[Time * texts.Count];
        for (int b = 0; b < texts.Count; b++)
            for (int t = 0; t < Lengths[b]; t++)
                Tokens[t * texts.Count + b] = texts[b].Tokens[t];
    }

    /// <summary>Token ids [time, batch]; 0 at padded steps.</summary>
    public int[] Tokens { get; }
}

/// <summary>Series of a training step.</summary>
public sealed class SeriesBatch : SequenceBatch
{
    /// <summary>Puts series side by side.</summary>
    public SeriesBatch(IReadOnlyList<EncodedSeries> series) : base(series)
    {
        Channels = series[0].Channels;
        Rows = new float[Time * series.Count * Channels];
        for (int b = 0; b < series.Count; b++)
            for (int t = 0; t < Lengths[b]; t++)
                series[b].Rows.AsSpan(t * Channels, Channels).CopyTo(Rows.AsSpan((t * series.Count + b) * Channels));
    }

    /// <summary>Numbers of a step.</summary>
    public int Channels { get; }

    /// <summary>[time, batch, channels]; 0 at padded steps.</summary>
    public float[] Rows { get; }
}
