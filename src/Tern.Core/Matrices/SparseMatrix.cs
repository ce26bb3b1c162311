using System.Runtime.Intrinsics;
using Tern.Kernels;

namespace Tern.Matrices;

/// <summary>A sparse matrix by rows: the columns of row i are those from offset i to offset i + 1, ascending.</summary>
/// <param name="Offsets">[rows + 1].</param>
/// <param name="Columns">[kept].</param>
/// <param name="Values">Integers or floats, before the scale, [kept].</param>
/// <param name="Scales">As many as divide the rows.</param>
sealed record SparseRows(int[] Offsets, int[] Columns, float[] Values, float[] Scales);

/// <summary>Sparse weights of 32, 16 or 8 bits. Where too many are kept to gain from it, they are multiplied as dense ones.</summary>
static class SparseMatrix
{
    /// <summary>Packs rows.</summary>
    /// <param name="bits">Bits of a value: 8, 16 or 32.</param>
    /// <param name="rows">Outputs.</param>
    /// <param name="columns">Inputs.</param>
    /// <param name="bytes">Bytes stored.</param>
    /// <param name="sparse">The kept weights.</param>
    public static PackedMatrix Create(int bits, int rows, int columns, long bytes, SparseRows sparse) =>
        sparse.Columns.Length > MostKept(bits) * rows * columns ? Dense(bits, rows, columns, bytes, sparse) : Steps(bits, rows, columns, bytes, sparse);

    /// <summary>The share of kept weights up to which steps are faster than a dense product at batch 1; measured (docs/compression.md).</summary>
    static double MostKept(int bits) => (bits, Simd.Bits) switch { (32, 512) => 0.5, (16, 512) => 0.4, (_, 512) => 0.35, (32, 256) => 0.3, (32, _) => 0.25, (16, _) => 0.2, _ => 0.15 };

    /// <summary>The kept weights as steps, whatever their share.</summary>
    internal static PackedMatrix Steps(int bits, int rows, int columns, long bytes, SparseRows sparse) => (Simd.Bits, bits) switch
    {
        (512, 8) => new SparseMatrix<Vector512<float>, Register512, Pick512, Int8Lane512>(rows, columns, bytes, sparse),
        (512, 16) => new SparseMatrix<Vector512<float>, Register512, Pick512, Int16Lane512>(rows, columns, bytes, sparse),
        (512, _) => new SparseMatrix<Vector512<float>, Register512, Pick512, FloatLane512>(rows, columns, bytes, sparse),
        (256, 8) => new SparseMatrix<Vector256<float>, Register256, Pick256, Int8Lane256>(rows, columns, bytes, sparse),
        (256, 16) => new SparseMatrix<Vector256<float>, Register256, Pick256, Int16Lane256>(rows, columns, bytes, sparse),
        (256, _) => new SparseMatrix<Vector256<float>, Register256, Pick256, FloatLane256>(rows, columns, bytes, sparse),
        (_, 8) => new SparseMatrix<Vector128<float>, Register128, Pick128, Int8Lane128>(rows, columns, bytes, sparse),
        (_, 16) => new SparseMatrix<Vector128<float>, Register128, Pick128, Int16Lane128>(rows, columns, bytes, sparse),
        _ => new SparseMatrix<Vector128<float>, Register128, Pick128, FloatLane128>(rows, columns, bytes, sparse),
    };

    /// <summary>The kept weights among zeros.</summary>
    internal static PackedMatrix Dense(int bits, int rows, int columns, long bytes, SparseRows sparse)
    {
        if (bits == 32)
        {
            float[] dense = new float[(long)rows * columns];
            for (int row = 0; row < rows; row++)
                for (int i = sparse.Offsets[row]; i < sparse.Offsets[row + 1]; i++)
                    dense[row * columns + sparse.Columns[i]] = sparse.Values[i];
            return new F32Matrix(dense, rows, columns, bytes);
        }
        return QuantizedMatrix.Create(bits, rows, columns, sparse.Scales, bytes, (row, values) =>
        {
            values.Clear();
            for (int i = sparse.Offsets[row]; i < sparse.Offsets[row + 1]; i++)
                values[sparse.Columns[i]] = (short)sparse.Values[i];
        });
    }
}

