using System.Numerics;
using Tern.Features;

namespace Tern.FixedPoint;

/// <summary>The tables and constants of log-mel frames in whole numbers (docs/fixed-point.md, "Sound"): what interpreter and C share.</summary>
sealed class FixedMelTables
{
    /// <summary>Bits behind the point of window, sines, weights of filters and pre-emphasis.</summary>
    public const int TableBits = 15;

    /// <summary>Bits behind the point of logarithms.</summary>
    public const int LogBits = 16;

    /// <summary>Entries of the table of logarithms, as bits.</summary>
    public const int Log2Bits = 6;

    /// <summary>ln 2 in 1/32768.</summary>
    public const int Ln2 = 22713;

    const int LargestFft = 4096, WordBits = 64, SquareBits = 61;

    public FixedMelTables(LogMelOptions options, IReadOnlyList<int> fractions)
    {
        if (Problem(options, fractions) is { } problem) throw new TernException($"Log-mel features whose {problem}.");
        (Options, Fractions, Half) = (options, fractions, options.FftSize / 2);
        PreEmphasis = Table(options.PreEmphasis, 1 << TableBits);
        // window(n) = window(frame - n): the first half and the middle
        Window = [.. Enumerable.Range(0, options.Frame / 2 + 1).Select(n => Table(LogMel.WindowAt(options.Window, (double)n / options.Frame)))];
        Sines = [.. Enumerable.Range(0, options.FftSize / 4 + 1).Select(i => Table(Math.Sin(2 * Math.PI * i / options.FftSize)))];
        Log2 = [.. Enumerable.Range(0, (1 << Log2Bits) + 1).Select(i => (int)Math.Round((1 << TableBits) * Math.Log2(1 + i / (double)(1 << Log2Bits))))];
        Filters = MelFilters.Of(options).Rows();
        PowerShift = Math.Max(0, SquareBits + TableBits + BitOperations.Log2((uint)Filters.Max(filter => filter.Weights.Length) * 2 - 1) - WordBits);
        Weights = [.. Filters.SelectMany(filter => filter.Weights.Select(weight => Table(weight / filter.Weights.Max())))];
        // a sample is of 1/32768 and a product with a weight of 1/32768 too; the transform's bits are added frame by frame
        Offsets =
        [
            .. Filters.Select(filter => Log(Math.Log(filter.Weights.Max()) + Math.Log(2) * (PowerShift - 5 * TableBits) - Math.Log(options.FftSize))),
            .. options.Energy ? (int[])[Log(-2 * TableBits * Math.Log(2))] : [],
        ];
        Floor = Log(Math.Log(options.Floor));

        static int Table(double value, int most = (1 << TableBits) - 1) => Math.Min(most, (int)Math.Round(value * (1 << TableBits), MidpointRounding.AwayFromZero));

        static int Log(double value) => (int)Math.Round(value * (1 << LogBits), MidpointRounding.AwayFromZero);
    }

    /// <summary>What the integer form lacks, as "FFT size is 8192; expected ..."; null where it lacks nothing.</summary>
    public static string? Problem(LogMelOptions options, IReadOnlyList<int> fractions) =>
        options.Problem() is { } problem ? problem
        : options.FftSize > LargestFft ? $"FFT size is {options.FftSize}; expected at most {LargestFft} in whole numbers, train with a smaller data.series.mel.fft"
        : fractions.Count != options.Width ? $"frames have {options.Width} numbers; expected {fractions.Count}, as many as formats"
        : fractions.Max() > LogBits ? $"numbers have {fractions.Max()} bits behind the point; expected at most {LogBits}"
        : null;

    public LogMelOptions Options { get; }

    /// <summary>Bits behind the point of each number of a frame.</summary>
    public IReadOnlyList<int> Fractions { get; }

    /// <summary>Complex points of the transform.</summary>
    public int Half { get; }

    /// <summary>Bits of a frame's largest number before the transform: each stage may double it, and 2^30 is not left.</summary>
    public int InputBits => 29 - BitOperations.Log2((uint)Half);

    /// <summary>In 1/32768.</summary>
    public int PreEmphasis { get; }

    /// <summary>[frame / 2 + 1], in 1/32768.</summary>
    public int[] Window { get; }

    /// <summary>sin(2 pi i / FFT size), [FFT size / 4 + 1], in 1/32768.</summary>
    public int[] Sines { get; }

    /// <summary>log2(1 + i / 64), [65], in 1/32768.</summary>
    public int[] Log2 { get; }

    /// <summary>The filters in floats: first bin, and weights from there.</summary>
    public IReadOnlyList<(int First, float[] Weights)> Filters { get; }

    /// <summary>Weights of all filters, one after the other, each over its filter's largest, in 1/32768.</summary>
    public int[] Weights { get; }

    /// <summary>A square of the spectrum is cut by so many bits, so that 64 hold the sum of any filter.</summary>
    public int PowerShift { get; }

    /// <summary>What is added to the logarithm of each filter, and of the energy, in 1/65536.</summary>
    public int[] Offsets { get; }

    /// <summary>The least logarithm, in 1/65536.</summary>
    public int Floor { get; }

    /// <summary>a w / 2^15, a half up; w below 2^15 in magnitude.</summary>
    public static int Multiply(int a, int w) => (int)(((long)a * w + (1 << (TableBits - 1))) >> TableBits);

    /// <summary>The sine of 2 pi i / FFT size, for i up to half a turn.</summary>
    public int Sine(int i) => Sines[i <= Half / 2 ? i : Half - i];

    /// <summary>The cosine likewise.</summary>
    public int Cosine(int i) => i <= Half / 2 ? Sines[Half / 2 - i] : -Sines[i - Half / 2];

    /// <summary>log2 of a whole number above 0, in 1/65536: a table, straight lines between.</summary>
    public int LogTwo(ulong value)
    {
        int leading = BitOperations.LeadingZeroCount(value);
        value <<= leading;
        int i = (int)(value >> (63 - Log2Bits)) & ((1 << Log2Bits) - 1), between = (int)(value >> (47 - Log2Bits)) & ushort.MaxValue;
        return ((63 - leading) << LogBits) + 2 * Log2[i] + ((Log2[i + 1] - Log2[i]) * between >> TableBits);
    }
}
