namespace Tern.FixedPoint;

/// <summary>How many bits behind the point a vector gets.</summary>
static class VectorFormat
{
    /// <summary>Least limits with which a vector may be kept short so that 24 bits hold the sums: of states, and of what is not carried.</summary>
    public const int StateFloor = 4096, InputFloor = 2048;

    /// <summary>What is beyond the range of the sample sequences by up to this factor still fits.</summary>
    public const double Headroom = 1.25;

    const int MaxFraction = 15;

    /// <summary>
    /// The most bits with which the range fits in 16; fewer where 24 bits then hold the sums of the matrices that read the
    /// vector and the limit stays at or above the floor.
    /// </summary>
    /// <param name="vector">Gets the format.</param>
    /// <param name="range">The greatest magnitude on sample sequences.</param>
    /// <param name="row">The greatest sum of magnitudes of a row of those matrices.</param>
    /// <param name="floor">The least limit.</param>
    public static FixedVector Choose(FixedVector vector, double range, long row, int floor)
    {
        double reach = (range > 0 ? range : 1) * Headroom;
        int most = Math.Min(Integers.Fraction(reach, Integers.High), MaxFraction);
        for (int fraction = most; Limit(fraction) >= floor; fraction--)
            if (row * Limit(fraction) + Half <= Integers.Bits24) return vector.Format(fraction, Limit(fraction));
        return vector.Format(most, Limit(most));

        int Limit(int fraction) => VectorFormat.Limit(Math.ScaleB(reach, fraction));
    }

    /// <summary>A magnitude as a limit: up to the next multiple of 256, so that the high byte of a word tells whether it is inside.</summary>
    public static int Limit(double magnitude) => 256 * (int)Math.Clamp(Math.Ceiling(magnitude / 256), 1, 128);

    /// <summary>Room for the half that rounds.</summary>
    public const int Half = 1 << 15;

    /// <summary>Bits of a vector that nothing carries and no matrix reads: what its range leaves.</summary>
    public static int Fraction(double range) => Math.Min(Integers.Fraction((range > 0 ? range : 1) * Headroom, Integers.High), MaxFraction);
}