/// <inheritdoc cref="SparseMatrix"/>
sealed unsafe class SparseMatrix<V, O, P, L> : PackedMatrix
    where V : struct where O : struct, IRegister<V> where P : struct, IPick<V> where L : struct, IWeightLane<V>
{
    readonly int group;                              // steps of a window
    readonly AlignedBuffer<int> ends, windows;
    readonly AlignedBuffer<byte> indices, values;
    readonly AlignedBuffer<float> scales;

    public SparseMatrix(int rows, int columns, long bytes, SparseRows sparse) : base(rows, columns, bytes)
    {
        int lanes = (rows + O.Width - 1) / O.Width;
        scales = QuantizedMatrix.RowScales(sparse.Scales, rows, lanes * O.Width);
        // loads of a step are index, value and the two registers of its window, or its share of them; a window of one
        // register is too short for four steps
        const int most = SparseLoop<V, O, P, L>.Group;
        var (alone, aloneEnds) = Plan(sparse, lanes, 1);
        var (shared, sharedEnds) = Plan(sparse, lanes, most);
        group = P.Window < 2 * O.Width || aloneEnds[^1] * (2 + 2.0) < sharedEnds[^1] * (2 + 2.0 / most) ? 1 : most;
        List<int> starts = group == 1 ? alone : shared;
        ends = Copy(group == 1 ? aloneEnds : sharedEnds);
        windows = Copy(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(starts));
        long steps = ends.Pointer[lanes - 1];
        indices = new(steps * O.Width);
        values = new(steps * O.Width * L.Bits / 8);
        Span<int> next = stackalloc int[O.Width];
        for (int lane = 0, step = 0; lane < lanes; lane++)
        {
            Begin(sparse, lane, next);
            for (; step < ends.Pointer[lane]; step++)
                Take(sparse, lane, next, starts[step / group], indices.Pointer + (long)step * O.Width, values.Pointer + (long)step * O.Width * L.Bits / 8);
        }
    }

    /// <summary>Where windows begin, and the step behind each lane's last one, if a number of steps share a window.</summary>
    (List<int> Windows, int[] Ends) Plan(SparseRows sparse, int lanes, int steps)
    {
        List<int> starts = [];
        int[] behind = new int[lanes];
        Span<int> next = stackalloc int[O.Width];
        for (int lane = 0; lane < lanes; lane++)
        {
            Begin(sparse, lane, next);
            while (FirstColumn(sparse, lane, next) is var first && first < Columns)
            {
                starts.Add(Math.Max(0, Math.Min(first, Columns - P.Window)));      // the last windows lie within x and overlap
                for (int i = 0; i < steps; i++)
                    Take(sparse, lane, next, starts[^1], null, null);
            }
            behind[lane] = starts.Count * steps;
        }
        return (starts, behind);
    }

    static AlignedBuffer<int> Copy(ReadOnlySpan<int> values)
    {
        AlignedBuffer<int> copy = new(values.Length);
        values.CopyTo(copy.Span);
        return copy;
    }

    public override void Multiply(float* x, long xStride, float* y, long yStride, int rows, bool accumulate)
    {
        if (Columns < P.Window)
        {
            float* padded = stackalloc float[32];
            new Span<float>(padded, 32).Clear();
            for (; rows > 0; rows--, x += xStride, y += yStride)
            {
                new Span<float>(x, Columns).CopyTo(new Span<float>(padded, Columns));
                One(padded, y, accumulate);
            }
            return;
        }
        for (; rows >= 4; rows -= 4, x += 4 * xStride, y += 4 * yStride)
            if (group == 1)
                SparseLoop<V, O, P, L>.MultiplyFour(ends.Pointer, windows.Pointer, indices.Pointer, values.Pointer, scales.Pointer, Rows, x, xStride, y, yStride, accumulate);
            else
                SparseLoop<V, O, P, L>.MultiplyFourGroups(ends.Pointer, windows.Pointer, indices.Pointer, values.Pointer, scales.Pointer, Rows, x, xStride, y, yStride, accumulate);
        for (; rows > 0; rows--, x += xStride, y += yStride)
            One(x, y, accumulate);
    }

    void One(float* x, float* y, bool accumulate)
    {
        if (group == 1)
            SparseLoop<V, O, P, L>.Multiply(ends.Pointer, windows.Pointer, indices.Pointer, values.Pointer, scales.Pointer, Rows, x, y, accumulate);
        else
            SparseLoop<V, O, P, L>.MultiplyGroups(ends.Pointer, windows.Pointer, indices.Pointer, values.Pointer, scales.Pointer, Rows, x, y, accumulate);
    }

    void Begin(SparseRows sparse, int lane, Span<int> next)
    {
        for (int i = 0; i < O.Width; i++)
            next[i] = sparse.Offsets[Math.Min(lane * O.Width + i, Rows)];
    }

    /// <summary>The first column that any output still has to take; int.MaxValue where all are done.</summary>
    int FirstColumn(SparseRows sparse, int lane, Span<int> next)
    {
        int first = int.MaxValue;
        for (int i = 0, row = lane * O.Width; i < O.Width && row < Rows; i++, row++)
            if (next[i] < sparse.Offsets[row + 1])
                first = Math.Min(first, sparse.Columns[next[i]]);
        return first;
    }

    /// <summary>Each output takes its next weight if that lies in the window; who waits has index and value 0.</summary>
    void Take(SparseRows sparse, int lane, Span<int> next, int window, byte* index, byte* value)
    {
        for (int i = 0, row = lane * O.Width; i < O.Width && row < Rows; i++, row++)
        {
            int at = next[i];
            if (at == sparse.Offsets[row + 1] || sparse.Columns[at] >= window + P.Window)
                continue;
            next[i]++;
            if (index == null)
                continue;
            index[i] = (byte)(sparse.Columns[at] - window);
            switch (L.Bits)
            {
                case 8: value[i] = (byte)(sbyte)sparse.Values[at]; break;
                case 16: ((short*)value)[i] = (short)sparse.Values[at]; break;
                default: ((float*)value)[i] = sparse.Values[at]; break;
            }
        }
    }
}
