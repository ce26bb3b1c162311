using System.Numerics;

namespace Tern.FixedPoint;

/// <summary>
/// The spectrum of real whole numbers: a complex transform of half the size, radix 2, whose halves are then taken apart.
/// Words of 32 bits and factors of 16; no stage is scaled, since the input leaves room for all.
/// </summary>
sealed class FixedFft(FixedMelTables tables)
{
    readonly int half = tables.Half;

    /// <summary>Real parts of points 0 to half.</summary>
    public int[] Re { get; } = new int[tables.Half + 1];

    /// <summary>Imaginary parts.</summary>
    public int[] Im { get; } = new int[tables.Half + 1];

    /// <summary>The spectrum of numbers whose neighbours stand in <see cref="Re"/> and <see cref="Im"/>, in place.</summary>
    public void Run()
    {
        Reverse();
        for (int m = 2; m <= half; m *= 2)
            for (int j = 0; j < m / 2; j++)
                for (int a = j; a < half; a += m)
                    Butterfly(a, a + m / 2, j, m);
        Split();
    }

    void Reverse()
    {
        int bits = BitOperations.Log2((uint)half);
        for (int i = 0; i < half; i++)
        {
            int j = 0;
            for (int bit = 0; bit < bits; bit++) j |= (i >> bit & 1) << (bits - 1 - bit);
            if (i >= j) continue;
            (Re[i], Re[j]) = (Re[j], Re[i]);
            (Im[i], Im[j]) = (Im[j], Im[i]);
        }
    }

    /// <summary>a + w b and a - w b, w = e^(-2 pi i j / m); 1 and -i are no products.</summary>
    void Butterfly(int a, int b, int j, int m)
    {
        int re = Re[b], im = Im[b];
        if (4 * j == m) (re, im) = (im, -re);
        else if (j > 0)
        {
            int angle = j * (2 * half / m), cos = tables.Cosine(angle), sin = tables.Sine(angle);
            (re, im) = (FixedMelTables.Multiply(re, cos) + FixedMelTables.Multiply(im, sin), FixedMelTables.Multiply(im, cos) - FixedMelTables.Multiply(re, sin));
        }
        (Re[b], Im[b]) = (Re[a] - re, Im[a] - im);
        (Re[a], Im[a]) = (Re[a] + re, Im[a] + im);
    }

    /// <summary>With Y(k) the conjugate of Z(half - k): X(k) = (Z + Y) / 2 - i e^(-2 pi i k / size) (Z - Y) / 2, two points at once.</summary>
    void Split()
    {
        (Re[half], Im[half], Re[0], Im[0]) = (Re[0] - Im[0], 0, Re[0] + Im[0], 0);
        for (int k = 1; k < half / 2; k++)
        {
            int other = half - k;
            int evenRe = Re[k] + Re[other] + 1 >> 1, evenIm = Im[k] - Im[other] + 1 >> 1;
            int oddRe = Im[k] + Im[other] + 1 >> 1, oddIm = Re[other] - Re[k] + 1 >> 1;
            int cos = tables.Cosine(k), sin = tables.Sine(k);
            int re = FixedMelTables.Multiply(oddRe, cos) + FixedMelTables.Multiply(oddIm, sin), im = FixedMelTables.Multiply(oddIm, cos) - FixedMelTables.Multiply(oddRe, sin);
            (Re[k], Im[k]) = (evenRe + re, evenIm + im);
            (Re[other], Im[other]) = (evenRe - re, im - evenIm);
        }
        Im[half / 2] = -Im[half / 2];
    }
}
