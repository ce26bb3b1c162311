using System.Runtime.Intrinsics;
using Tern.Kernels;

namespace Tern.Matrices;

/// <summary>One row of integer weights, [columns].</summary>
delegate void WeightRow(int row, Span<short> values);

/// <summary>Weights of 8, 16 or 2 bits (ternary), with a scale for each row of the matrix or one for many of them.</summary>
static class QuantizedMatrix
{
    /// <summary>Packs rows of integers that fit <paramref name="bits"/>.</summary>
    /// <param name="bits">2, 8 or 16.</param>
    /// <param name="rows">Outputs.</param>
    /// <param name="columns">Inputs.</param>
    /// <param name="scales">As many as divide the rows: each is that of as many rows, one after the other.</param>
    /// <param name="bytes">Bytes stored.</param>
    /// <param name="values">Gives the rows.</param>
    public static PackedMatrix Create(int bits, int rows, int columns, float[] scales, long bytes, WeightRow values) => (Simd.Bits, bits) switch
    {
        (512, 2) => new QuantizedMatrix<Vector512<float>, Register512, TernaryPair512>(rows, columns, scales, bytes, values),
        (512, 8) => new QuantizedMatrix<Vector512<float>, Register512, HalfPair512>(rows, columns, scales, bytes, values),
        (512, _) => new QuantizedMatrix<Vector512<float>, Register512, Int16Pair512>(rows, columns, scales, bytes, values),
        (256, 2) => new QuantizedMatrix<Vector256<float>, Register256, TernaryPair256>(rows, columns, scales, bytes, values),
        (256, 8) => new QuantizedMatrix<Vector256<float>, Register256, HalfPair256>(rows, columns, scales, bytes, values),
        (256, _) => new QuantizedMatrix<Vector256<float>, Register256, Int16Pair256>(rows, columns, scales, bytes, values),
        (_, 2) => new QuantizedMatrix<Vector128<float>, Register128, TernaryPair128>(rows, columns, scales, bytes, values),
        (_, 8) => new QuantizedMatrix<Vector128<float>, Register128, HalfPair128>(rows, columns, scales, bytes, values),
        _ => new QuantizedMatrix<Vector128<float>, Register128, Int16Pair128>(rows, columns, scales, bytes, values),
    };

    /// <summary>A scale for each row, filled up with zeros.</summary>
    public static AlignedBuffer<float> RowScales(float[] scales, int rows, int room)
    {
        AlignedBuffer<float> all = new(room);
        int each = rows / scales.Length;
        for (int i = 0; i < rows; i++)
            all.Span[i] = scales[i / each];
        return all;
    }
}

/// <inheritdoc cref="QuantizedMatrix"/>
sealed unsafe class QuantizedMatrix<V, O, L> : PackedMatrix where V : struct where O : struct, IRegister<V> where L : struct, IWeightPair<V>
{
    readonly AlignedBuffer<byte> panels;
    readonly AlignedBuffer<float> scales;       // one an output, in whole lanes

    public QuantizedMatrix(int rows, int columns, float[] scales, long bytes, WeightRow values) : base(rows, columns, bytes)
    {
        int lanes = QuantizedLoop<V, O, L>.Lanes(rows);
        panels = new((long)lanes * QuantizedLoop<V, O, L>.Pairs(columns) * L.Bytes + 3);      // what a lane may read behind it
        this.scales = QuantizedMatrix.RowScales(Array.ConvertAll(scales, scale => scale / L.One), rows, lanes * O.Width);
        short[] row = new short[columns];
        for (int i = 0; i < rows; i++)
        {
            values(i, row);
            for (int k = 0; k < columns; k++)
                L.Put(panels.Pointer + QuantizedLoop<V, O, L>.PairOffset(rows, columns, i, k), i % O.Width, k % 2, row[k]);
        }
    }

    public override void Multiply(float* x, long xStride, float* y, long yStride, int rows, bool accumulate) =>
        QuantizedLoop<V, O, L>.Multiply(panels.Pointer, scales.Pointer, Rows, Columns, x, xStride, y, yStride, rows, accumulate);
}
