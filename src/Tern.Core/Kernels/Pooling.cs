namespace Tern.Kernels;

/// <summary>
/// One row from each sequence of a batch, and the gradient. Sequences are [time, batch, width]; those shorter than the
/// batch's time are padded behind, and padding neither counts nor gets a gradient.
/// </summary>
public static unsafe class Pooling
{
    /// <summary>The largest value of each column.</summary>
    /// <param name="x">[time, batch, width].</param>
    /// <param name="lengths">Steps of each sequence, at least 1; as many as the batch has sequences.</param>
    /// <param name="width">Columns.</param>
    /// <param name="y">The maxima, [batch, width].</param>
    /// <param name="steps">The step of each maximum, the first one where several are equal, [batch, width]. Floats are exact up to 2^24.</param>
    public static void Max(float* x, ReadOnlySpan<int> lengths, int width, float* y, float* steps)
    {
        switch (Simd.Bits)
        {
            case 512: PoolingLoop<F512>.Max(x, lengths, width, y, steps); break;
            case 256: PoolingLoop<F256>.Max(x, lengths, width, y, steps); break;
            default: PoolingLoop<F128>.Max(x, lengths, width, y, steps); break;
        }
    }

    /// <summary>The gradient of <see cref="Max"/>: all of it goes to the step of the maximum.</summary>
    /// <param name="dy">[batch, width].</param>
    /// <param name="steps">What <see cref="Max"/> wrote.</param>
    /// <param name="time">Steps of the batch.</param>
    /// <param name="batch">Sequences.</param>
    /// <param name="width">Columns.</param>
    /// <param name="dx">[time, batch, width]; every element is written.</param>
    public static void MaxGradient(float* dy, float* steps, int time, int batch, int width, float* dx)
    {
        Clear(dx, time, batch, width);
        int row = batch * width;
        for (int i = 0; i < row; i++) dx[(long)steps[i] * row + i] = dy[i];
    }

    /// <summary>The mean of each column; arguments as for <see cref="Max"/>.</summary>
    public static void Mean(float* x, ReadOnlySpan<int> lengths, int width, float* y)
    {
        switch (Simd.Bits)
        {
            case 512: PoolingLoop<F512>.Mean(x, lengths, width, y); break;
            case 256: PoolingLoop<F256>.Mean(x, lengths, width, y); break;
            default: PoolingLoop<F128>.Mean(x, lengths, width, y); break;
        }
    }

    /// <summary>The gradient of <see cref="Mean"/>; arguments as for <see cref="MaxGradient"/>.</summary>
    public static void MeanGradient(float* dy, ReadOnlySpan<int> lengths, int time, int width, float* dx)
    {
        switch (Simd.Bits)
        {
            case 512: PoolingLoop<F512>.MeanGradient(dy, lengths, time, width, dx); break;
            case 256: PoolingLoop<F256>.MeanGradient(dy, lengths, time, width, dx); break;
            default: PoolingLoop<F128>.MeanGradient(dy, lengths, time, width, dx); break;
        }
    }

    /// <summary>The row of the last step; arguments as for <see cref="Max"/>.</summary>
    public static void Last(float* x, ReadOnlySpan<int> lengths, int width, float* y)
    {
        for (int b = 0; b < lengths.Length; b++)
            new Span<float>(x + ((long)(lengths[b] - 1) * lengths.Length + b) * width, width).CopyTo(new Span<float>(y + (long)b * width, width));
    }

    /// <summary>The gradient of <see cref="Last"/>; arguments as for <see cref="MaxGradient"/>.</summary>
    public static void LastGradient(float* dy, ReadOnlySpan<int> lengths, int time, int width, float* dx)
    {
        Clear(dx, time, lengths.Length, width);
        for (int b = 0; b < lengths.Length; b++)
            new Span<float>(dy + (long)b * width, width).CopyTo(new Span<float>(dx + ((long)(lengths[b] - 1) * lengths.Length + b) * width, width));
    }

    static void Clear(float* dx, int time, int batch, int width)
    {
        for (int t = 0; t < time; t++) new Span<float>(dx + (long)t * batch * width, batch * width).Clear();
    }
}
