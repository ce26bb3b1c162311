using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Tern.Kernels;

namespace Tern.Matrices;

/// <summary>Picks from a window of x, by an index of a byte for each output of a lane.</summary>
unsafe interface IPick<V> where V : struct
{
    /// <summary>Columns of a window: what registers hold.</summary>
    static abstract int Window { get; }

    /// <summary>Indices for <see cref="Pick"/>, of as many bytes as a lane has floats.</summary>
    static abstract V Indices(byte* p);

    /// <summary>window[index] of each output.</summary>
    static abstract V Pick(float* window, V indices);
}

/// <summary>4 columns in one register.</summary>
readonly unsafe struct Pick128 : IPick<Vector128<float>>
{
    public static int Window => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Indices(byte* p) => (Sse41.IsSupported
        ? Sse41.ConvertToVector128Int32(p)
        : Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<int>(p)).AsByte())).AsInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Pick(float* window, Vector128<float> indices) => Vector128.Shuffle(Vector128.Load(window), indices.AsInt32());
}

/// <summary>8 columns in one register.</summary>
readonly unsafe struct Pick256 : IPick<Vector256<float>>
{
    public static int Window => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Indices(byte* p) => Avx2.IsSupported
        ? Avx2.ConvertToVector256Int32(p).AsSingle()
        : Vector256.Create(Pick128.Indices(p), Pick128.Indices(p + 4));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Pick(float* window, Vector256<float> indices) => Vector256.Shuffle(Vector256.Load(window), indices.AsInt32());
}

/// <summary>32 columns in two registers.</summary>
readonly unsafe struct Pick512 : IPick<Vector512<float>>
{
    public static int Window => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Indices(byte* p) => Avx512F.IsSupported
        ? Avx512F.ConvertToVector512Int32(Vector128.Load(p)).AsSingle()
        : Vector512.Create(Pick256.Indices(p), Pick256.Indices(p + 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Pick(float* window, Vector512<float> indices)
    {
        if (Avx512F.IsSupported) return Avx512F.PermuteVar16x32x2(Vector512.Load(window), indices.AsInt32(), Vector512.Load(window + 16));
        Vector512<float> picked = default;
        for (int i = 0; i < 16; i++) picked = picked.WithElement(i, window[indices.AsInt32()[i]]);
        return picked;
    }
}

/// <summary>
/// Products with sparse weights. A lane of outputs walks over its columns in steps; in each, every output whose next kept
/// weight lies in the step's window of x takes part. Rows of one lane run apart by up to a window, so few steps have
/// outputs that wait.
/// </summary>
static unsafe class SparseLoop<V, O, P, L> where V : struct where O : struct, IRegister<V> where P : struct, IPick<V> where L : struct, IWeightLane<V>
{
    /// <summary>y = s (W x), or added to y.</summary>
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
                s0 = O.Fma(P.Pick(x + windows[0], P.Indices(indices)), L.Load(values), s0);
                s1 = O.Fma(P.Pick(x + windows[1], P.Indices(indices + O.Width)), L.Load(values + lane), s1);
                s2 = O.Fma(P.Pick(x + windows[2], P.Indices(indices + 2 * O.Width)), L.Load(values + 2 * lane), s2);
                s3 = O.Fma(P.Pick(x + windows[3], P.Indices(indices + 3 * O.Width)), L.Load(values + 3 * lane), s3);
            }
            for (; left > 0; left--, windows++, indices += O.Width, values += lane)
                s0 = O.Fma(P.Pick(x + *windows, P.Indices(indices)), L.Load(values), s0);
            O.Store(O.Add(O.Add(s0, s1), O.Add(s2, s3)), sums);
            LaneStore<V, O>.Put(sums, scales + output, Math.Min(O.Width, outputs - output), y + output, accumulate);
        }
    }

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
                s0 = O.Fma(P.Pick(x + *windows, index), value, s0);
                s1 = O.Fma(P.Pick(x1 + *windows, index), value, s1);
                s2 = O.Fma(P.Pick(x2 + *windows, index), value, s2);
                s3 = O.Fma(P.Pick(x3 + *windows, index), value, s3);
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
