namespace Tern.FixedPoint;

/// <summary>The arithmetic of docs/fixed-point.md: shifts that round, and limits.</summary>
static class Integers
{
    /// <summary>Least and greatest number of a signed 16-bit word, and the greatest of an unsigned one.</summary>
    public const int Low = short.MinValue, High = short.MaxValue, Unsigned = ushort.MaxValue;

    /// <summary>What a 24-bit accumulator holds at most, in magnitude.</summary>
    public const long Bits24 = (1 << 23) - 1;

    /// <summary>value / 2^shift, a half rounded up; a negative shift multiplies.</summary>
    public static long Shift(long value, int shift) => shift > 0 ? (value + (1L << (shift - 1))) >> shift : value << -shift;

    /// <summary>The nearest whole number to value x 2^fraction, a half away from 0, held between two limits.</summary>
    public static int Quantize(double value, int fraction, int low = Low, int high = High) =>
        (int)Math.Clamp(Math.Round(Math.ScaleB(value, fraction), MidpointRounding.AwayFromZero), low, high);

    /// <summary>The largest fraction with which numbers up to a magnitude stay within a limit.</summary>
    public static int Fraction(double magnitude, int limit)
    {
        if (!(magnitude > 0)) return MaxFraction;
        int fraction = Math.Clamp((int)Math.Floor(Math.Log2(limit / magnitude)), -MaxFraction * 8, MaxFraction);
        while (Math.Round(Math.ScaleB(magnitude, fraction), MidpointRounding.AwayFromZero) > limit) fraction--;
        return fraction;
    }

    /// <summary>No number needs more bits behind the point.</summary>
    public const int MaxFraction = 24;

    /// <summary>Nor does a constant or a trained vector that something is multiplied by: a product / 2^16 then is a move of bytes.</summary>
    public const int MaxWordFraction = 16;
}
