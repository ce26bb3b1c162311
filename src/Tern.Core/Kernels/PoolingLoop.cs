using System.Runtime.CompilerServices;

namespace Tern.Kernels;

/// <summary>
/// The loops of <see cref="Pooling"/>. Time is outermost: x is read as one stream, and the results of a batch stay in the
/// first cache meanwhile.
/// </summary>
static unsafe class PoolingLoop<V> where V : struct, ILane<V>
{
    /// <inheritdoc cref="Pooling.Max"/>
    public static void Max(float* x, ReadOnlySpan<int> lengths, int width, float* y, float* steps)
    {
        new Span<float>(x, lengths.Length * width).CopyTo(new Span<float>(y, lengths.Length * width));
        new Span<float>(steps, lengths.Length * width).Clear();
        x += (long)lengths.Length * width;
        for (int t = 1, longest = Longest(lengths); t < longest; t++)
            for (int b = 0; b < lengths.Length; b++, x += width)
            {
                if (t >= lengths[b]) continue;
                float* best = y + (long)b * width, step = steps + (long)b * width;
                int j = 0;
                for (; j <= width - V.Width; j += V.Width) Larger<V>(x + j, t, best + j, step + j);
                for (; j < width; j++) Larger<F32>(x + j, t, best + j, step + j);
            }
    }

    /// <inheritdoc cref="Pooling.Mean"/>
    public static void Mean(float* x, ReadOnlySpan<int> lengths, int width, float* y)
    {
        new Span<float>(x, lengths.Length * width).CopyTo(new Span<float>(y, lengths.Length * width));
        x += (long)lengths.Length * width;
        for (int t = 1, longest = Longest(lengths); t < longest; t++)
            for (int b = 0; b < lengths.Length; b++, x += width)
            {
                if (t >= lengths[b]) continue;
                float* sum = y + (long)b * width;
                int j = 0;
                for (; j <= width - V.Width; j += V.Width) V.Store(V.Load(sum + j) + V.Load(x + j), sum + j);
                for (; j < width; j++) sum[j] += x[j];
            }
        for (int b = 0; b < lengths.Length; b++) Scale(y + (long)b * width, 1f / lengths[b], width, y + (long)b * width);
    }

    /// <inheritdoc cref="Pooling.MeanGradient"/>
    public static void MeanGradient(float* dy, ReadOnlySpan<int> lengths, int time, int width, float* dx)
    {
        for (int t = 0; t < time; t++)
            for (int b = 0; b < lengths.Length; b++, dx += width)
                if (t < lengths[b]) Scale(dy + (long)b * width, 1f / lengths[b], width, dx);
                else new Span<float>(dx, width).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Larger<T>(float* x, int t, float* best, float* step) where T : struct, ILane<T>
    {
        T now = T.Load(x), before = T.Load(best), gain = now - before;
        T.Store(T.WherePositive(gain, now, before), best);
        T.Store(T.WherePositive(gain, T.Const(t), T.Load(step)), step);
    }

    static void Scale(float* from, float scale, int width, float* to)
    {
        int j = 0;
        for (; j <= width - V.Width; j += V.Width) V.Store(V.Load(from + j) * V.Const(scale), to + j);
        for (; j < width; j++) to[j] = from[j] * scale;
    }

    static int Longest(ReadOnlySpan<int> lengths)
    {
        int longest = 0;
        foreach (int length in lengths) longest = Math.Max(longest, length);
        return longest;
    }
}
