namespace Tern.Matrices;

/// <summary>
/// A weight [rows, columns] in the form in which it is multiplied: packed once, never changed, shared by all sessions and
/// threads. A product allocates nothing.
/// </summary>
/// <remarks>A packed matrix belongs to the <see cref="Kernels.Simd.Bits"/> that it was packed with.</remarks>
public abstract unsafe class PackedMatrix
{
    private protected PackedMatrix(int rows, int columns, long bytes) => (Rows, Columns, Bytes) = (rows, columns, bytes);

    /// <summary>Outputs.</summary>
    public int Rows { get; }

    /// <summary>Inputs.</summary>
    public int Columns { get; }

    /// <summary>Bytes of the matrix as a model file stores it: values, scales and indices.</summary>
    public long Bytes { get; }

    /// <summary>y = W x for some rows of x, or added to what is in y.</summary>
    /// <param name="x">First row of x, [rows, <see cref="Columns"/>].</param>
    /// <param name="xStride">Floats between rows of x.</param>
    /// <param name="y">First row of y, [rows, <see cref="Rows"/>].</param>
    /// <param name="yStride">Floats between rows of y.</param>
    /// <param name="rows">Rows of x and y.</param>
    /// <param name="accumulate">Whether the product is added to y.</param>
    public abstract void Multiply(float* x, long xStride, float* y, long yStride, int rows, bool accumulate);

    /// <summary>As above, of rows without gaps.</summary>
    /// <param name="x">[rows, <see cref="Columns"/>].</param>
    /// <param name="y">[rows, <see cref="Rows"/>].</param>
    /// <param name="rows">Rows of x and y.</param>
    /// <param name="accumulate">Whether the product is added to y.</param>
    public void Multiply(float* x, float* y, int rows, bool accumulate) => Multiply(x, Columns, y, Rows, rows, accumulate);

    /// <summary>As above, checked: as many rows as y holds.</summary>
    /// <param name="x">[rows, <see cref="Columns"/>].</param>
    /// <param name="y">[rows, <see cref="Rows"/>].</param>
    /// <param name="accumulate">Whether the product is added to y.</param>
    /// <exception cref="TernException">Wrong sizes.</exception>
    public void Multiply(ReadOnlySpan<float> x, Span<float> y, bool accumulate = false)
    {
        int rows = y.Length / Rows;
        if ((long)rows * Rows != y.Length || (long)rows * Columns != x.Length)
            throw new TernException($"Multiply got {x.Length} numbers for a matrix [{Rows}, {Columns}] and room for {y.Length}; expected {Columns} and {Rows} for each row.");
        fixed (float* from = x, to = y)
            Multiply(from, to, rows, accumulate);
        GC.KeepAlive(this);      // it owns the memory that is read
    }
}
