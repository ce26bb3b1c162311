using System.Runtime.CompilerServices;
using Tern.Kernels;

namespace Tern.Matrices;

/// <summary>
/// Products with sparse weights. A lane of outputs walks over its columns in steps; in each, every output whose next kept
/// weight lies in the step's window of x takes part. Rows of one lane run apart by up to a window, so few steps have
/// outputs that wait. Where weights are dense enough, four steps share a window, which is then read once for them.
/// </summary>
static unsafe class SparseLoop<V, O, P, L> where V : struct where O : struct, IRegister<V> where P : struct, IPick<V> where L : struct, IWeightLane<V>
{
    /// <summary>Steps that share a window, where they do.</summary>
    public const int Group = 4;

    /// <summary>y = s (W x), or added to y; each step has a window of its own.</summary>
    /// <param name="ends">For each lane of outputs, the step behind its last one.</param>
    /// <param name="windows">For each step, the first column of its window.</param>
    /// <param name="indices">[steps, lane].</param>
    /// <param name="values">[steps, lane].</param>
    /// <param name="scales">One an output, in whole lanes.</param>
    /// <param name="outputs">Rows of the matrix.</param>
    /// <param name="x">One row, at least as long as a window.</param>
    /// <param name="y">Its product.</param>
    /// <param name="accumulate">Whether the product is added to y.</param>
    [SkipLocalsInit]
    public static void Multiply(int* ends, int* windows, byte* indices, byte* values, float* scales, int outputs, float* x, float* y, bool accumulate)
    {
        int lane = O.Width * L.Bits / 8;
        float* sums = stackalloc float[16];
        for (int output = 0, step = 0; output < outputs; output += O.Width)
        {
            int left = *ends++ - step;
            step += left;
            V s0 = O.Zero, s1 = O.Zero, s2 = O.Zero, s3 = O.Zero;
            for (; left >= 4; left -= 4, windows += 4, indices += 4 * O.Width, values += 4 * lane)
            {
                s0 = O.Fma(Pick(x + windows[0], P.Indices(indices)), L.Load(values), s0);
                s1 = O.Fma(Pick(x + windows[1], P.Indices(indices + O.Width)), L.Load(values + lane), s1);
                s2 = O.Fma(Pick(x + windows[2], P.Indices(indices + 2 * O.Width)), L.Load(values + 2 * lane), s2);
                s3 = O.Fma(Pick(x + windows[3], P.Indices(indices + 3 * O.Width)), L.Load(values + 3 * lane), s3);
            }
            for (; left > 0; left--, windows++, indices += O.Width, values += lane)
                s0 = O.Fma(Pick(x + *windows, P.Indices(indices)), L.Load(values), s0);
            O.Store(O.Add(O.Add(s0, s1), O.Add(s2, s3)), sums);
            LaneStore<V, O>.Put(sums, scales + output, Math.Min(O.Width, outputs - output), y + output, accumulate);
        }
    }

