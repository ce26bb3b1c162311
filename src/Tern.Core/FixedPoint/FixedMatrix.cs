namespace Tern.FixedPoint;

/// <summary>A matrix of whole numbers: a weight q means q x <see cref="Unit"/> x the scale of its row.</summary>
/// <param name="Name">Name in exports, a C identifier.</param>
/// <param name="Rows">Outputs.</param>
/// <param name="Columns">Inputs.</param>
/// <param name="Values">[rows, columns].</param>
/// <param name="Bits">Bits of a weight: 8 or 16.</param>
/// <param name="Unit">The value of 1.</param>
sealed record FixedMatrix(string Name, int Rows, int Columns, int[] Values, int Bits, double Unit)
{
    /// <summary>Below this share of weights that are not 0 their list is smaller and faster than the whole matrix.</summary>
    const double SparseShare = 0.45;

    /// <summary>A factor up to 1 for each run of equal length of rows; null where all are 1.</summary>
    public double[]? RowScales { get; init; }

    /// <summary>Weights that are not 0.</summary>
    public int Kept { get; } = Values.Count(value => value != 0);

    /// <summary>Whether exports list the weights that are not 0: a column takes a byte.</summary>
    public bool IsSparse => Kept < SparseShare * Values.Length && Columns <= 256;

    /// <summary>Whether all weights are 0, 1 or -1.</summary>
    public bool IsTernary { get; } = Array.TrueForAll(Values, value => value is 0 or 1 or -1);

    /// <summary>The greatest sum of magnitudes of a row.</summary>
    public long LargestRow { get; } = Enumerable.Range(0, Rows).Max(row => Values.AsSpan(row * Columns, Columns).ToArray().Sum(value => (long)Math.Abs(value)));

    public ReadOnlySpan<int> Row(int row) => Values.AsSpan(row * Columns, Columns);
}
