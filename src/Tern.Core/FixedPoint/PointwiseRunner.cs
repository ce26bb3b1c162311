namespace Tern.FixedPoint;

/// <summary>Runs a pointwise program: the meaning of its instructions.</summary>
/// <param name="program">The program.</param>
/// <param name="words">The words of a vector.</param>
sealed class PointwiseRunner(PointwiseProgram program, Func<FixedVector, short[]> words)
{
    readonly int[] results = new int[program.Instructions.Count];
    readonly short[]?[] loads = [.. program.Instructions.Select(i => i.Vector is null ? null : words(i.Vector))];
    readonly short[][] stores = [.. program.Stores.Select(store => words(store.To))];

    public void Run()
    {
        for (int unit = 0; unit < program.Units; unit++)
        {
            for (int i = 0; i < results.Length; i++)
                results[i] = Result(i, unit);
            for (int i = 0; i < stores.Length; i++)
                stores[i][unit] = (short)Value(program.Stores[i].Value);
        }
    }

    int Result(int number, int unit)
    {
        Instruction i = program.Instructions[number];
        switch (i.Op)
        {
            case PointwiseOp.Load: return loads[number]![i.VectorOffset + unit];
            case PointwiseOp.Parameter: return i.Parameter!.Values[unit];
            case PointwiseOp.Multiply: return Limit(i, Integers.Shift((long)Value(i.A) * Value(i.B), i.Shift));
            case PointwiseOp.Add: return Limit(i, Integers.Shift(((long)Value(i.A) << i.ShiftA) + ((long)Value(i.B) << i.ShiftB), i.Shift));
            case PointwiseOp.Subtract: return Limit(i, Integers.Shift(((long)Value(i.A) << i.ShiftA) - ((long)Value(i.B) << i.ShiftB), i.Shift));
            case PointwiseOp.Sigmoid: return SigmoidTable.Sigmoid(Value(i.A));
            case PointwiseOp.Tanh: return SigmoidTable.Tanh(Value(i.A));
            case PointwiseOp.Ramp:
                int t = Value(i.A) + i.Offset;
                return t < i.From ? i.Low : t > i.To ? i.High : t << i.Shift;
            default: return Value(i.A) > 0 ? Value(i.B) : Value(i.C);
        }
    }

    int Value(Operand operand) => operand.IsConstant ? operand.Constant : results[operand.Instruction];

    static int Limit(Instruction i, long value) => (int)(i.Limits ? Math.Clamp(value, i.Low, i.High) : value);
}
