namespace Tern.FixedPoint;

/// <summary>Runs a pointwise program unit by unit: the meaning of its instructions.</summary>
/// <param name="program">The program.</param>
/// <param name="words">The words of a vector.</param>
sealed class PointwiseRunner(PointwiseProgram program, Func<FixedVector, short[]> words)
{
    readonly int[] results = new int[program.Instructions.Count];
    readonly Instruction[] instructions = [.. program.Instructions];
    readonly short[]?[] loads = [.. program.Instructions.Select(i => i.Vector is null ? null : words(i.Vector))];
    readonly Store[] stores = [.. program.Stores];
    readonly short[][] stored = [.. program.Stores.Select(store => words(store.To))];

    public void Run()
    {
        for (int unit = 0; unit < program.Units; unit++)
        {
            for (int k = 0; k < results.Length; k++)
            {
                Instruction i = instructions[k];
                results[k] = i.Op switch
                {
                    PointwiseOp.Load => loads[k]![i.VectorOffset + unit],
                    PointwiseOp.Parameter => i.Parameter!.Values[unit],
                    _ => Result(i, Value(i.A), Value(i.B), Value(i.C)),
                };
            }
            for (int k = 0; k < stores.Length; k++)
                stored[k][unit] = (short)Value(stores[k].Value);
        }
    }

    /// <summary>What an instruction makes of its operands.</summary>
    public static int Result(Instruction i, int a, int b, int c)
    {
        switch (i.Op)
        {
            case PointwiseOp.Multiply: return Limit(i, Integers.Shift((long)a * b, i.Shift));
            case PointwiseOp.Add: return Limit(i, Integers.Shift(((long)a << i.ShiftA) + ((long)b << i.ShiftB), i.Shift));
            case PointwiseOp.Subtract: return Limit(i, Integers.Shift(((long)a << i.ShiftA) - ((long)b << i.ShiftB), i.Shift));
            case PointwiseOp.Sigmoid: return SigmoidTable.Sigmoid(a);
            case PointwiseOp.Tanh: return SigmoidTable.Tanh(a);
            case PointwiseOp.Ramp:
                int t = a + i.Offset;
                return t < i.From ? i.Low : t > i.To ? i.High : t << i.Shift;
            default: return a > 0 ? b : c;
        }
    }

    int Value(Operand operand) => operand.IsConstant ? operand.Constant : results[operand.Instruction];

    static int Limit(Instruction i, long value) => (int)(i.Limits ? Math.Clamp(value, i.Low, i.High) : value);
}
