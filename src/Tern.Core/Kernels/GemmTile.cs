using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Tern.Kernels;

/// <summary>How the rows of A lie in memory for a tile.</summary>
interface ITileRows
{
    /// <summary>True where a tile's rows are interleaved, [k][slot]; false where each is a row of its own.</summary>
    static abstract bool Interleaved { get; }
}

/// <summary>A as the caller has it: row-major.</summary>
readonly struct RowMajor : ITileRows
{
    public static bool Interleaved => false;
}

/// <summary>A packed by <see cref="GemmPacking.PackTile"/>.</summary>
readonly struct Interleaved : ITileRows
{
    static bool ITileRows.Interleaved => true;
}

/// <summary>Which columns of a panel a tile computes.</summary>
interface ITileColumns
{
    /// <summary>The right lane as well as the left.</summary>
    static abstract bool Right { get; }

    /// <summary>The last lane is not full: what lies behind its columns is neither read nor written.</summary>
    static abstract bool Masked { get; }
}

/// <summary>All of them.</summary>
readonly struct WholePanel : ITileColumns
{
    public static bool Right => true;
    public static bool Masked => false;
}

/// <summary>The left lane and a part of the right.</summary>
readonly struct MaskedPanel : ITileColumns
{
    public static bool Right => true;
    public static bool Masked => true;
}

/// <summary>The left lane, or a part of it: half of the work.</summary>
readonly struct MaskedLane : ITileColumns
{
    public static bool Right => false;
    public static bool Masked => true;
}

/// <summary>Rows of a tile as a type, so that one body compiles to a loop for each height, without the rows it lacks.</summary>
interface IHeight
{
    static abstract int Rows { get; }
}

readonly struct Height2 : IHeight { public static int Rows => 2; }
readonly struct Height3 : IHeight { public static int Rows => 3; }
readonly struct Height4 : IHeight { public static int Rows => 4; }
readonly struct Height5 : IHeight { public static int Rows => 5; }
readonly struct Height6 : IHeight { public static int Rows => 6; }
readonly struct Height7 : IHeight { public static int Rows => 7; }
readonly struct Height8 : IHeight { public static int Rows => 8; }
readonly struct Height9 : IHeight { public static int Rows => 9; }
readonly struct Height10 : IHeight { public static int Rows => 10; }
readonly struct Height11 : IHeight { public static int Rows => 11; }
readonly struct Height12 : IHeight { public static int Rows => 12; }

/// <summary>
/// The innermost loop of the products: a tile of C, up to 12 rows by 2 lanes, held in registers over a block of k. Each
/// step loads one row of a panel of B (2 lanes) and multiplies it by one broadcast element of each row of A.
/// </summary>
static unsafe class GemmTile<V, O> where V : struct where O : struct, IRegister<V>
{
    /// <summary>
    /// Tallest tile. Two accumulators a row, two lanes of B and one broadcast fit 16 registers at 6 rows; the 32 of
    /// AVX-512 and ARM hold 12.
    /// </summary>
    public static int MaxHeight => Avx512F.VL.IsSupported || AdvSimd.IsSupported || O.Width == 16 ? 12 : 6;

    /// <summary>Floats between steps of k where rows are interleaved: <see cref="MaxHeight"/> or more, in whole lanes.</summary>
    public static int Slot => MaxHeight == 12 ? 16 : 8;

