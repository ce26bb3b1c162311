namespace Tern.FixedPoint;

/// <summary>What an instruction does.</summary>
enum PointwiseOp
{
    /// <summary>A word of a vector.</summary>
    Load,

    /// <summary>A word of a table of the layer.</summary>
    Parameter,

    /// <summary>limit(a b / 2^shift), rounded.</summary>
    Multiply,

    /// <summary>limit((a 2^shiftA + b 2^shiftB) / 2^shift), rounded.</summary>
    Add,

    /// <summary>The same of a difference.</summary>
    Subtract,

    /// <summary>The sigmoid table at a, fraction 12, in 1/65536.</summary>
    Sigmoid,

    /// <summary>tanh by the same table at a, fraction 12, in 1/32768.</summary>
    Tanh,

    /// <summary>t = a + offset; low where t is below its range, high where above, else t 2^shift.</summary>
    Ramp,

    /// <summary>b where a is above 0, else c.</summary>
    Select,
}

/// <summary>An operand: the result of an instruction, or a constant.</summary>
/// <param name="Instruction">Its number; -1 for a constant.</param>
/// <param name="Constant">The constant.</param>
readonly record struct Operand(int Instruction, int Constant = 0)
{
    public bool IsConstant => Instruction < 0;
}

/// <summary>One instruction on 16-bit words: the result lies in <see cref="Low"/> to <see cref="High"/>.</summary>
/// <param name="Op">What it does.</param>
/// <param name="A">First operand.</param>
/// <param name="B">Second operand.</param>
/// <param name="C">Third operand.</param>
sealed record Instruction(PointwiseOp Op, Operand A = default, Operand B = default, Operand C = default)
{
    public int ShiftA { get; init; }

    public int ShiftB { get; init; }

    public int Shift { get; init; }

    /// <summary>Bounds of the result; the word is unsigned where <see cref="High"/> is beyond 32767.</summary>
    public int Low { get; init; } = Integers.Low;

    public int High { get; init; } = Integers.High;

    /// <summary>Whether the bounds have to be enforced: they are not proved.</summary>
    public bool Limits { get; init; }

    /// <summary>Of a ramp.</summary>
    public int Offset { get; init; }

    /// <summary>Of a ramp: t from here to <see cref="To"/> is in range.</summary>
    public int From { get; init; }

    public int To { get; init; }

    /// <summary>Of a load.</summary>
    public FixedVector? Vector { get; init; }

    public int VectorOffset { get; init; }

    /// <summary>Of a parameter: [units].</summary>
    public FixedParameter? Parameter { get; init; }

    /// <summary>Bits behind the point of the result.</summary>
    public int Fraction { get; init; }

    /// <summary>What it is, in the paper's letters; null where it has no name.</summary>
    public string? Name { get; init; }

    public bool IsUnsigned => High > Integers.High;
}

/// <summary>A trained vector of a layer as words.</summary>
sealed record FixedParameter(string Name, short[] Values, int Fraction)
{
    /// <summary>What is added to it: of the ramp that reads the sum.</summary>
    public double Offset { get; init; }
}

/// <summary>What is stored at the end of a unit's step.</summary>
readonly record struct Store(FixedVector To, Operand Value);

/// <summary>A cell's step for one unit as straight-line instructions; all loads of a unit come before its stores.</summary>
/// <param name="Units">Units of the layer.</param>
/// <param name="Instructions">In order.</param>
/// <param name="Stores">New states, and the output where it is another.</param>
sealed record PointwiseProgram(int Units, IReadOnlyList<Instruction> Instructions, IReadOnlyList<Store> Stores);
