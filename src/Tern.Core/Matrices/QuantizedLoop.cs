using System.Runtime.CompilerServices;
using Tern.Kernels;

namespace Tern.Matrices;

/// <summary>Lanes of a panel as a type, so that one body compiles to a loop for each.</summary>
interface IPanelWidth
{
    static abstract bool Two { get; }
}

readonly struct OneLane : IPanelWidth { public static bool Two => false; }
readonly struct TwoLanes : IPanelWidth { public static bool Two => true; }

/// <summary>
/// Products with weights of few bits: outputs are lanes, in panels of two lanes, [panel][pair of columns][lane], and the
/// last panel has one where that is enough. Each lane of weights is widened once for up to four rows of x; scales come at
/// the end.
/// </summary>
static unsafe class QuantizedLoop<V, O, L> where V : struct where O : struct, IRegister<V> where L : struct, IWeightPair<V>
{
    /// <summary>Lanes for a number of outputs.</summary>
    public static int Lanes(int outputs) => (outputs + O.Width - 1) / O.Width;

    /// <summary>Pairs for a number of columns; the last one may have a first column alone.</summary>
    public static int Pairs(int columns) => (columns + 1) / 2;

    /// <summary>Where the pair of an output's lane and a column begins.</summary>
    public static long PairOffset(int outputs, int columns, int output, int column)
    {
        int lane = output / O.Width, panel = lane / 2, lanes = Math.Min(2, Lanes(outputs) - 2 * panel);
        return ((long)2 * panel * Pairs(columns) + (long)(column / 2) * lanes + lane % 2) * L.Bytes;
    }

    /// <summary>y = s (W x), or added to y; s is one scale an output, in whole lanes.</summary>
    public static void Multiply(byte* panels, float* scales, int outputs, int columns, float* x, long xStride, float* y, long yStride, int rows, bool accumulate)
    {
        long panel = 2L * Pairs(columns) * L.Bytes;
        for (int output = 0; output < outputs; output += 2 * O.Width, panels += panel)
        {
            int left = Math.Min(outputs - output, 2 * O.Width);
            if (left > O.Width) Panel<TwoLanes>(panels, scales + output, left, columns, x, xStride, y + output, yStride, rows, accumulate);
            else Panel<OneLane>(panels, scales + output, left, columns, x, xStride, y + output, yStride, rows, accumulate);
        }
    }

    static void Panel<P>(byte* panel, float* scales, int outputs, int columns, float* x, long xStride, float* y, long yStride, int rows, bool accumulate)
        where P : struct, IPanelWidth
    {
        for (; rows >= 4; rows -= 4, x += 4 * xStride, y += 4 * yStride) Four<P>(panel, scales, outputs, columns, x, xStride, y, yStride, accumulate);
        for (; rows > 0; rows--, x += xStride, y += yStride) One<P>(panel, scales, outputs, columns, x, y, accumulate);
    }

    /// <summary>One row: four columns are summed apart, so that multiply-adds do not wait for each other.</summary>
    [SkipLocalsInit]
    static void One<P>(byte* b, float* scales, int outputs, int columns, float* x, float* y, bool accumulate) where P : struct, IPanelWidth
    {
        int lane = L.Bytes, step = P.Two ? 2 * lane : lane;
        V s00 = O.Zero, s01 = O.Zero, s10 = O.Zero, s11 = O.Zero, s20 = O.Zero, s21 = O.Zero, s30 = O.Zero, s31 = O.Zero;
        int k = columns;
        for (; k >= 4; k -= 4, x += 4, b += 2 * step)
        {
            V a = O.Broadcast(x[0]);
            s00 = O.Fma(a, L.First(b), s00);
            if (P.Two) s01 = O.Fma(a, L.First(b + lane), s01);
            a = O.Broadcast(x[1]);
            s10 = O.Fma(a, L.Second(b), s10);
            if (P.Two) s11 = O.Fma(a, L.Second(b + lane), s11);
            a = O.Broadcast(x[2]);
            s20 = O.Fma(a, L.First(b + step), s20);
            if (P.Two) s21 = O.Fma(a, L.First(b + step + lane), s21);
            a = O.Broadcast(x[3]);
            s30 = O.Fma(a, L.Second(b + step), s30);
            if (P.Two) s31 = O.Fma(a, L.Second(b + step + lane), s31);
        }
        for (; k > 0; k -= 2, x += 2, b += step)
        {
            V a = O.Broadcast(x[0]);
            s00 = O.Fma(a, L.First(b), s00);
            if (P.Two) s01 = O.Fma(a, L.First(b + lane), s01);
            if (k == 1) break;
            a = O.Broadcast(x[1]);
            s10 = O.Fma(a, L.Second(b), s10);
            if (P.Two) s11 = O.Fma(a, L.Second(b + lane), s11);
        }
        float* sums = stackalloc float[2 * 16];
        O.Store(O.Add(O.Add(s00, s10), O.Add(s20, s30)), sums);
        if (P.Two) O.Store(O.Add(O.Add(s01, s11), O.Add(s21, s31)), sums + O.Width);
        LaneStore<V, O>.Put(sums, scales, outputs, y, accumulate);
    }

