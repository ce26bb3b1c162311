using System.Runtime.Intrinsics;

namespace Tern.Features;

/// <summary>
/// The power spectrum of real numbers: a complex transform of half the size in the order of Stockham, radix 4 (C. Van Loan,
/// "Computational Frameworks for the Fast Fourier Transform", 1992), whose halves are then taken apart. Four numbers a
/// register on every machine, without fused multiply-add, so that the numbers are the same on all.
/// </summary>
sealed class RealFft
{
    readonly int half; // complex points, a power of 2, 16 or more
    readonly float[] twiddles; // a stage after the other: for each p the real and imaginary parts of w^p, w^2p, w^3p
    readonly float[] splitCos, splitSin; // e^(-2 pi i k / size)
    float[] re, im, nextRe, nextIm;

    /// <summary>Prepares transforms.</summary>
    /// <param name="size">Real numbers: a power of 2, 32 or more.</param>
    public RealFft(int size)
    {
        half = size / 2;
        // a number more, where point 0 stands again as the one after the last
        (re, im, nextRe, nextIm) = (new float[half + 4], new float[half + 4], new float[half + 4], new float[half + 4]);
        var all = new List<float>();
        for (int n = half; n >= 4; n /= 4)
            for (int p = 0; p < n / 4; p++)
                for (int k = 1; k <= 3; k++)
                {
                    double angle = -2 * Math.PI * p * k / n;
                    all.Add((float)Math.Cos(angle));
                    all.Add((float)Math.Sin(angle));
                }
        twiddles = [.. all];
        (splitCos, splitSin) = (new float[half], new float[half]);
        for (int k = 0; k < half; k++)
            (splitCos[k], splitSin[k]) = ((float)Math.Cos(2 * Math.PI * k / size), (float)-Math.Sin(2 * Math.PI * k / size));
    }

    /// <summary>Squares of the magnitudes of points 0 to size / 2.</summary>
    /// <param name="values">[size].</param>
    /// <param name="scale">Factor of all results.</param>
    /// <param name="power">At least size / 2 + 1 numbers.</param>
    public void Power(ReadOnlySpan<float> values, float scale, Span<float> power)
    {
        First(values);
        int at = 6 * (half / 4), n = half / 4, stride = 4;
        for (; n >= 4; n /= 4, stride *= 4)
        {
            Stage(twiddles.AsSpan(at, 6 * (n / 4)), n / 4, stride);
            at += 6 * (n / 4);
        }
        if (n == 2)
            Last(stride);
        Split(scale / 4, power);
    }

    /// <summary>The first stage: neighbours of <paramref name="values"/> are the real and imaginary part of a point.</summary>
    void First(ReadOnlySpan<float> values)
    {
        int quarter = half / 4;
        ReadOnlySpan<float> a = values[..(2 * quarter)], b = values.Slice(2 * quarter, a.Length), c = values.Slice(4 * quarter, a.Length), d = values.Slice(6 * quarter, a.Length);
        Span<float> outRe = re.AsSpan(0, half), outIm = im.AsSpan(0, half);
        ReadOnlySpan<float> twiddle = twiddles.AsSpan(0, 6 * quarter);
        for (int p = 0; p < quarter; p++)
        {
            int r = 2 * p, i = r + 1, o = 4 * p;
            float sumAcRe = a[r] + c[r], sumAcIm = a[i] + c[i], diffAcRe = a[r] - c[r], diffAcIm = a[i] - c[i];
            float sumBdRe = b[r] + d[r], sumBdIm = b[i] + d[i], diffBdRe = b[r] - d[r], diffBdIm = b[i] - d[i];
            ReadOnlySpan<float> w = twiddle.Slice(6 * p, 6);
            float y1Re = diffAcRe + diffBdIm, y1Im = diffAcIm - diffBdRe;
            float y2Re = sumAcRe - sumBdRe, y2Im = sumAcIm - sumBdIm;
            float y3Re = diffAcRe - diffBdIm, y3Im = diffAcIm + diffBdRe;
            (outRe[o], outIm[o]) = (sumAcRe + sumBdRe, sumAcIm + sumBdIm);
            (outRe[o + 1], outIm[o + 1]) = (y1Re * w[0] - y1Im * w[1], y1Re * w[1] + y1Im * w[0]);
            (outRe[o + 2], outIm[o + 2]) = (y2Re * w[2] - y2Im * w[3], y2Re * w[3] + y2Im * w[2]);
            (outRe[o + 3], outIm[o + 3]) = (y3Re * w[4] - y3Im * w[5], y3Re * w[5] + y3Im * w[4]);
        }
    }

