using System.Numerics;

namespace Tern.Kernels;

/// <summary>Layer normalisation (Ba et al. 2016): y = (x - mean) / sqrt(variance + 1e-5) * weight + bias for each row, variance by n.</summary>
static unsafe class LayerNorm
{
    const float Epsilon = 1e-5f;      // libtorch's default

    /// <summary>One row; x and y may be the same memory.</summary>
    public static void Row(float* x, float* y, int width, float* weight, float* bias)
    {
        ReadOnlySpan<float> row = new(x, width);
        float mean = Sum(row, 0, square: false) / width;
        float scale = 1 / MathF.Sqrt(Sum(row, mean, square: true) / width + Epsilon);
        for (int j = 0; j < width; j++)
            y[j] = (x[j] - mean) * scale * weight[j] + bias[j];
    }

    /// <summary>The sum of x - center, or of its square.</summary>
    static float Sum(ReadOnlySpan<float> row, float center, bool square)
    {
        Vector<float> sums = Vector<float>.Zero, centers = new(center);
        int j = 0;
        for (; j <= row.Length - Vector<float>.Count; j += Vector<float>.Count)
        {
            Vector<float> d = new Vector<float>(row[j..]) - centers;
            sums += square ? d * d : d;
        }
        float sum = Vector.Sum(sums);
        for (; j < row.Length; j++)
        {
            float d = row[j] - center;
            sum += square ? d * d : d;
        }
        return sum;
    }
}
