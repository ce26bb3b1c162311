using Tern.Features;
using Tern.FixedPoint;
using Tern.Training.Data;

namespace Tern.Training.Tests.Data.Series;

/// <summary>Public data sets, read as their authors describe them.</summary>
public sealed class RealDataTests
{
    static DataParts Read(string path, SeriesConfig? series = null)
    {
        string? data = Environment.GetEnvironmentVariable(DataFiles.Variable);
        Assert.SkipUnless(data is not null && Path.Exists(Path.Combine(data, path)), $"TERN_DATA has no {path}");
        return DataReader.Read(DataFiles.Resolve(path), new() { Series = series ?? new() });
    }

    static SeriesExample[] Of(IReadOnlyList<Example>? examples) => [.. examples!.Cast<SeriesExample>()];

    [Theory]
    [InlineData("GunPoint", 50, 150, 1, 150, 150, 2)]
    [InlineData("ItalyPowerDemand", 67, 1029, 1, 24, 24, 2)]
    [InlineData("BasicMotions", 40, 40, 6, 100, 100, 4)]
    [InlineData("JapaneseVowels", 270, 370, 12, 7, 29, 9)]
    public void Ucr(string name, int train, int test, int channels, int shortest, int longest, int classes)
    {
        DataParts parts = Read($"ucr/{name}");
        Assert.Equal((train, test), (parts.Train.Count, parts.Test!.Count));
        SeriesExample[] all = [.. Of(parts.Train), .. Of(parts.Test)];
        Assert.All(all, example => Assert.Equal(channels, example.Channels));
        Assert.Equal((shortest, longest), (all.Min(e => e.Steps), all.Max(e => e.Steps)));
        Assert.Equal(classes, all.Select(e => e.Label).Distinct().Count());
        Assert.Equal(train, Read($"ucr/{name}/{name}_TRAIN.ts").Train.Count);
    }

    [Fact]
    public void ReadsTheEqualLengthVariantOfJapaneseVowelsByItsFile()
    {
        Assert.All(Of(Read("ucr/JapaneseVowels/JapaneseVowels_eq_TEST.ts").Train), example => Assert.Equal((12, 25), (example.Channels, example.Steps)));
    }

    [Fact]
    public void UciHar()
    {
        DataParts parts = Read("uci_har");
        Assert.Equal((2400, 950), (parts.Train.Count, parts.Test!.Count));
        Assert.All(Of(parts.Train), example => Assert.Equal((9, 128), (example.Channels, example.Steps)));
        Assert.Equal(["LAYING", "SITTING", "STANDING", "WALKING", "WALKING_DOWNSTAIRS", "WALKING_UPSTAIRS"], parts.Train.Select(e => e.Label).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(-0.003655f, Of(parts.Train)[0].Values[0]);
        Assert.Equal(-0.004026f, Of(parts.Train)[0].Values[9]);
    }

    [Fact]
    public void Mnist()
    {
        DataParts parts = Read("mnist");
        Assert.Equal((60000, 10000), (parts.Train.Count, parts.Test!.Count));
        Assert.Equal((28, 28), (Of(parts.Test)[0].Channels, Of(parts.Test)[0].Steps));
        Assert.Equal("7210414959", string.Concat(parts.Test.Take(10).Select(e => e.Label)));
        Assert.Equal("5041921314", string.Concat(parts.Train.Take(10).Select(e => e.Label)));
        Assert.Equal(1, Of(parts.Test)[0].Values.Max(), 0.01);
    }

    [Fact]
    public void FreeSpokenDigits()
    {
        DataParts parts = Read("fsdd/recordings.zip", new() { FileName = @"^(?<label>[0-9])_(?<group>[a-z]+)_((?<test>[0-4])|[0-9]+)\.wav$", Frame = 40 });
        Assert.Equal((2700, 300), (parts.Train.Count, parts.Test!.Count));
        Assert.Equal(6, parts.Train.Select(e => e.Group).Distinct().Count());
        Assert.Equal(10, parts.Test.Select(e => e.Label).Distinct().Count());
        Assert.All(Of(parts.Train), example => Assert.Equal(40, example.Channels));
    }

    [Fact]
    public void SpeechCommands()
    {
        DataParts parts = Read("speech_commands_test_v2/speech_commands_test_v2.zip", new() { FileName = "(?<group>[0-9a-f]{8})_nohash_" });
        Assert.Equal(4890, parts.Train.Count);
        Assert.Null(parts.Test);
        Assert.All(Of(parts.Train), example => Assert.Equal((1, 16000), (example.Channels, example.Steps)));
        Assert.Equal(12, parts.Train.Select(e => e.Label).Distinct().Count());
        Assert.Equal(239, parts.Train.Select(e => e.Group).Where(group => group.Length > 0).Distinct().Count());
    }

    /// <summary>The bounds that docs/fixed-point.md states for real clips, at 9 bits behind the point.</summary>
    [Theory]
    [InlineData("speech_commands_test_v2/speech_commands_test_v2.zip", 16000, 12)]
    [InlineData("fsdd/recordings.zip", 8000, 6)]
    public void FramesInWholeNumbersAreNearThoseInFloats(string path, int rate, int every)
    {
        LogMelOptions options = LogMelOptions.Of(rate);
        FixedLogMel mel = new(options, [.. Enumerable.Repeat(9, options.Width)]);
        List<double> errors = [];
        foreach (SeriesExample clip in Of(Read(path).Train).Where((_, i) => i % every == 0))
        {
            float[] floats = LogMel.Frames(options, clip.Values);
            short[] words = mel.Frames(clip.Values);
            Assert.Equal(floats.Length, words.Length);
            errors.AddRange(floats.Select((value, i) => Math.Abs(value - words[i] / 512.0)));
        }
        errors.Sort();
        Assert.InRange(errors.Average(), 0, 0.0006);      // most of it the rounding to a word
        Assert.InRange(errors[(int)(errors.Count * 0.999)], 0, 0.01);
        Assert.InRange(errors[^1], 0, 0.5);
    }
}
