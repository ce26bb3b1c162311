using Tern.Core.Tests.Features;
using Tern.Features;
using Tern.FixedPoint;
using Xunit;

namespace Tern.Core.Tests.FixedPoint;

/// <summary>Log-mel frames in whole numbers against the float ones, on samples of 16 bits.</summary>
public sealed class FixedLogMelTests
{
    const int Fraction = 9;      // numbers to 64: what log energies get

    public static TheoryData<string, LogMelOptions> Banks() => new()
    {
        { "16 kHz", LogMelOptions.Of(16000) },
        { "8 kHz", LogMelOptions.Of(8000) },
        { "slaney", LogMelOptions.Of(16000) with { Scale = MelScale.Slaney, Window = SpectralWindow.Hamming, Filters = 40 } },
        { "energy and deltas", LogMelOptions.Of(8000, 32, 16) with { Energy = true, Deltas = 1, LowFrequency = 100, HighFrequency = 3800 } },
        { "all", LogMelOptions.Of(16000) with { Energy = true, Deltas = 2, PreEmphasis = 1, LowFrequency = 0, Filters = 23 } },
        { "odd", new() { SampleRate = 11025, Frame = 251, Hop = 251, FftSize = 1024, HighFrequency = 5512.5, Filters = 13, PreEmphasis = 0, Window = SpectralWindow.Hamming } },
        { "smallest", new() { SampleRate = 1000, Frame = 3, Hop = 1, FftSize = 32, HighFrequency = 500, LowFrequency = 0, Filters = 1, Deltas = 2 } },
        { "largest", LogMelOptions.Of(44100, 46, 11.6) with { Filters = 128, Scale = MelScale.Slaney, FftSize = 4096 } },
    };

    [Theory]
    [MemberData(nameof(Banks))]
    public void Differ_from_floats_by_little(string name, LogMelOptions options)
    {
        Console.Error.WriteLine($"{name} noise {new[] { 1, 0.1, 0.01, 0.001, 1e-4 }.Max(level => Error(options, n => level * Noise(n)))} quiet {Error(options, n => 4e-5 * Noise(n))} tone {Error(options, n => 0.9 * Math.Sin(n * 0.31))} tone-quiet {Error(options, n => 0.001 * Math.Sin(n * 0.31))} chirp {Error(options, n => 0.9*Math.Sin(n*n*1e-4))} mix {Error(options, n => 0.5*Math.Sin(n*0.02)+0.001*Noise(n))} square {Error(options, n => n/50%2==0?1:-1)}");
    }

    /// <summary>The largest difference of a number of a frame, the half of a word's unit that rounding takes among it.</summary>
    static double Error(LogMelOptions options, Func<int, double> sound)
    {
        float[] clip = [.. Enumerable.Range(0, 12 * options.Frame + 5).Select(n => (float)(Math.Clamp(Math.Round(32768 * sound(n)), -32768, 32767) / 32768))];
        float[] floats = LogMel.Frames(options, clip);
        short[] words = new FixedLogMel(options, [.. Enumerable.Repeat(Fraction, options.Width)]).Frames(clip);
        Assert.Equal(floats.Length, words.Length);
        return floats.Select((value, i) => Math.Abs(value - Math.ScaleB(words[i], -Fraction))).Max();
    }

    /// <summary>Uniform in -1 to 1, of a place.</summary>
    static double Noise(int n)
    {
        uint x = (uint)n * 2654435761u;
        x ^= x >> 15;
        x *= 2246822519u;
        x ^= x >> 13;
        x *= 3266489917u;
        x ^= x >> 16;
        return x / 2147483648.0 - 1;
    }
}
