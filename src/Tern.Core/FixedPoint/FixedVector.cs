namespace Tern.FixedPoint;

/// <summary>What a vector of the integer network is there for.</summary>
enum VectorRole
{
    /// <summary>Written and read within a step.</summary>
    Scratch,

    /// <summary>Carried from step to step.</summary>
    State,
}

/// <summary>A vector of 16-bit words: a word q means q x <see cref="Unit"/>.</summary>
/// <param name="Name">Name in exports, a C identifier.</param>
/// <param name="Length">Words.</param>
/// <param name="Role">Whether it is carried.</param>
sealed record FixedVector(string Name, int Length, VectorRole Role)
{
    /// <summary>The value of 1: a power of two, but for vectors that only a matrix reads.</summary>
    public double Unit { get; set; } = 1;

    /// <summary>The greatest magnitude of each word, proved by the weights or held by a limit.</summary>
    public int[] Bounds { get; } = new int[Length];

    /// <summary>The words before the first step.</summary>
    public short Initial { get; init; }

    /// <summary>Bits behind the point.</summary>
    public int Fraction => -(int)Math.Round(Math.Log2(Unit));

    /// <summary>The greatest bound.</summary>
    public int Limit => Bounds.Max();

    /// <summary>Sets unit and bounds of words that are held in -limit to limit - 1.</summary>
    public FixedVector Format(int fraction, int limit)
    {
        Unit = Math.ScaleB(1, -fraction);
        Array.Fill(Bounds, limit);
        return this;
    }
}
