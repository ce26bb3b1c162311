using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tern.FixedPoint;

/// <summary><see cref="SigmoidTable"/> for many words at a time, where a processor can gather from a table.</summary>
static class VectorSigmoid
{
    const int StepBits = 8, Entries = 128;

    /// <summary>The table, and behind it what is never multiplied.</summary>
    static readonly int[] Table = [.. SigmoidTable.Values.Select(value => (int)value), 0];

    public static bool IsSupported => Avx2.IsSupported && Vector<int>.Count == Vector256<int>.Count;

    public static Vector<int> Sigmoid(Vector<int> x)
    {
        Vector<int> y = Positive(Vector.Abs(x));
        return Vector.ConditionalSelect(Vector.LessThan(x, Vector<int>.Zero), new Vector<int>(65536) - y, y);
    }

    public static Vector<int> Tanh(Vector<int> x)
    {
        Vector<int> y = Positive(Vector.Abs(x) << 1) - new Vector<int>(32768);
        return Vector.ConditionalSelect(Vector.LessThan(x, Vector<int>.Zero), -y, y);
    }

    static unsafe Vector<int> Positive(Vector<int> a)
    {
        // lanes behind the last unit hold anything: their index is held within the table too
        Vector<int> i = Vector.AsVectorInt32(Vector.Min(Vector.AsVectorUInt32(a) >> StepBits, new Vector<uint>(Entries)));
        fixed (int* table = Table)
        {
            Vector<int> y = Avx2.GatherVector256(table, i.AsVector256(), sizeof(int)).AsVector(), next = Avx2.GatherVector256(table + 1, i.AsVector256(), sizeof(int)).AsVector();
            Vector<int> between = y + (((next - y) * (a & new Vector<int>((1 << StepBits) - 1)) + new Vector<int>(1 << (StepBits - 1))) >> StepBits);
            return Vector.ConditionalSelect(Vector.Equals(i, new Vector<int>(Entries)), new Vector<int>(ushort.MaxValue), between);
        }
    }
}
