using System.Numerics;

namespace Tern.Training.Optimizers;

/// <summary>Norms of gradients, in double: no float's square overflows, so a sum is finite where all its terms are.</summary>
static class GradientNorms
{
    /// <summary>Sum of squares, always added in the same order.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> values)
    {
        int lanes = Vector<float>.Count, i = 0;
        Vector<double> even = default, odd = default;
        for (; i <= values.Length - lanes; i += lanes)
        {
            Vector.Widen(new Vector<float>(values[i..]), out Vector<double> low, out Vector<double> high);
            even += low * low;
            odd += high * high;
        }
        double total = Vector.Sum(even + odd);
        for (; i < values.Length; i++)
            total += (double)values[i] * values[i];
        return total;
    }
}