    /// <summary>C = A B or C += A B for one panel of B, or for its first columns.</summary>
    /// <param name="a">The tile's first row, [rows, k].</param>
    /// <param name="lda">Floats between rows of A; not used where they are interleaved.</param>
    /// <param name="b">The panel, [k, 2 lanes].</param>
    /// <param name="k">Length of the inner sum, at least 1.</param>
    /// <param name="c">The tile's first row, [rows, 2 lanes].</param>
    /// <param name="ldc">Floats between rows of C.</param>
    /// <param name="accumulate">Whether the product is added to C.</param>
    /// <param name="columns">Columns of C, where <typeparamref name="C"/> is masked.</param>
    public static void Multiply<H, R, C>(float* a, long lda, float* b, int k, float* c, long ldc, bool accumulate, int columns)
        where H : struct, IHeight where R : struct, ITileRows where C : struct, ITileColumns
    {
        Prefetch<H>(c, ldc);
        // In both layouts row r's element is a[r * s1], and the next k lies `step` further.
        long step = R.Interleaved ? Slot : 1;
        long s1 = R.Interleaved ? 1 : lda, s2 = 2 * s1, s3 = 3 * s1, s4 = 4 * s1, s5 = 5 * s1;
        float* lower = a + 6 * s1;
        // c0 to c5 are the upper six rows, d0 to d5 the lower six; l and r their two lanes
        V zero = O.Zero;
        V c0l = zero, c0r = zero, c1l = zero, c1r = zero, c2l = zero, c2r = zero;
        V c3l = zero, c3r = zero, c4l = zero, c4r = zero, c5l = zero, c5r = zero;
        V d0l = zero, d0r = zero, d1l = zero, d1r = zero, d2l = zero, d2r = zero;
        V d3l = zero, d3r = zero, d4l = zero, d4r = zero, d5l = zero, d5r = zero;
        do
        {
            V left = O.Load(b), right = C.Right ? O.Load(b + O.Width) : left;
            b += 2 * O.Width;
            V x = O.Broadcast(a[0]); c0l = O.Fma(x, left, c0l); if (C.Right) c0r = O.Fma(x, right, c0r);
            x = O.Broadcast(a[s1]); c1l = O.Fma(x, left, c1l); if (C.Right) c1r = O.Fma(x, right, c1r);
            if (H.Rows > 2) { x = O.Broadcast(a[s2]); c2l = O.Fma(x, left, c2l); if (C.Right) c2r = O.Fma(x, right, c2r); }
            if (H.Rows > 3) { x = O.Broadcast(a[s3]); c3l = O.Fma(x, left, c3l); if (C.Right) c3r = O.Fma(x, right, c3r); }
            if (H.Rows > 4) { x = O.Broadcast(a[s4]); c4l = O.Fma(x, left, c4l); if (C.Right) c4r = O.Fma(x, right, c4r); }
            if (H.Rows > 5) { x = O.Broadcast(a[s5]); c5l = O.Fma(x, left, c5l); if (C.Right) c5r = O.Fma(x, right, c5r); }
            if (H.Rows > 6) { x = O.Broadcast(lower[0]); d0l = O.Fma(x, left, d0l); if (C.Right) d0r = O.Fma(x, right, d0r); }
            if (H.Rows > 7) { x = O.Broadcast(lower[s1]); d1l = O.Fma(x, left, d1l); if (C.Right) d1r = O.Fma(x, right, d1r); }
            if (H.Rows > 8) { x = O.Broadcast(lower[s2]); d2l = O.Fma(x, left, d2l); if (C.Right) d2r = O.Fma(x, right, d2r); }
            if (H.Rows > 9) { x = O.Broadcast(lower[s3]); d3l = O.Fma(x, left, d3l); if (C.Right) d3r = O.Fma(x, right, d3r); }
            if (H.Rows > 10) { x = O.Broadcast(lower[s4]); d4l = O.Fma(x, left, d4l); if (C.Right) d4r = O.Fma(x, right, d4r); }
            if (H.Rows > 11) { x = O.Broadcast(lower[s5]); d5l = O.Fma(x, left, d5l); if (C.Right) d5r = O.Fma(x, right, d5r); }
            a += step;
            lower += step;
        }
        while (--k > 0);
        V mask = C.Masked ? O.Mask(C.Right ? columns - O.Width : columns) : default;
        Put<C>(c, c0l, c0r, accumulate, mask);
        Put<C>(c += ldc, c1l, c1r, accumulate, mask);
        if (H.Rows > 2) Put<C>(c += ldc, c2l, c2r, accumulate, mask);
        if (H.Rows > 3) Put<C>(c += ldc, c3l, c3r, accumulate, mask);
        if (H.Rows > 4) Put<C>(c += ldc, c4l, c4r, accumulate, mask);
        if (H.Rows > 5) Put<C>(c += ldc, c5l, c5r, accumulate, mask);
        if (H.Rows > 6) Put<C>(c += ldc, d0l, d0r, accumulate, mask);
        if (H.Rows > 7) Put<C>(c += ldc, d1l, d1r, accumulate, mask);
        if (H.Rows > 8) Put<C>(c += ldc, d2l, d2r, accumulate, mask);
        if (H.Rows > 9) Put<C>(c += ldc, d3l, d3r, accumulate, mask);
        if (H.Rows > 10) Put<C>(c += ldc, d4l, d4r, accumulate, mask);
        if (H.Rows > 11) Put<C>(c += ldc, d5l, d5r, accumulate, mask);
    }

