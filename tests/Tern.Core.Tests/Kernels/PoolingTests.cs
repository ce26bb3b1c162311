using Tern.Kernels;
using Xunit;

namespace Tern.Core.Tests.Kernels;

[Collection(SimdCollection.Name)]
public sealed unsafe class PoolingTests
{
    const int Time = 9;
    static readonly int[] Lengths = [4, 1, 9, 8, 2];

    public static MatrixTheoryData<int, int> Widths => new([128, 256, 512], [1, 3, 16, 17, 100]);

    [Theory]
    [MemberData(nameof(Widths))]
    public void Maximum_and_its_gradient_skip_padding(int bits, int width)
    {
        using var simd = new SimdWidth(bits);
        using GuardedFloats x = Sequences(width);
        using var y = new GuardedFloats(Lengths.Length * width);
        using var steps = new GuardedFloats(Lengths.Length * width);
        Pooling.Max(x.Pointer, Lengths, width, y.Pointer, steps.Pointer);
        using GuardedFloats dy = new(Lengths.Length * width, new Random(2));
        using var dx = new GuardedFloats(x.Count);
        Pooling.MaxGradient(dy.Pointer, steps.Pointer, Time, Lengths.Length, width, dx.Pointer);

        for (int i = 0; i < y.Count; i++)
        {
            int best = 0;
            for (int t = 1; t < Lengths[i / width]; t++)
                if (x.Span[t * y.Count + i] > x.Span[best * y.Count + i]) best = t;
            Assert.Equal(x.Span[best * y.Count + i], y.Span[i]);
            for (int t = 0; t < Time; t++) Assert.Equal(t == best ? dy.Span[i] : 0f, dx.Span[t * y.Count + i]);
        }
        Assert.True(y.FrontIsUntouched && steps.FrontIsUntouched && dx.FrontIsUntouched);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Mean_and_its_gradient_skip_padding(int bits, int width)
    {
        using var simd = new SimdWidth(bits);
        using GuardedFloats x = Sequences(width);
        using var y = new GuardedFloats(Lengths.Length * width);
        Pooling.Mean(x.Pointer, Lengths, width, y.Pointer);
        using GuardedFloats dy = new(Lengths.Length * width, new Random(2));
        using var dx = new GuardedFloats(x.Count);
        Pooling.MeanGradient(dy.Pointer, Lengths, Time, width, dx.Pointer);

        for (int i = 0; i < y.Count; i++)
        {
            int length = Lengths[i / width];
            double sum = 0;
            for (int t = 0; t < length; t++) sum += x.Span[t * y.Count + i];
            Assert.Equal(sum / length, y.Span[i], 1e-6);
            for (int t = 0; t < Time; t++) Assert.Equal(t < length ? dy.Span[i] / length : 0f, dx.Span[t * y.Count + i], 1e-6f);
        }
        Assert.True(y.FrontIsUntouched && dx.FrontIsUntouched);
    }

    [Fact]
    public void Last_step_and_its_gradient_skip_padding()
    {
        const int width = 5;
        using GuardedFloats x = Sequences(width);
        using var y = new GuardedFloats(Lengths.Length * width);
        Pooling.Last(x.Pointer, Lengths, width, y.Pointer);
        using GuardedFloats dy = new(Lengths.Length * width, new Random(2));
        using var dx = new GuardedFloats(x.Count);
        Pooling.LastGradient(dy.Pointer, Lengths, Time, width, dx.Pointer);

        for (int i = 0; i < y.Count; i++)
        {
            int last = Lengths[i / width] - 1;
            Assert.Equal(x.Span[last * y.Count + i], y.Span[i]);
            for (int t = 0; t < Time; t++) Assert.Equal(t == last ? dy.Span[i] : 0f, dx.Span[t * y.Count + i]);
        }
    }

    [Fact]
    public void Of_equal_values_the_first_is_the_maximum()
    {
        using var x = new GuardedFloats(3);
        x.Span.Fill(7f);
        float y, step;
        Pooling.Max(x.Pointer, [3], 1, &y, &step);
        Assert.Equal((7f, 0f), (y, step));
    }

    /// <summary>[time, batch, width] with NaN in the padding, which would show in every result.</summary>
    static GuardedFloats Sequences(int width)
    {
        var x = new GuardedFloats(Time * Lengths.Length * width, new Random(1));
        for (int i = 0; i < x.Count; i++)
            if (i / (Lengths.Length * width) >= Lengths[i / width % Lengths.Length]) x.Span[i] = float.NaN;
        return x;
    }
}
