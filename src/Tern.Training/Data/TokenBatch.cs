namespace Tern.Training.Data;

/// <summary>A text as token ids, and its class id.</summary>
/// <param name="Tokens">At least one token id.</param>
/// <param name="Label">Index of the class.</param>
public sealed record EncodedText(int[] Tokens, int Label);

/// <summary>Texts of a training step, padded to the longest.</summary>
public sealed class TokenBatch
{
    /// <summary>Puts texts side by side.</summary>
    public TokenBatch(IReadOnlyList<EncodedText> texts)
    {
        Lengths = new int[texts.Count];
        Labels = new long[texts.Count];
        for (int b = 0; b < texts.Count; b++)
        {
            Lengths[b] = texts[b].Tokens.Length;
            Labels[b] = texts[b].Label;
            Time = Math.Max(Time, Lengths[b]);
        }
        Tokens = new int[Time * texts.Count];
        for (int b = 0; b < texts.Count; b++)
            for (int t = 0; t < Lengths[b]; t++)
                Tokens[t * texts.Count + b] = texts[b].Tokens[t];
    }

    /// <summary>Token ids [time, batch]; 0 at padded steps.</summary>
    public int[] Tokens { get; }

    /// <summary>Tokens of each text.</summary>
    public int[] Lengths { get; }

    /// <summary>Class id of each text.</summary>
    public long[] Labels { get; }

    /// <summary>Steps: the longest text's tokens.</summary>
    public int Time { get; }

    /// <summary>Texts.</summary>
    public int Size => Lengths.Length;
}