    /// <summary>
    /// One row. Two accumulators would wait for each other's multiply-add, so four steps of k are summed apart: 8 of
    /// them in flight while B streams in once, front to back.
    /// </summary>
    public static void MultiplyRow<R, C>(float* a, float* b, int k, float* c, bool accumulate, int columns) where R : struct, ITileRows where C : struct, ITileColumns
    {
        long step = R.Interleaved ? Slot : 1;
        V zero = O.Zero;
        V s00 = zero, s01 = zero, s10 = zero, s11 = zero, s20 = zero, s21 = zero, s30 = zero, s31 = zero;
        for (; k >= 4; k -= 4, a += 4 * step, b += 8 * O.Width)
        {
            V x = O.Broadcast(a[0]);
            s00 = O.Fma(x, O.Load(b), s00); if (C.Right) s01 = O.Fma(x, O.Load(b + O.Width), s01);
            x = O.Broadcast(a[step]);
            s10 = O.Fma(x, O.Load(b + 2 * O.Width), s10); if (C.Right) s11 = O.Fma(x, O.Load(b + 3 * O.Width), s11);
            x = O.Broadcast(a[2 * step]);
            s20 = O.Fma(x, O.Load(b + 4 * O.Width), s20); if (C.Right) s21 = O.Fma(x, O.Load(b + 5 * O.Width), s21);
            x = O.Broadcast(a[3 * step]);
            s30 = O.Fma(x, O.Load(b + 6 * O.Width), s30); if (C.Right) s31 = O.Fma(x, O.Load(b + 7 * O.Width), s31);
        }
        for (; k > 0; k--, a += step, b += 2 * O.Width)
        {
            V x = O.Broadcast(a[0]);
            s00 = O.Fma(x, O.Load(b), s00); if (C.Right) s01 = O.Fma(x, O.Load(b + O.Width), s01);
        }
        V mask = C.Masked ? O.Mask(C.Right ? columns - O.Width : columns) : default;
        Put<C>(c, O.Add(O.Add(s00, s10), O.Add(s20, s30)), O.Add(O.Add(s01, s11), O.Add(s21, s31)), accumulate, mask);
    }

    /// <summary>Fetches the tile of C while the sum runs: it is mostly in the second or third cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Prefetch<H>(float* c, long ldc) where H : struct, IHeight
    {
        if (!Sse.IsSupported) return;
        for (int row = 0; row < H.Rows; row++, c += ldc)
        {
            Sse.Prefetch0(c);
            Sse.Prefetch0(c + 2 * O.Width - 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put<C>(float* c, V left, V right, bool accumulate, V mask) where C : struct, ITileColumns
    {
        bool leftMasked = C.Masked && !C.Right, rightMasked = C.Masked && C.Right;
        if (accumulate)
        {
            left = O.Add(left, leftMasked ? O.LoadMasked(c, mask) : O.Load(c));
            if (C.Right) right = O.Add(right, rightMasked ? O.LoadMasked(c + O.Width, mask) : O.Load(c + O.Width));
        }
        if (leftMasked) O.StoreMasked(left, c, mask); else O.Store(left, c);
        if (!C.Right) return;
        if (rightMasked) O.StoreMasked(right, c + O.Width, mask); else O.Store(right, c + O.Width);
    }
}
