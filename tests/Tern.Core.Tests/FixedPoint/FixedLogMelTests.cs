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
    public void Noise_and_quiet_sound_differ_from_floats_by_little(string name, LogMelOptions options)
    {
        foreach (double level in (double[])[1, 0.1, 0.01, 1e-3, 1e-4, 4e-5])
            AssertBelow(0.006, name, options, n => level * Noise(n));
        AssertBelow(0.003, name, options, n => 0.001 * Math.Sin(n * 0.31));
        AssertBelow(0.03, name, options, n => 0.5 * Math.Sin(n * 0.02) + 0.001 * Noise(n));
    }

    /// <summary>Filters far from a loud tone hear the noise of 16 bits, of the samples and of the tables alike.</summary>
    [Theory]
    [MemberData(nameof(Banks))]
    public void Beside_a_loud_tone_numbers_80_decibels_below_it_differ_by_little(string name, LogMelOptions options)
    {
        options = options with { Deltas = 0, Energy = false };
        double range = 8 * Math.Log(10);
        AssertBelow(0.08, name, options, n => 0.9 * Math.Sin(n * 0.31), range);
        AssertBelow(0.08, name, options, n => 0.9 * Math.Sin(n * (0.2 + n * 1e-5)), range);
        AssertBelow(1.5, name, options, n => 0.9 * Math.Sin(n * 0.31));
    }

    [Theory]
    [MemberData(nameof(Banks))]
    public void Silence_is_the_floor(string name, LogMelOptions options)
    {
        short[] words = Frames(options, new float[3 * options.Frame + 1]);
        for (int i = 0; i < words.Length; i++)
            Assert.True(words[i] == (i % options.Width < options.StaticWidth ? (short)Math.Round(Math.Log(options.Floor) * (1 << Fraction)) : 0), $"{name}, number {i}: {words[i]}");
    }

    [Fact]
    public void A_clip_leaves_nothing_to_the_next()
    {
        LogMelOptions options = LogMelOptions.Of(8000) with { Deltas = 2, Energy = true };
        FixedLogMel mel = new(options, [.. Enumerable.Repeat(Fraction, options.Width)]);
        float[] first = [.. Enumerable.Range(0, 1501).Select(n => (float)Noise(n))], second = [.. Enumerable.Range(0, 999).Select(n => (float)Noise(n + 5000) / 2)];
        short[] alone = Frames(options, second), frame = new short[options.Width];
        foreach (float sample in first) mel.Push((short)(sample * 32767), frame);
        while (mel.Finish(frame)) { }
        List<short> after = [];
        foreach (float sample in second)
            if (mel.Push((short)Math.Clamp(Math.Round(sample * 32768), -32768, 32767), frame)) after.AddRange(frame);
        while (mel.Finish(frame)) after.AddRange(frame);
        Assert.Equal(alone, after);
    }

    [Fact]
    public void Formats_that_whole_numbers_lack_are_one_line()
    {
        LogMelOptions options = LogMelOptions.Of(16000);
        TernException e = Assert.Throws<TernException>(() => new FixedLogMel(options, [.. Enumerable.Repeat(17, 32)]));
        Assert.Equal("Log-mel features whose numbers have 17 bits behind the point; expected at most 16.", e.Message);
        e = Assert.Throws<TernException>(() => new FixedLogMel(options, [9]));
        Assert.Equal("Log-mel features whose frames have 32 numbers; expected 1, as many as formats.", e.Message);
    }

    static void AssertBelow(double most, string name, LogMelOptions options, Func<int, double> sound, double range = double.PositiveInfinity)
    {
        double error = Error(options, sound, range);
        Assert.True(error < most, $"{name}: {error:0.0000}; expected below {most}");
    }

    static short[] Frames(LogMelOptions options, float[] clip) => new FixedLogMel(options, [.. Enumerable.Repeat(Fraction, options.Width)]).Frames(clip);

    /// <summary>The largest difference of a number that is within a range of the largest of its frame; the half of a word's unit that rounding takes is among it.</summary>
    static double Error(LogMelOptions options, Func<int, double> sound, double range)
    {
        float[] clip = [.. Enumerable.Range(0, 12 * options.Frame + 5).Select(n => (float)(Math.Clamp(Math.Round(32768 * sound(n)), -32768, 32767) / 32768))];
        float[] floats = LogMel.Frames(options, clip);
        short[] words = Frames(options, clip);
        Assert.Equal(floats.Length, words.Length);
        double worst = 0;
        for (int at = 0; at < floats.Length; at += options.Width)
        {
            float largest = floats.AsSpan(at, options.Width).ToArray().Max();
            for (int i = at; i < at + options.Width; i++)
                if (floats[i] > largest - range) worst = Math.Max(worst, Math.Abs(floats[i] - Math.ScaleB(words[i], -Fraction)));
        }
        return worst;
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
