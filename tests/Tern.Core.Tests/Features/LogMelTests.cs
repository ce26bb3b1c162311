using Tern.Features;
using Xunit;

namespace Tern.Core.Tests.Features;

public sealed class LogMelTests
{
    public static TheoryData<string, LogMelOptions> Banks() => new()
    {
        { "16 kHz", LogMelOptions.Of(16000) },
        { "8 kHz", LogMelOptions.Of(8000) },
        { "slaney", LogMelOptions.Of(16000) with { Scale = MelScale.Slaney, Window = SpectralWindow.Hamming, Filters = 40 } },
        { "energy and deltas", LogMelOptions.Of(8000, 32, 16) with { Energy = true, Deltas = 1, LowFrequency = 100, HighFrequency = 3800 } },
        { "all", LogMelOptions.Of(16000) with { Energy = true, Deltas = 2, PreEmphasis = 0, LowFrequency = 0, Filters = 23 } },
        { "odd", new() { SampleRate = 11025, Frame = 251, Hop = 251, FftSize = 1024, HighFrequency = 5512.5, Filters = 13, Window = SpectralWindow.Hamming } },
        { "smallest", new() { SampleRate = 1000, Frame = 3, Hop = 1, FftSize = 32, HighFrequency = 500, LowFrequency = 0, Filters = 1, Deltas = 2 } },
        { "44.1 kHz", LogMelOptions.Of(44100, 46, 11.6) with { Filters = 128, Scale = MelScale.Slaney } },
        { "64", new() { SampleRate = 8000, Frame = 60, Hop = 7, FftSize = 64, HighFrequency = 4000, Filters = 6 } },
    };

    [Theory]
    [MemberData(nameof(Banks))]
    public void GivesWhatTheDefinitionGives(string name, LogMelOptions options)
    {
        foreach (int length in new[] { 1, 2, options.Frame - 1, options.Frame, options.Frame + 1, options.Frame + options.Hop, options.Frame + 9 * options.Hop + 1 })
            foreach (float[] clip in new[] { Noise(length), Voice(length, options.SampleRate) })
            {
                double[][] expected = SlowLogMel.Rows(options, clip);
                float[] frames = LogMel.Frames(options, clip);
                Assert.Equal(expected.Length, frames.Length / options.Width);
                Assert.Equal(expected.Length, options.FramesOf(length));
                for (int i = 0; i < frames.Length; i++)
                    Assert.True(Math.Abs(expected[i / options.Width][i % options.Width] - frames[i]) < 2e-3, $"{name}, {length} samples, number {i}: {frames[i]}, by the definition {expected[i / options.Width][i % options.Width]}");
            }
    }

    [Fact]
    public void IsAsExactAsFloatsAreOnNoise()
    {
        LogMelOptions options = LogMelOptions.Of(16000);
        float[] clip = Noise(4000), frames = LogMel.Frames(options, clip);
        double[] expected = [.. SlowLogMel.Rows(options, clip).SelectMany(row => row)];
        for (int i = 0; i < frames.Length; i++)
            Assert.Equal(expected[i], frames[i], 2e-5);
    }

    [Theory]
    [MemberData(nameof(Banks))]
    public void PiecesOfAnySizeGiveTheSameFrames(string name, LogMelOptions options)
    {
        var random = new Random(7);
        var mel = new LogMel(options);
        for (int round = 0; round < 40; round++)
        {
            float[] clip = Noise(random.Next(12 * options.Frame)), whole = LogMel.Frames(options, clip);
            int largest = 1 + random.Next(round % 2 == 0 ? 5 : 3 * options.Frame);
            float[] frames = new float[whole.Length];
            int at = 0;
            for (int sample = 0; sample < clip.Length;)
            {
                int count = Math.Min(random.Next(largest + 1), clip.Length - sample), announced = mel.FramesOfNext(count);
                Assert.Equal(announced, mel.Push(clip.AsSpan(sample, count), frames.AsSpan(at, announced * mel.Width)));
                at += announced * mel.Width;
                sample += count;
            }
            int left = mel.Left;
            Assert.Equal(left, mel.Finish(frames.AsSpan(at)));
            Assert.True(at + left * mel.Width == whole.Length, $"{name}: {at / mel.Width} + {left} frames");
            Assert.True(whole.AsSpan().SequenceEqual(frames), name);
        }
    }

    [Fact]
    public void ASecondOf16KilohertzIs99FramesOf32()
    {
        LogMelOptions options = LogMelOptions.Of(16000);
        Assert.Equal((400, 160, 512, 32), (options.Frame, options.Hop, options.FftSize, options.Width));
        Assert.Equal(99, options.FramesOf(16000));
        Assert.Equal(99 * 32, LogMel.Frames(options, new float[16000]).Length);
    }

    [Fact]
    public void SilenceIsTheFloorAndHasNoSlope()
    {
        LogMelOptions options = LogMelOptions.Of(8000) with { Energy = true, Deltas = 2, Floor = 1e-6 };
        float[] frames = LogMel.Frames(options, new float[1000]);
        Assert.All(frames.Chunk(options.Width), row =>
        {
            Assert.All(row[..33], value => Assert.Equal(Math.Log(1e-6), value, 1e-5));
            Assert.All(row[33..], value => Assert.Equal(0, value));
        });
    }

