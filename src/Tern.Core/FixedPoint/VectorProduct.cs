using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tern.FixedPoint;

/// <summary>
/// A product with rows in lanes: of two columns at a time the products of 16-bit numbers are added in 32 bits, which hold
/// every sum (<see cref="ProductOperation.AccumulatorBits"/>).
/// </summary>
sealed class VectorProduct
{
    static readonly int Rows = Vector<short>.Count, Half = Vector<int>.Count;      // of a block, which is two lanes of sums

    readonly ProductOperation operation;
    readonly short[] from, to, weights;      // weights: [block of rows][pair of columns][row of the block][2]
    readonly int[] multipliers;              // [row], in whole blocks
    readonly int pairs;

    public VectorProduct(ProductOperation operation, short[] from, short[] to)
    {
        (this.operation, this.from, this.to) = (operation, from, to);
        FixedMatrix matrix = operation.Matrix;
        Debug.Assert(operation.Shift is >= 0 and < 31);
        int blocks = (matrix.Rows + Rows - 1) / Rows;
        pairs = (matrix.Columns + 1) / 2;
        weights = new short[blocks * pairs * 2 * Rows];
        multipliers = new int[operation.Multipliers is null ? 0 : blocks * Rows];
        for (int row = 0; row < matrix.Rows; row++)
        {
            for (int j = 0; j < matrix.Columns; j++)
                weights[((row / Rows * pairs + j / 2) * Rows + row % Rows) * 2 + j % 2] = (short)matrix.Row(row)[j];
            if (multipliers.Length > 0) multipliers[row] = operation.Multiplier(row);
        }
    }

    public void Run()
    {
        // the last pair may read a word behind x: its weight is 0
        ref byte x = ref Unsafe.As<short, byte>(ref from[operation.FromOffset]);
        ref short w = ref MemoryMarshal.GetArrayDataReference(weights);
        for (int row = 0; row < operation.Matrix.Rows; row += Rows)
        {
            Vector<int> low = default, high = default;
            for (int pair = 0; pair < pairs; pair++, w = ref Unsafe.Add(ref w, 2 * Rows))
            {
                Vector<short> two = Vector.As<int, short>(new Vector<int>(Unsafe.ReadUnaligned<int>(ref Unsafe.Add(ref x, 4 * pair))));
                low += PairSums(Vector.LoadUnsafe(ref w), two);
                high += PairSums(Vector.LoadUnsafe(ref w, (nuint)Rows), two);
            }
            Store(row, low, high);
        }
    }

    void Store(int row, Vector<int> low, Vector<int> high)
    {
        int left = operation.Matrix.Rows - row;
        Span<short> y = to.AsSpan(operation.ToOffset + row);      // with the slack at least a block
        (low, high) = (Quotient(low, row), Quotient(high, row + Half));
        if (operation.Add)
        {
            Vector.Widen(new Vector<short>(y), out Vector<int> first, out Vector<int> second);
            (low, high) = (Limit(low) + first, Limit(high) + second);
        }
        Vector<short> words = Vector.Narrow(Limit(low), Limit(high));
        if (left >= Rows) words.CopyTo(y);
        else
            for (int i = 0; i < left; i++) y[i] = words[i];
    }

    Vector<int> Quotient(Vector<int> sum, int row)
    {
        if (operation.Shift > 0) sum = (sum + new Vector<int>(1 << (operation.Shift - 1))) >> operation.Shift;
        if (multipliers.Length == 0) return sum;
        const int half = 1 << (ProductOperation.MultiplierBits - 1);
        return (Limit(sum) * new Vector<int>(multipliers, row) + new Vector<int>(half)) >> ProductOperation.MultiplierBits;
    }

    Vector<int> Limit(Vector<int> value) =>
        operation.Saturates ? Vector.Min(Vector.Max(value, new Vector<int>(-operation.Limit)), new Vector<int>(operation.Limit - 1)) : value;

    /// <summary>w[2i] x[2i] + w[2i + 1] x[2i + 1], modulo 2^32.</summary>
    static Vector<int> PairSums(Vector<short> w, Vector<short> x)
    {
        if (Avx2.IsSupported && Vector<short>.Count == Vector256<short>.Count) return Avx2.MultiplyAddAdjacent(w.AsVector256(), x.AsVector256()).AsVector();
        if (Sse2.IsSupported && Vector<short>.Count == Vector128<short>.Count) return Sse2.MultiplyAddAdjacent(w.AsVector128(), x.AsVector128()).AsVector();
        Vector<int> pairsOfW = Vector.As<short, int>(w), pairsOfX = Vector.As<short, int>(x);
        return (pairsOfW << 16 >> 16) * (pairsOfX << 16 >> 16) + (pairsOfW >> 16) * (pairsOfX >> 16);
    }
}
