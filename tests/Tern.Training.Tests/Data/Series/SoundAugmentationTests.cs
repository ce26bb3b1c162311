using Tern.Training.Data;
using Tern.Training.Data.Series;

namespace Tern.Training.Tests.Data.Series;

public sealed class SoundAugmentationTests : IDisposable
{
    static readonly float[] Clip = [.. Enumerable.Range(1, 200).Select(n => n / 200f)];

    readonly SeriesFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void IsAFunctionOfSeedEpochAndClip()
    {
        AugmentConfig all = new() { ShiftMs = 10, GainDb = 6, Noise = 0.5 };
        SoundAugmentation one = Of(all), again = Of(all), other = Of(all, seed: 2);
        float[] expected = one.Apply(Clip, 3, 7);
        _ = again.Apply(Clip, 1, 1);
        Assert.Equal(expected, again.Apply(Clip, 3, 7));
        Assert.NotEqual(expected, one.Apply(Clip, 4, 7));
        Assert.NotEqual(expected, one.Apply(Clip, 3, 8));
        Assert.NotEqual(expected, other.Apply(Clip, 3, 7));
    }

    [Fact]
    public void ShiftsEitherWayAsFarAsAllowedAndFillsUpWithSilence()
    {
        SoundAugmentation shift = Of(new() { ShiftMs = 2 }); // 16 samples
        HashSet<int> seen = [];
        for (int i = 0; i < 2000; i++)
        {
            float[] changed = shift.Apply(Clip, 1, i);
            int by = changed[0] == 0 ? changed.TakeWhile(v => v == 0).Count() : -Array.IndexOf(Clip, changed[0]);
            seen.Add(by);
            Assert.Equal(Enumerable.Range(0, 200).Select(n => n - by is >= 0 and < 200 and var from ? Clip[from] : 0), changed);
        }
        Assert.Equal(Enumerable.Range(-16, 33), seen.Order());
    }

    [Fact]
    public void AShiftLongerThanTheClipLeavesSilence()
    {
        SoundAugmentation shift = Of(new() { ShiftMs = 60_000 });
        float[][] changed = [.. Enumerable.Range(0, 50).Select(i => shift.Apply(Clip.AsSpan(0, 3), 1, i))];
        Assert.All(changed, clip => Assert.Equal(3, clip.Length));
        Assert.Contains(changed, clip => clip.All(v => v == 0));
        Assert.Empty(shift.Apply([], 1, 1));
    }

    [Fact]
    public void GainIsWithinItsDecibels()
    {
        SoundAugmentation gain = Of(new() { GainDb = 6 });
        double[] decibels = [.. Enumerable.Range(0, 1000).Select(i => 20 * Math.Log10(gain.Apply(Clip, 1, i)[^1]))];
        Assert.All(decibels, d => Assert.InRange(d, -6.001, 6.001));
        Assert.InRange(decibels.Average(), -0.5, 0.5);
        Assert.True(decibels.Max() > 5 && decibels.Min() < -5);
    }

    [Fact]
    public void NoiseComesInItsShareOfTheClipsAtItsLevel()
    {
        SoundAugmentation noise = Of(new() { Noise = 0.25, NoiseLevel = 0.1 });
        double[] levels = [.. Enumerable.Range(0, 2000).Select(i => noise.Apply(new float[4000], 1, i)).Select(c => Math.Sqrt(c.Average(v => (double)v * v)))];
        Assert.InRange(levels.Count(level => level > 0), 430, 570);
        Assert.InRange(levels.Max(), 0.08, 0.15);
        Assert.InRange(levels.Where(level => level > 0).Average(), 0.04, 0.06);
    }

    [Fact]
    public void PinkNoiseHasItsPowerLowWhiteNoiseEvenly()
    {
        IReadOnlyList<float[]> made = Backgrounds.Load(new(), 8000, 1);
        foreach ((float[] noise, int i) in made.Select((noise, i) => (noise, i)))
        {
            Assert.Equal(1, noise.Average(v => (double)v * v), 1e-3);
            // the correlation of neighbours: 0 for white noise
            double neighbours = noise.Zip(noise.Skip(1), (a, b) => (double)a * b).Average();
            if (i % 2 == 0) Assert.InRange(neighbours, -0.05, 0.05);
            else Assert.InRange(neighbours, 0.6, 0.95);
        }
        Assert.NotEqual(made[0], made[2]);
    }

    [Fact]
    public void NoiseOfTheSetIsNoClassAndIsMixedIn()
    {
        folder.Write("yes/1.wav", SeriesFolder.Wav([0.5]));
        folder.Write("_background_noise_/hum.wav", SeriesFolder.Wav([0.25, -0.25], 8000));
        folder.Write("_background_noise_/README.md", "text");
        Assert.Equal(["yes"], SeriesFolder.Read(folder.Path).Select(e => e.Label));
        Assert.Equal([[1f, -1f]], Backgrounds.Load(new() { Train = folder.Path }, 8000, 1));
        // begins again after its end
        float[] changed = new SoundAugmentation(new() { Train = folder.Path, Series = new() { Augment = new() { Noise = 1 } } }, 8000, 1).Apply(new float[5], 1, 0);
        Assert.True(Math.Abs(changed[0]) > 0);
        for (int n = 1; n < 5; n++)
            Assert.Equal(-changed[n - 1], changed[n]);
    }

    [Fact]
    public void NoiseIsTakenFromWhereItIsSaidToBe()
    {
        folder.Write("set/yes/1.wav", SeriesFolder.Wav([0.5]));
        folder.Write("noise/a.wav", SeriesFolder.Wav([0.5, 0.5, -0.5, -0.5], 16000));
        folder.Write("noise/silent.wav", SeriesFolder.Wav([0, 0], 8000));
        DataConfig config = new() { Train = Path.Combine(folder.Path, "set"), Series = new() { Augment = new() { Noise = 1, NoiseFrom = Path.Combine(folder.Path, "noise") } } };
        float[] only = Assert.Single(Backgrounds.Load(config, 8000, 1));
        Assert.Equal(2, only.Length);
        File.Delete(Path.Combine(folder.Path, "noise", "a.wav"));
        Assert.Contains("holds no .wav file that is not silent", Assert.Throws<TernException>(() => Backgrounds.Load(config, 8000, 1)).Message);
        folder.Write("noise/broken.wav", "text");
        Assert.Contains("broken.wav is no wav file", Assert.Throws<TernException>(() => Backgrounds.Load(config, 8000, 1)).Message);
    }

    static SoundAugmentation Of(AugmentConfig augment, long seed = 1) => new(new() { Series = new() { Augment = augment } }, 8000, seed);
}
