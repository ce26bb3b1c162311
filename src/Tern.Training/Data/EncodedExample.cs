namespace Tern.Training.Data;

/// <summary>An example as numbers, and the ids of its classes.</summary>
/// <param name="Classes">Indices of its classes: one, or any number in multi-label data.</param>
public abstract record EncodedExample(int[] Classes)
{
    /// <summary>Steps.</summary>
    public abstract int Length { get; }

    /// <summary>Its one class, or the first of several; -1 where it has none.</summary>
    public int Label => Classes.Length > 0 ? Classes[0] : -1;
}

/// <summary>A text as token ids.</summary>
/// <param name="Tokens">At least one token id.</param>
/// <param name="Classes">Indices of its classes.</param>
public sealed record EncodedText(int[] Tokens, params int[] Classes) : EncodedExample(Classes)
{
    /// <inheritdoc/>
    public override int Length => Tokens.Length;
}

/// <summary>A series as rows of numbers.</summary>
/// <param name="Rows">[steps, channels], at least one step.</param>
/// <param name="Channels">Numbers of a step.</param>
/// <param name="Classes">Indices of its classes.</param>
public sealed record EncodedSeries(float[] Rows, int Channels, params int[] Classes) : EncodedExample(Classes)
{
    /// <inheritdoc/>
    public override int Length => Rows.Length / Channels;
}
