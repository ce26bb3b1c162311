namespace Tern.FixedPoint;

/// <summary>Sample sequences: some of the data's, or seeded ones where none is at hand.</summary>
public static class Calibration
{
    /// <summary>More sequences hardly widen a range.</summary>
    const int MostSequences = 100;

    const double Carry = 0.7;      // of a step from the one before: sensor series move smoothly

    /// <summary>Which of the data's sequences ranges are measured on: all, or 100 from first to last.</summary>
    /// <param name="count">How many there are.</param>
    internal static IEnumerable<int> Pick(int count)
    {
        int picked = Math.Min(count, MostSequences);
        return Enumerable.Range(0, picked).Select(i => (int)((long)i * count / picked));
    }

    /// <summary>
    /// Sequences of mean 0 and deviation 1, as normalised data has: x = 0.7 x_prev + noise, and every fourth one noise alone.
    /// </summary>
    /// <param name="channels">Numbers of a step.</param>
    /// <param name="sequences">How many.</param>
    /// <param name="steps">Steps of each.</param>
    /// <param name="seed">Of the noise.</param>
    public static IReadOnlyList<float[]> Seeded(int channels, int sequences, int steps, int seed)
    {
        Random random = new(seed);
        float[][] all = new float[sequences][];
        for (int i = 0; i < sequences; i++)
        {
            double carry = i % 4 == 3 ? 0 : Carry, noise = Math.Sqrt(1 - carry * carry);
            float[] rows = all[i] = new float[steps * channels];
            for (int at = 0; at < rows.Length; at++)
                rows[at] = (float)((at < channels ? 0 : carry * rows[at - channels]) + noise * random.NextNormal());
        }
        return all;
    }
}
