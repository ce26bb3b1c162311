namespace Tern.FixedPoint;

/// <summary>Number by number in 64 bits, as docs/fixed-point.md reads: the oracle of the C code and of <see cref="VectorKernels"/>.</summary>
sealed class PlainKernels : IFixedKernels
{
    public int Slack => 0;

    public Action Product(ProductOperation operation, short[] from, short[] to) => () => Multiply(operation, from.AsSpan(operation.FromOffset, operation.Matrix.Columns), to.AsSpan(operation.ToOffset, operation.Matrix.Rows));

    public Action Pointwise(PointwiseProgram program, Func<FixedVector, short[]> words) => new PointwiseRunner(program, words).Run;

    static void Multiply(ProductOperation operation, ReadOnlySpan<short> x, Span<short> y)
    {
        for (int row = 0; row < y.Length; row++)
        {
            long sum = 0;
            ReadOnlySpan<int> weights = operation.Matrix.Row(row);
            for (int j = 0; j < x.Length; j++) sum += (long)weights[j] * x[j];
            y[row] = Result(operation, row, sum, y[row]);
        }
    }

    /// <summary>What a row's sum becomes.</summary>
    /// <param name="operation">The product.</param>
    /// <param name="row">The row.</param>
    /// <param name="sum">Its sum.</param>
    /// <param name="y">What it is added to, where it is.</param>
    public static short Result(ProductOperation operation, int row, long sum, short y)
    {
        long result = Integers.Shift(sum, operation.Shift);
        if (operation.Multipliers is not null)
            result = Integers.Shift(Limit(result) * operation.Multiplier(row), ProductOperation.MultiplierBits);
        if (operation.Add) result = Limit(result) + y;
        return (short)Limit(result);

        long Limit(long value) => operation.Saturates ? Math.Clamp(value, -operation.Limit, operation.Limit - 1) : value;
    }
}
