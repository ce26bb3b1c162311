using Tern.Training.Compression;

namespace Tern.Training.Tests.Compression;

public sealed class ByteQuantizationTests
{
    [Fact]
    public void One_factor_serves_all_weights_that_share_it()
    {
        Assert.Equal(57, ByteQuantization.Factor([[1, -2], [2.248258f]], 127, whole: true));      // 255 / (2 * 2.248)
        Assert.Equal(63.75, ByteQuantization.Factor([[1, -2]], 127, whole: false));
        Assert.Equal(1, ByteQuantization.Factor([[0, 0], []], 127, whole: true));
    }

    [Fact]
    public void Integers_are_rounded_half_to_even_and_stay_in_range() =>
        Assert.Equal([2, 2, -2, 127, -128, -128], ByteQuantization.Quantize([1.5f, 2.5f, -1.5f, 200, -128, -200], 1, 127));

    [Fact]
    public void Scalars_go_through_their_sigmoid()
    {
        Assert.Equal(786, ByteQuantization.QuantizeScalar(1.3f));
        Assert.Equal(24, ByteQuantization.QuantizeScalar(-3.7f));
        Assert.Equal(16384, ByteQuantization.QuantizeScalar(0, 1 << 15));
    }

    [Fact]
    public void Weights_without_a_factor_are_refused()
    {
        Assert.Contains("is NaN", Assert.Throws<TernException>(() => ByteQuantization.Factor([[float.NaN]], 127, true)).Message);
        Assert.Contains("factor of 0", Assert.Throws<TernException>(() => ByteQuantization.Factor([[1000]], 127, true)).Message);
        Assert.Contains("largest integer is 0", Assert.Throws<TernException>(() => ByteQuantization.Factor([[1]], 0, true)).Message);
    }
}
