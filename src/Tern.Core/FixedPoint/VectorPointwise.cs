using System.Numerics;

namespace Tern.FixedPoint;

/// <summary>A pointwise program instruction by instruction, each over all units.</summary>
sealed class VectorPointwise
{
    static readonly int Lanes = Vector<int>.Count;

    readonly Instruction[] instructions;
    readonly int[][] results;           // [instruction][unit], in whole blocks of two lanes; of parameters as they are
    readonly int[][] first, second, third;      // the operands' results, or a constant for each unit
    readonly Width[] widths;
    readonly short[]?[] loads;
    readonly (short[] To, int[] Values)[] stores;
    readonly int count;                 // units

    /// <summary>What holds every number on the way to a result.</summary>
    enum Width
    {
        Signed32,
        Unsigned32,
        More,
    }

    public VectorPointwise(PointwiseProgram program, Func<FixedVector, short[]> words)
    {
        count = program.Units;
        int units = (program.Units + 2 * Lanes - 1) / (2 * Lanes) * 2 * Lanes;
        instructions = [.. program.Instructions];
        results = [.. instructions.Select(i => i.Parameter is { } parameter ? [.. parameter.Values.Select(value => (int)value), .. new int[units - program.Units]] : new int[units])];
        (first, second, third) = ([.. instructions.Select(i => Values(i.A))], [.. instructions.Select(i => Values(i.B))], [.. instructions.Select(i => Values(i.C))]);
        widths = [.. instructions.Select(i => WidthOf(i, Bounds(i.A), Bounds(i.B)))];
        loads = [.. instructions.Select(i => i.Vector is null ? null : words(i.Vector))];
        stores = [.. program.Stores.Select(store => (words(store.To), Values(store.Value)))];

        int[] Values(Operand operand)
        {
            if (!operand.IsConstant) return results[operand.Instruction];
            int[] constant = new int[units];
            Array.Fill(constant, operand.Constant);
            return constant;
        }

        (long, long) Bounds(Operand operand) => operand.IsConstant ? (operand.Constant, operand.Constant) : (instructions[operand.Instruction].Low, instructions[operand.Instruction].High);
    }

    static Width WidthOf(Instruction i, (long Low, long High) a, (long Low, long High) b)
    {
        long mostA = Math.Max(-a.Low, a.High), mostB = Math.Max(-b.Low, b.High), half = i.Shift > 0 ? 1L << (i.Shift - 1) : 0;
        long most = i.Op switch
        {
            PointwiseOp.Multiply => mostA * mostB + half,
            PointwiseOp.Add or PointwiseOp.Subtract => (mostA << i.ShiftA) + (mostB << i.ShiftB) + half,
            _ => 0,
        };
        return most <= int.MaxValue && i.Shift >= 0 ? Width.Signed32
            : i.Op == PointwiseOp.Multiply && a.Low >= 0 && b.Low >= 0 && most <= uint.MaxValue && i.Shift > 0 ? Width.Unsigned32
            : Width.More;
    }

    public void Run()
    {
        for (int k = 0; k < instructions.Length; k++)
            if (widths[k] == Width.More) Each(k);
            else Run(k, instructions[k]);
        foreach ((short[] to, int[] values) in stores)
            for (int unit = 0; unit < values.Length; unit += 2 * Lanes)
                Vector.Narrow(new Vector<int>(values, unit), new Vector<int>(values, unit + Lanes)).CopyTo(to, unit);      // the slack takes the last
    }

    void Each(int k)
    {
        for (int unit = 0; unit < count; unit++)
            results[k][unit] = PointwiseRunner.Result(instructions[k], first[k][unit], second[k][unit], third[k][unit]);
    }

    void Run(int k, Instruction i)
    {
        int[] y = results[k], a = first[k], b = second[k], c = third[k];
        switch (i.Op)
        {
            case PointwiseOp.Parameter:
                break;
            case PointwiseOp.Load:
                for (int unit = 0; unit < y.Length; unit += 2 * Lanes)
                {
                    Vector.Widen(new Vector<short>(loads[k]!, i.VectorOffset + unit), out Vector<int> low, out Vector<int> high);
                    low.CopyTo(y, unit);
                    high.CopyTo(y, unit + Lanes);
                }
                break;
            case PointwiseOp.Multiply when widths[k] == Width.Unsigned32:
                for (int unit = 0; unit < y.Length; unit += Lanes)
                {
                    Vector<uint> product = Vector.AsVectorUInt32(new Vector<int>(a, unit) * new Vector<int>(b, unit)) + new Vector<uint>(1u << (i.Shift - 1));
                    Limit(i, Vector.AsVectorInt32(product >> i.Shift)).CopyTo(y, unit);
                }
                break;
            case PointwiseOp.Multiply:
                for (int unit = 0; unit < y.Length; unit += Lanes) Result(i, new Vector<int>(a, unit) * new Vector<int>(b, unit)).CopyTo(y, unit);
                break;
            case PointwiseOp.Add:
                for (int unit = 0; unit < y.Length; unit += Lanes) Result(i, (new Vector<int>(a, unit) << i.ShiftA) + (new Vector<int>(b, unit) << i.ShiftB)).CopyTo(y, unit);
                break;
            case PointwiseOp.Subtract:
                for (int unit = 0; unit < y.Length; unit += Lanes) Result(i, (new Vector<int>(a, unit) << i.ShiftA) - (new Vector<int>(b, unit) << i.ShiftB)).CopyTo(y, unit);
                break;
            case PointwiseOp.Ramp:
                for (int unit = 0; unit < y.Length; unit += Lanes)
                {
                    Vector<int> t = new Vector<int>(a, unit) + new Vector<int>(i.Offset);
                    Vector<int> line = Vector.ConditionalSelect(Vector.GreaterThan(t, new Vector<int>(i.To)), new Vector<int>(i.High), t << i.Shift);
                    Vector.ConditionalSelect(Vector.LessThan(t, new Vector<int>(i.From)), new Vector<int>(i.Low), line).CopyTo(y, unit);
                }
                break;
            case PointwiseOp.Sigmoid or PointwiseOp.Tanh when VectorSigmoid.IsSupported:
                for (int unit = 0; unit < y.Length; unit += Lanes) (i.Op == PointwiseOp.Tanh ? VectorSigmoid.Tanh(new(a, unit)) : VectorSigmoid.Sigmoid(new(a, unit))).CopyTo(y, unit);
                break;
            case PointwiseOp.Sigmoid or PointwiseOp.Tanh:
                Each(k);
                break;
            default:
                for (int unit = 0; unit < y.Length; unit += Lanes)
                    Vector.ConditionalSelect(Vector.GreaterThan(new Vector<int>(a, unit), Vector<int>.Zero), new Vector<int>(b, unit), new Vector<int>(c, unit)).CopyTo(y, unit);
                break;
        }
    }

    static Vector<int> Result(Instruction i, Vector<int> value)
    {
        if (i.Shift > 0) value = (value + new Vector<int>(1 << (i.Shift - 1))) >> i.Shift;
        return Limit(i, value);
    }

    static Vector<int> Limit(Instruction i, Vector<int> value) =>
        i.Limits ? Vector.Min(Vector.Max(value, new Vector<int>(i.Low)), new Vector<int>(i.High)) : value;
}
