using System.Runtime.CompilerServices;

namespace Tern.Kernels;

/// <summary>How the rows of A lie in memory for a tile.</summary>
interface ITileRows
{
    /// <summary>True where a tile's rows are interleaved ([k][row]); false where each is a row of its own.</summary>
    static abstract bool Interleaved { get; }
}

/// <summary>A as the caller has it: row-major.</summary>
readonly struct RowMajor : ITileRows
{
    public static bool Interleaved => false;
}

/// <summary>A packed by <see cref="GemmPacking.PackTiles"/>.</summary>
readonly struct Interleaved : ITileRows
{
    static bool ITileRows.Interleaved => true;
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

/// <summary>
/// The innermost loop of the products: a tile of C, up to 8 rows by 2 lanes, held in registers over a block of k. Each
/// step loads one row of a panel of B (2 lanes) and multiplies it by one broadcast element of each row of A.
/// </summary>
static unsafe class GemmTile<V, O> where V : struct where O : struct, IRegister<V>
{
    /// <summary>Adds up (or stores) rows of A times one panel of B in C.</summary>
    /// <param name="a">The tile's first row, [rows, k].</param>
    /// <param name="lda">Floats between rows of A; not used where they are interleaved.</param>
    /// <param name="b">The panel, [k, 2 lanes].</param>
    /// <param name="k">Length of the inner sum, at least 1.</param>
    /// <param name="c">The tile's first row, [rows, 2 lanes].</param>
    /// <param name="ldc">Floats between rows of C.</param>
    /// <param name="accumulate">Whether the product is added to C.</param>
    public static void Multiply<H, R>(float* a, long lda, float* b, int k, float* c, long ldc, bool accumulate)
        where H : struct, IHeight where R : struct, ITileRows
    {
        // In both layouts row r's element is a[r * s1], and the next k lies `step` further.
        long step = R.Interleaved ? H.Rows : 1;
        long s1 = R.Interleaved ? 1 : lda, s2 = 2 * s1, s3 = 3 * s1, s4 = 4 * s1, s5 = 5 * s1, s6 = 6 * s1, s7 = 7 * s1;
        V zero = O.Zero;
        V c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero, c30 = zero, c31 = zero;
        V c40 = zero, c41 = zero, c50 = zero, c51 = zero, c60 = zero, c61 = zero, c70 = zero, c71 = zero;
        do
        {
            V b0 = O.Load(b), b1 = O.Load(b + O.Width);
            b += 2 * O.Width;
            V x = O.Broadcast(a[0]);
            c00 = O.Fma(x, b0, c00); c01 = O.Fma(x, b1, c01);
            x = O.Broadcast(a[s1]);
            c10 = O.Fma(x, b0, c10); c11 = O.Fma(x, b1, c11);
            if (H.Rows > 2) { x = O.Broadcast(a[s2]); c20 = O.Fma(x, b0, c20); c21 = O.Fma(x, b1, c21); }
            if (H.Rows > 3) { x = O.Broadcast(a[s3]); c30 = O.Fma(x, b0, c30); c31 = O.Fma(x, b1, c31); }
            if (H.Rows > 4) { x = O.Broadcast(a[s4]); c40 = O.Fma(x, b0, c40); c41 = O.Fma(x, b1, c41); }
            if (H.Rows > 5) { x = O.Broadcast(a[s5]); c50 = O.Fma(x, b0, c50); c51 = O.Fma(x, b1, c51); }
            if (H.Rows > 6) { x = O.Broadcast(a[s6]); c60 = O.Fma(x, b0, c60); c61 = O.Fma(x, b1, c61); }
            if (H.Rows > 7) { x = O.Broadcast(a[s7]); c70 = O.Fma(x, b0, c70); c71 = O.Fma(x, b1, c71); }
            a += step;
        }
        while (--k > 0);
        Put(c, c00, c01, accumulate);
        Put(c += ldc, c10, c11, accumulate);
        if (H.Rows > 2) Put(c += ldc, c20, c21, accumulate);
        if (H.Rows > 3) Put(c += ldc, c30, c31, accumulate);
        if (H.Rows > 4) Put(c += ldc, c40, c41, accumulate);
        if (H.Rows > 5) Put(c += ldc, c50, c51, accumulate);
        if (H.Rows > 6) Put(c += ldc, c60, c61, accumulate);
        if (H.Rows > 7) Put(c += ldc, c70, c71, accumulate);
    }

    /// <summary>
    /// One row. Two accumulators would wait for each other's multiply-add, so four steps of k are summed apart: 8 of
    /// them in flight while B streams in once, front to back.
    /// </summary>
    public static void MultiplyRow(float* a, float* b, int k, float* c, bool accumulate)
    {
        V zero = O.Zero;
        V s00 = zero, s01 = zero, s10 = zero, s11 = zero, s20 = zero, s21 = zero, s30 = zero, s31 = zero;
        for (; k >= 4; k -= 4, a += 4, b += 8 * O.Width)
        {
            V x = O.Broadcast(a[0]);
            s00 = O.Fma(x, O.Load(b), s00); s01 = O.Fma(x, O.Load(b + O.Width), s01);
            x = O.Broadcast(a[1]);
            s10 = O.Fma(x, O.Load(b + 2 * O.Width), s10); s11 = O.Fma(x, O.Load(b + 3 * O.Width), s11);
            x = O.Broadcast(a[2]);
            s20 = O.Fma(x, O.Load(b + 4 * O.Width), s20); s21 = O.Fma(x, O.Load(b + 5 * O.Width), s21);
            x = O.Broadcast(a[3]);
            s30 = O.Fma(x, O.Load(b + 6 * O.Width), s30); s31 = O.Fma(x, O.Load(b + 7 * O.Width), s31);
        }
        for (; k > 0; k--, a++, b += 2 * O.Width)
        {
            V x = O.Broadcast(a[0]);
            s00 = O.Fma(x, O.Load(b), s00); s01 = O.Fma(x, O.Load(b + O.Width), s01);
        }
        Put(c, O.Add(O.Add(s00, s10), O.Add(s20, s30)), O.Add(O.Add(s01, s11), O.Add(s21, s31)), accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put(float* c, V left, V right, bool accumulate)
    {
        if (accumulate)
        {
            left = O.Add(left, O.Load(c));
            right = O.Add(right, O.Load(c + O.Width));
        }
        O.Store(left, c);
        O.Store(right, c + O.Width);
    }
}