    [SkipLocalsInit]
    static void Four<P>(byte* b, float* scales, int outputs, int columns, float* x, long xStride, float* y, long yStride, bool accumulate) where P : struct, IPanelWidth
    {
        int lane = L.Bytes, step = P.Two ? 2 * lane : lane;
        float* x1 = x + xStride, x2 = x1 + xStride, x3 = x2 + xStride;
        V s00 = O.Zero, s01 = O.Zero, s10 = O.Zero, s11 = O.Zero, s20 = O.Zero, s21 = O.Zero, s30 = O.Zero, s31 = O.Zero;
        for (int k = 0; k < columns; k += 2, b += step)
        {
            V left = L.First(b), right = P.Two ? L.First(b + lane) : left;
            V a = O.Broadcast(x[k]);
            s00 = O.Fma(a, left, s00);
            if (P.Two) s01 = O.Fma(a, right, s01);
            a = O.Broadcast(x1[k]);
            s10 = O.Fma(a, left, s10);
            if (P.Two) s11 = O.Fma(a, right, s11);
            a = O.Broadcast(x2[k]);
            s20 = O.Fma(a, left, s20);
            if (P.Two) s21 = O.Fma(a, right, s21);
            a = O.Broadcast(x3[k]);
            s30 = O.Fma(a, left, s30);
            if (P.Two) s31 = O.Fma(a, right, s31);
            if (k + 1 == columns) break;
            left = L.Second(b);
            right = P.Two ? L.Second(b + lane) : left;
            a = O.Broadcast(x[k + 1]);
            s00 = O.Fma(a, left, s00);
            if (P.Two) s01 = O.Fma(a, right, s01);
            a = O.Broadcast(x1[k + 1]);
            s10 = O.Fma(a, left, s10);
            if (P.Two) s11 = O.Fma(a, right, s11);
            a = O.Broadcast(x2[k + 1]);
            s20 = O.Fma(a, left, s20);
            if (P.Two) s21 = O.Fma(a, right, s21);
            a = O.Broadcast(x3[k + 1]);
            s30 = O.Fma(a, left, s30);
            if (P.Two) s31 = O.Fma(a, right, s31);
        }
        float* sums = stackalloc float[8 * 16];     // [row, lane]
        O.Store(s00, sums);
        if (P.Two) O.Store(s01, sums + O.Width);
        O.Store(s10, sums + 2 * O.Width);
        if (P.Two) O.Store(s11, sums + 3 * O.Width);
        O.Store(s20, sums + 4 * O.Width);
        if (P.Two) O.Store(s21, sums + 5 * O.Width);
        O.Store(s30, sums + 6 * O.Width);
        if (P.Two) O.Store(s31, sums + 7 * O.Width);
        for (int row = 0; row < 4; row++, sums += 2 * O.Width, y += yStride)
            LaneStore<V, O>.Put(sums, scales, outputs, y, accumulate);
    }
}
