using Tern.Kernels;

namespace Tern.Matrices;

/// <summary>W = left right, multiplied one after the other: left [rows, rank], right [rank, columns].</summary>
sealed unsafe class LowRankMatrix(PackedMatrix left, PackedMatrix right) : PackedMatrix(left.Rows, right.Columns, left.Bytes + right.Bytes)
{
    const int StackFloats = 2048;

    [ThreadStatic] static AlignedBuffer<float>? large;

    /// <summary>[rows, rank].</summary>
    public PackedMatrix Left => left;

    /// <summary>[rank, columns].</summary>
    public PackedMatrix Right => right;

    public override void Multiply(float* x, long xStride, float* y, long yStride, int rows, bool accumulate)
    {
        float* onStack = stackalloc float[StackFloats];
        float* between = left.Columns <= StackFloats ? onStack : Large(left.Columns);     // [block, rank]
        int block = Math.Max(1, StackFloats / left.Columns);
        for (; rows > 0; rows -= block, x += block * xStride, y += block * yStride)
        {
            int some = Math.Min(block, rows);
            right.Multiply(x, xStride, between, left.Columns, some, accumulate: false);
            left.Multiply(between, left.Columns, y, yStride, some, accumulate);
        }
    }

    /// <summary>Room of this thread, which a first product of so great a rank makes.</summary>
    static float* Large(int floats)
    {
        if (large is null || large.Length < floats) large = new(floats);
        return large.Pointer;
    }
}