    [Fact]
    public void AnEmptyClipHasNoFrame()
    {
        var mel = new LogMel(LogMelOptions.Of(8000) with { Deltas = 2 });
        Assert.Empty(LogMel.Frames(mel.Options, []));
        Assert.Equal((0, 0, 0), (mel.Push([], []), mel.Left, mel.Finish([])));
    }

    [Fact]
    public void ASineIsInTheFilterOfItsPitch()
    {
        LogMelOptions options = LogMelOptions.Of(16000);
        double step = (Mel(8000) - Mel(20)) / 33;
        foreach (int filter in new[] { 3, 10, 20, 31 })
        {
            double hertz = 700 * (Math.Pow(10, (Mel(20) + (filter + 1) * step) / 2595) - 1);
            float[] row = LogMel.Frames(options, [.. Enumerable.Range(0, 400).Select(n => (float)Math.Sin(2 * Math.PI * hertz * n / 16000))]);
            Assert.Equal(filter, Array.IndexOf(row, row.Max()));
        }

        static double Mel(double hertz) => 2595 * Math.Log10(1 + hertz / 700);
    }

    [Fact]
    public void TakesNothingWhereThereIsTooLittleRoom()
    {
        LogMelOptions options = LogMelOptions.Of(8000);
        var mel = new LogMel(options);
        float[] clip = Noise(1010), frames = new float[options.FramesOf(1010) * options.Width];
        var error = Assert.Throws<TernException>(() => mel.Push(clip, new float[5]));
        Assert.Contains("room for 5 numbers; expected 352: 11 frames of 32", error.Message);
        int written = mel.Push(clip, frames);
        Assert.Throws<TernException>(() => mel.Finish([]));
        mel.Finish(frames.AsSpan(written * 32));
        Assert.Equal(LogMel.Frames(options, clip), frames);
    }

    [Fact]
    public void AllocatesNothingOnceItIsMade()
    {
        LogMelOptions options = LogMelOptions.Of(16000) with { Energy = true, Deltas = 2 };
        var mel = new LogMel(options);
        float[] clip = Noise(16000), frames = new float[options.FramesOf(16000) * options.Width];
        void Clip()
        {
            int at = 0;
            for (int sample = 0; sample < clip.Length; sample += 100)
                at += mel.Push(clip.AsSpan(sample, 100), frames.AsSpan(at * mel.Width));
            mel.Finish(frames.AsSpan(at * mel.Width));
        }
        Clip();
        Assert.Equal(0, Allocations.Least(Clip));
    }

    public static TheoryData<LogMelOptions, string> Wrong()
    {
        LogMelOptions good = LogMelOptions.Of(16000);
        return new()
        {
            { good with { SampleRate = 0 }, "sample rate is 0; expected 1000 to 768000" },
            { good with { FftSize = 500 }, "FFT size is 500; expected a power of 2, 32 to 65536" },
            { good with { FftSize = 256 }, "frame is 400 samples; expected 2 to 256, the FFT size" },
            { good with { Frame = 0 }, "frame is 0 samples" },
            { good with { Hop = 401 }, "hop is 401 samples; expected 1 to 400, the frame" },
            { good with { Window = (SpectralWindow)9 }, "window is 9" },
            { good with { Filters = 0 }, "number of filters is 0; expected 1 to 512" },
            { good with { HighFrequency = 8001 }, "high frequency is 8001 Hz; expected above 0 and at most 8000" },
            { good with { HighFrequency = double.NaN }, "high frequency is NaN" },
            { good with { LowFrequency = 8000 }, "low frequency is 8000 Hz; expected 0 to below 8000" },
            { good with { PreEmphasis = 1.5 }, "pre-emphasis is 1.5" },
            { good with { Floor = 0 }, "log floor is 0" },
            { good with { Deltas = 3 }, "number of deltas is 3; expected 0 (none), 1 or 2" },
            { good with { Filters = 128 }, "lies between two points of the spectrum, 31.25 Hz apart; expected fewer filters or a larger FFT size" },
        };
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void RefusesOptionsThatDoNotFit(LogMelOptions options, string expected) =>
        Assert.Contains(expected, Assert.Throws<TernException>(() => new LogMel(options)).Message);

    static float[] Noise(int length)
    {
        var random = new Random(length);
        return [.. Enumerable.Range(0, length).Select(_ => (float)(random.NextDouble() * 2 - 1))];
    }

    /// <summary>A falling tone with overtones, some hiss, and the last quarter silent.</summary>
    static float[] Voice(int length, int rate)
    {
        var random = new Random(length);
        return [.. Enumerable.Range(0, length).Select(n => 4 * n > 3 * length ? 0 : (float)(Enumerable.Range(1, 12).Sum(k => Math.Sin(2 * Math.PI * k * (120 - 20.0 * n / rate) * n / rate) / k) * 0.1 + 1e-3 * (random.NextDouble() - 0.5)))];
    }
}
