namespace Tern.Training.Compression;

/// <summary>
/// Quantisation after training by EdgeML's rule (github.com/microsoft/EdgeML, examples/pytorch/FastCells/quantizeFastModels.py):
/// one factor for all weights and biases of a cell, q = round(factor w); zeta and nu by themselves.
/// </summary>
public static class ByteQuantization
{
    /// <summary>(2 m + 1) / (2 max |w|): the largest magnitude becomes m + 1/2. 1 where all weights are 0.</summary>
    /// <param name="weights">All weights and biases that share the factor.</param>
    /// <param name="largest">m: 127 for bytes, 32767 for 16 bits.</param>
    /// <param name="whole">Whether the factor is rounded to a whole number, as for a cell; the classifier's is not.</param>
    /// <exception cref="TernException">m is below 1, or the weights are too small or not finite.</exception>
    public static double Factor(IEnumerable<float[]> weights, int largest, bool whole)
    {
        if (largest < 1)
            throw new TernException($"The largest integer is {largest}; expected 127 for bytes or 32767 for 16 bits.");
        double magnitude = 0;
        foreach (float[] values in weights)
            foreach (float value in values)
                magnitude = float.IsFinite(value) ? Math.Max(magnitude, Math.Abs(value)) : throw new TernException($"A weight is {value}; expected finite weights. Train again with a smaller learning rate or with clipping.");
        if (magnitude == 0)
            return 1;
        double factor = (2.0 * largest + 1) / (2 * magnitude);
        if (whole) factor = Math.Round(factor);
        return factor > 0 ? factor : throw new TernException($"The largest weight is {magnitude}, which leaves a factor of 0; expected at most {2 * largest + 1}. Use a factor that is not rounded.");
    }

    /// <summary>round(factor w), a half to the even number, within -m - 1 to m.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="factor">The factor.</param>
    /// <param name="largest">m.</param>
    public static int[] Quantize(ReadOnlySpan<float> weights, double factor, int largest)
    {
        int[] integers = new int[weights.Length];
        for (int i = 0; i < integers.Length; i++)
            integers[i] = (int)Math.Clamp(Math.Round(factor * weights[i]), -largest - 1.0, largest);
        return integers;
    }

    /// <summary>A trained scalar, given before its sigmoid, as round(factor sigmoid(s)).</summary>
    /// <param name="scalar">zeta or nu before the sigmoid.</param>
    /// <param name="factor">The authors use 1000.</param>
    public static int QuantizeScalar(float scalar, int factor = 1000) => (int)Math.Round(factor / (1 + Math.Exp(-(double)scalar)));
}