    /// <summary>A stage of radix 4: <paramref name="stride"/> transforms side by side.</summary>
    void Stage(ReadOnlySpan<float> twiddle, int count, int stride)
    {
        ref float xRe = ref re[0], xIm = ref im[0], yRe = ref nextRe[0], yIm = ref nextIm[0];
        for (int p = 0; p < count; p++)
        {
            ReadOnlySpan<float> w = twiddle.Slice(6 * p, 6);
            float w1Re = w[0], w1Im = w[1], w2Re = w[2], w2Im = w[3], w3Re = w[4], w3Im = w[5];
            for (int q = 0; q < stride; q += Vector128<float>.Count)
            {
                int from = q + stride * p, skip = stride * count, to = q + stride * 4 * p;
                Vector128<float> aRe = Load(ref xRe, from), aIm = Load(ref xIm, from), bRe = Load(ref xRe, from + skip), bIm = Load(ref xIm, from + skip);
                Vector128<float> cRe = Load(ref xRe, from + 2 * skip), cIm = Load(ref xIm, from + 2 * skip), dRe = Load(ref xRe, from + 3 * skip), dIm = Load(ref xIm, from + 3 * skip);
                Vector128<float> sumAcRe = aRe + cRe, sumAcIm = aIm + cIm, diffAcRe = aRe - cRe, diffAcIm = aIm - cIm;
                Vector128<float> sumBdRe = bRe + dRe, sumBdIm = bIm + dIm, diffBdRe = bRe - dRe, diffBdIm = bIm - dIm;
                Vector128<float> y1Re = diffAcRe + diffBdIm, y1Im = diffAcIm - diffBdRe;
                Vector128<float> y2Re = sumAcRe - sumBdRe, y2Im = sumAcIm - sumBdIm;
                Vector128<float> y3Re = diffAcRe - diffBdIm, y3Im = diffAcIm + diffBdRe;
                (sumAcRe + sumBdRe).StoreUnsafe(ref yRe, (nuint)to);
                (sumAcIm + sumBdIm).StoreUnsafe(ref yIm, (nuint)to);
                (y1Re * w1Re - y1Im * w1Im).StoreUnsafe(ref yRe, (nuint)(to + stride));
                (y1Re * w1Im + y1Im * w1Re).StoreUnsafe(ref yIm, (nuint)(to + stride));
                (y2Re * w2Re - y2Im * w2Im).StoreUnsafe(ref yRe, (nuint)(to + 2 * stride));
                (y2Re * w2Im + y2Im * w2Re).StoreUnsafe(ref yIm, (nuint)(to + 2 * stride));
                (y3Re * w3Re - y3Im * w3Im).StoreUnsafe(ref yRe, (nuint)(to + 3 * stride));
                (y3Re * w3Im + y3Im * w3Re).StoreUnsafe(ref yIm, (nuint)(to + 3 * stride));
            }
        }
        Swap();
    }

    /// <summary>The last stage where the number of points is no power of 4: radix 2.</summary>
    void Last(int stride)
    {
        ref float xRe = ref re[0], xIm = ref im[0], yRe = ref nextRe[0], yIm = ref nextIm[0];
        for (int q = 0; q < stride; q += Vector128<float>.Count)
        {
            Vector128<float> aRe = Load(ref xRe, q), aIm = Load(ref xIm, q), bRe = Load(ref xRe, q + stride), bIm = Load(ref xIm, q + stride);
            (aRe + bRe).StoreUnsafe(ref yRe, (nuint)q);
            (aIm + bIm).StoreUnsafe(ref yIm, (nuint)q);
            (aRe - bRe).StoreUnsafe(ref yRe, (nuint)(q + stride));
            (aIm - bIm).StoreUnsafe(ref yIm, (nuint)(q + stride));
        }
        Swap();
    }

    /// <summary>
    /// From Z, the transform of even numbers + i odd numbers, the power of the whole: with Y(k) the conjugate of Z(half - k),
    /// X(k) = (Z + Y) / 2 - i e^(-2 pi i k / size) (Z - Y) / 2.
    /// </summary>
    void Split(float scale, Span<float> power)
    {
        (re[half], im[half]) = (re[0], im[0]);
        ref float zRe = ref re[0], zIm = ref im[0], cos = ref splitCos[0], sin = ref splitSin[0];
        Vector128<int> backwards = Vector128.Create(3, 2, 1, 0);
        for (int k = 0; k < half; k += Vector128<float>.Count)
        {
            Vector128<float> yRe = Vector128.Shuffle(Load(ref zRe, half - k - 3), backwards), yIm = Vector128.Shuffle(Load(ref zIm, half - k - 3), backwards);
            Vector128<float> evenRe = Load(ref zRe, k) + yRe, evenIm = Load(ref zIm, k) - yIm;
            Vector128<float> oddRe = Load(ref zIm, k) + yIm, oddIm = yRe - Load(ref zRe, k); // -i (Z - Y)
            Vector128<float> c = Load(ref cos, k), s = Load(ref sin, k);
            Vector128<float> xRe = evenRe + (oddRe * c - oddIm * s), xIm = evenIm + (oddRe * s + oddIm * c);
            ((xRe * xRe + xIm * xIm) * scale).CopyTo(power[k..]);
        }
        float last = 2 * (re[0] - im[0]);
        power[half] = last * last * scale;
    }

    static Vector128<float> Load(ref float start, int index) => Vector128.LoadUnsafe(ref start, (nuint)index);

    void Swap() => (re, im, nextRe, nextIm) = (nextRe, nextIm, re, im);
}