    /// <summary>As above, where each window is that of <see cref="Group"/> steps.</summary>
    [SkipLocalsInit]
    public static void MultiplyGroups(int* ends, int* windows, byte* indices, byte* values, float* scales, int outputs, float* x, float* y, bool accumulate)
    {
        int lane = O.Width * L.Bits / 8;
        float* sums = stackalloc float[16];
        for (int output = 0, step = 0; output < outputs; output += O.Width)
        {
            V s0 = O.Zero, s1 = O.Zero, s2 = O.Zero, s3 = O.Zero;
            for (int end = *ends++; step < end; step += Group, windows++, indices += Group * O.Width, values += Group * lane)
            {
                V first = P.First(x + *windows), second = P.Second(x + *windows);
                s0 = O.Fma(P.Pick(first, second, P.Indices(indices)), L.Load(values), s0);
                s1 = O.Fma(P.Pick(first, second, P.Indices(indices + O.Width)), L.Load(values + lane), s1);
                s2 = O.Fma(P.Pick(first, second, P.Indices(indices + 2 * O.Width)), L.Load(values + 2 * lane), s2);
                s3 = O.Fma(P.Pick(first, second, P.Indices(indices + 3 * O.Width)), L.Load(values + 3 * lane), s3);
            }
            O.Store(O.Add(O.Add(s0, s1), O.Add(s2, s3)), sums);
            LaneStore<V, O>.Put(sums, scales + output, Math.Min(O.Width, outputs - output), y + output, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Pick(float* window, V indices) => P.Pick(P.First(window), P.Second(window), indices);

    /// <summary>As above for four rows of x, for which indices and values are read once.</summary>
    [SkipLocalsInit]
    public static void MultiplyFour(int* ends, int* windows, byte* indices, byte* values, float* scales, int outputs, float* x, long xStride, float* y, long yStride, bool accumulate)
    {
        int lane = O.Width * L.Bits / 8;
        float* x1 = x + xStride, x2 = x1 + xStride, x3 = x2 + xStride;
        float* sums = stackalloc float[4 * 16];     // [row, lane]
        for (int output = 0, step = 0; output < outputs; output += O.Width)
        {
            V s0 = O.Zero, s1 = O.Zero, s2 = O.Zero, s3 = O.Zero;
            for (int end = *ends++; step < end; step++, windows++, indices += O.Width, values += lane)
            {
                V index = P.Indices(indices), value = L.Load(values);
                s0 = O.Fma(Pick(x + *windows, index), value, s0);
                s1 = O.Fma(Pick(x1 + *windows, index), value, s1);
                s2 = O.Fma(Pick(x2 + *windows, index), value, s2);
                s3 = O.Fma(Pick(x3 + *windows, index), value, s3);
            }
            O.Store(s0, sums);
            O.Store(s1, sums + O.Width);
            O.Store(s2, sums + 2 * O.Width);
            O.Store(s3, sums + 3 * O.Width);
            for (int row = 0; row < 4; row++)
                LaneStore<V, O>.Put(sums + row * O.Width, scales + output, Math.Min(O.Width, outputs - output), y + row * yStride + output, accumulate);
        }
    }

    /// <summary>As above, where each window is that of <see cref="Group"/> steps.</summary>
    [SkipLocalsInit]
    public static void MultiplyFourGroups(int* ends, int* windows, byte* indices, byte* values, float* scales, int outputs, float* x, long xStride, float* y, long yStride, bool accumulate)
    {
        int lane = O.Width * L.Bits / 8;
        float* x1 = x + xStride, x2 = x1 + xStride, x3 = x2 + xStride;
        float* sums = stackalloc float[4 * 16];     // [row, lane]
        for (int output = 0, step = 0; output < outputs; output += O.Width)
        {
            V s0 = O.Zero, s1 = O.Zero, s2 = O.Zero, s3 = O.Zero;
            for (int end = *ends++; step < end; step += Group, windows++, indices += Group * O.Width, values += Group * lane)
            {
                V i0 = P.Indices(indices), i1 = P.Indices(indices + O.Width), i2 = P.Indices(indices + 2 * O.Width), i3 = P.Indices(indices + 3 * O.Width);
                V v0 = L.Load(values), v1 = L.Load(values + lane), v2 = L.Load(values + 2 * lane), v3 = L.Load(values + 3 * lane);
                V first = P.First(x + *windows), second = P.Second(x + *windows);
                s0 = O.Fma(P.Pick(first, second, i0), v0, s0); s0 = O.Fma(P.Pick(first, second, i1), v1, s0);
                s0 = O.Fma(P.Pick(first, second, i2), v2, s0); s0 = O.Fma(P.Pick(first, second, i3), v3, s0);
                (first, second) = (P.First(x1 + *windows), P.Second(x1 + *windows));
                s1 = O.Fma(P.Pick(first, second, i0), v0, s1); s1 = O.Fma(P.Pick(first, second, i1), v1, s1);
                s1 = O.Fma(P.Pick(first, second, i2), v2, s1); s1 = O.Fma(P.Pick(first, second, i3), v3, s1);
                (first, second) = (P.First(x2 + *windows), P.Second(x2 + *windows));
                s2 = O.Fma(P.Pick(first, second, i0), v0, s2); s2 = O.Fma(P.Pick(first, second, i1), v1, s2);
                s2 = O.Fma(P.Pick(first, second, i2), v2, s2); s2 = O.Fma(P.Pick(first, second, i3), v3, s2);
                (first, second) = (P.First(x3 + *windows), P.Second(x3 + *windows));
                s3 = O.Fma(P.Pick(first, second, i0), v0, s3); s3 = O.Fma(P.Pick(first, second, i1), v1, s3);
                s3 = O.Fma(P.Pick(first, second, i2), v2, s3); s3 = O.Fma(P.Pick(first, second, i3), v3, s3);
            }
            O.Store(s0, sums);
            O.Store(s1, sums + O.Width);
            O.Store(s2, sums + 2 * O.Width);
            O.Store(s3, sums + 3 * O.Width);
            for (int row = 0; row < 4; row++)
                LaneStore<V, O>.Put(sums + row * O.Width, scales + output, Math.Min(O.Width, outputs - output), y + row * yStride + output, accumulate);
        }
    }
}
