namespace Tern.FixedPoint;

/// <summary>How a model becomes whole numbers.</summary>
public sealed record FixedPointOptions
{
    /// <summary>Bits of weights that the model file holds as floats: 8 or 16.</summary>
    public int WeightBits { get; init; } = 8;

    internal void Check()
    {
        if (WeightBits is not (8 or 16)) throw new TernException($"Weights of {WeightBits} bits; expected 8 or 16.");
    }
}
