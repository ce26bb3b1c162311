using Tern.FixedPoint;
using Xunit;

namespace Tern.Core.Tests.FixedPoint;

public sealed class FixedPointArithmeticTests
{
    [Theory]
    [InlineData(5, 1, 3)]
    [InlineData(-5, 1, -2)]
    [InlineData(4, 3, 1)]
    [InlineData(-4, 3, 0)]
    [InlineData(3, 3, 0)]
    [InlineData(3, -2, 12)]
    public void A_shift_rounds_a_half_up(long value, int shift, long expected) => Assert.Equal(expected, Integers.Shift(value, shift));

    [Fact]
    public void The_table_is_within_its_stated_error_and_rises()
    {
        double sigmoid = 0, tanh = 0;
        int before = 0;
        for (int x = short.MinValue + 1; x <= short.MaxValue; x++)
        {
            double exact = x / 4096.0;
            int y = SigmoidTable.Sigmoid(x);
            Assert.True(y >= before, $"{x}");
            before = y;
            sigmoid = Math.Max(sigmoid, Math.Abs(y / 65536.0 - 1 / (1 + Math.Exp(-exact))));
            if (Math.Abs(exact) < 4) tanh = Math.Max(tanh, Math.Abs(SigmoidTable.Tanh(x) / 32768.0 - Math.Tanh(exact)));
            Assert.Equal(-SigmoidTable.Tanh(x), SigmoidTable.Tanh(-x));
        }
        Assert.InRange(sigmoid, 1e-6, 7e-5);
        Assert.InRange(tanh, 1e-6, 1.4e-4);
        Assert.Equal(32767, SigmoidTable.Tanh(32767));
    }

    [Theory]
    [InlineData(1.0, 32767, 14)]
    [InlineData(0.49, 32767, 16)]
    [InlineData(40000, 32767, -1)]
    public void A_fraction_is_the_largest_that_fits(double magnitude, int limit, int expected) => Assert.Equal(expected, Integers.Fraction(magnitude, limit));
}
