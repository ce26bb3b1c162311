using System.Numerics;

namespace Tern.Kernels;

/// <summary>Layer normalisation (Ba et al. 2016): y = (x - mean) / sqrt(variance + 1e-5) * weight + bias for each row, variance by n.</summary>
static unsafe class LayerNorm
{
    const float Epsilon = 1e-5f;      // libtorch's default

    /// <summary>One row; x and y may be the same memory.</summary>
    public static void Row(float* x, float* y, int width, float* weight, float* bias)
    {
        var (mean, scale) = Moments(x, width);
        for (int j = 0; j < width; j++)
            y[j] = (x[j] - mean) * scale * weight[j] + bias[j];
    }

    /// <summary>The row without a bias: added to the first columns of y, written to the others.</summary>
    public static void AddRow(float* x, float* y, int added, int width, float* weight)
    {
        var (mean, scale) = Moments(x, width);
        for (int j = 0; j < added; j++)
            y[j] += (x[j] - mean) * scale * weight[j];
        for (int j = added; j < width; j++)
            y[j] = (x[j] - mean) * scale * weight[j];
    }

    /// <summary>The adjoint of one row: the gradient of x of that of y; adds to those of weight and bias (null for none).</summary>
    public static void Backward(float* x, float* dy, float* dx, int width, float* weight, float* dweight, float* dbias)
    {
        var (mean, scale) = Moments(x, width);
        float sum = 0, product = 0;      // of the gradient of the normalised row, and of its products with that row
        for (int j = 0; j < width; j++)
        {
            float n = (x[j] - mean) * scale, dn = dy[j] * weight[j];
            sum += dn;
            product += dn * n;
            dweight[j] += dy[j] * n;
            if (dbias != null) dbias[j] += dy[j];
        }
        sum /= width;
        product /= width;
        for (int j = 0; j < width; j++)
            dx[j] = scale * (dy[j] * weight[j] - sum - (x[j] - mean) * scale * product);
    }

    static (float Mean, float Scale) Moments(float* x, int width)
    {
        ReadOnlySpan<float> row = new(x, width);
        float mean = Sum(row, 0, square: false) / width;
        return (mean, 1 / MathF.Sqrt(Sum(row, mean, square: true) / width + Epsilon));
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
