namespace Tern.FixedPoint;

/// <summary>One operation of a step; a step is a list of them, in order.</summary>
abstract record FixedOperation;

/// <summary>
/// The model's input, [channels], each in units of 2^-fraction of its own:
/// x = limit(((input - mean) multiplier) / 2^shift). Without means the input is in x's unit and is only limited.
/// </summary>
sealed record NormalizeOperation(FixedVector To, int[] Fractions) : FixedOperation
{
    public short[]? Mean { get; init; }

    public short[] Multiplier { get; init; } = [];

    public byte[] Shift { get; init; } = [];
}

/// <summary>Puts the rows of the steps before behind the present one, and moves them on by a step.</summary>
sealed record WindowOperation(FixedVector From, FixedVector Before, FixedVector To) : FixedOperation;

/// <summary>
/// y[i] = limit(r[i]) or limit(y[i] + limit(r[i])) with r[i] = (sum over j of w[i, j] x[j]) / 2^shift; with multipliers that
/// quotient, limited too, is multiplied by its row's / 2^14. Both divisions round.
/// </summary>
/// <param name="Matrix">w.</param>
/// <param name="From">x.</param>
/// <param name="FromOffset">The first word of x that is read.</param>
/// <param name="To">y.</param>
/// <param name="ToOffset">The first word of y that is written.</param>
/// <param name="Shift">Of the sum.</param>
/// <param name="Add">Whether y is added to.</param>
sealed record ProductOperation(FixedMatrix Matrix, FixedVector From, int FromOffset, FixedVector To, int ToOffset, int Shift, bool Add) : FixedOperation
{
    /// <summary>A factor of 16384 to 32767 or below for each run of equal length of rows; null where all are 1.</summary>
    public int[]? Multipliers { get; init; }

    /// <summary>Bits that hold every sum, the half for rounding included: 24 or 32, proved from the weights and the bounds of x.</summary>
    public int AccumulatorBits { get; init; }

    /// <summary>Whether r or y + r can leave the limit.</summary>
    public bool Saturates { get; init; }

    /// <summary>Whether r, or what a multiplier multiplies, can leave the limit.</summary>
    public bool LimitsQuotient { get; init; }

    /// <summary>Results lie in -limit to limit - 1: 16 bits, or less where 24 bits then hold the sums that read them. A multiple of 256.</summary>
    public int Limit { get; init; } = Integers.High + 1;

    /// <summary>Bits behind the point of a multiplier.</summary>
    public const int MultiplierBits = 14;

    /// <summary>The multiplier of a row.</summary>
    public int Multiplier(int row) => Multipliers![row * Multipliers.Length / Matrix.Rows];

    /// <summary>The greatest magnitude of a row's sum.</summary>
    public long SumBound(int row)
    {
        long bound = 0;
        ReadOnlySpan<int> weights = Matrix.Row(row);
        for (int j = 0; j < weights.Length; j++) bound += Math.Abs((long)weights[j]) * From.Bounds[FromOffset + j];
        return bound;
    }
}

/// <summary>A cell's step, unit by unit.</summary>
sealed record PointwiseOperation(string Layer, PointwiseProgram Program) : FixedOperation;

/// <summary>The largest value of each column so far.</summary>
sealed record MaxPoolOperation(FixedVector From, FixedVector To) : FixedOperation;

/// <summary>
/// The sum of each column in 32 bits, and the number of steps in 16: both stop at 65535 steps. Before the head their
/// quotient, cut toward 0, goes to <paramref name="To"/>.
/// </summary>
sealed record MeanPoolOperation(FixedVector From, FixedVector To) : FixedOperation;

/// <summary>The output in 32 bits: y[i] = bias[i] + sum over j of w[i, j] x[j].</summary>
sealed record HeadOperation(FixedMatrix Matrix, int[] Bias, FixedVector From) : FixedOperation;
