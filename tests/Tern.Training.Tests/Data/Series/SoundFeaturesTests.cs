using Tern.Features;
using Tern.Model;
using Tern.Training.Data;
using Tern.Training.Data.Series;
using Tern.Training.Tasks;

namespace Tern.Training.Tests.Data.Series;

/// <summary>Log-mel frames from wav files to a model file and back.</summary>
public sealed class SoundFeaturesTests : IDisposable
{
    static readonly SeriesConfig LogMelSeries = new() { Features = SoundFeatures.LogMel, Mel = new() { Filters = 12 } };

    readonly SeriesFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void SoundIsReadSampleBySampleAndCountedInFrames()
    {
        WriteTones(2);
        DataConfig config = new() { Series = LogMelSeries, MaxLength = 7 };
        DataParts parts = DataReader.Read(folder.Path, config);
        Assert.All(parts.Train.Cast<SeriesExample>(), example => Assert.Equal((1, 8000), (example.Channels, example.SampleRate)));
        DataSummary summary = DataSummary.Of(parts, config);
        Assert.Equal((12, 12), (summary.Channels, summary.LogMel!.Width));
        Assert.Equal(summary.LogMel.FramesOf(parts.Train.Cast<SeriesExample>().Max(e => e.Values.Length)), summary.Parts[0].MaxLength);
        Assert.Contains(summary.Warnings, warning => warning.Contains("longer than 7 steps"));
    }

    [Fact]
    public void TheModelHoldsAllThatTurnsSamplesIntoRows()
    {
        WriteTones(20);
        using var run = new TemporaryFolder();
        TrainConfig config = Config(LogMelSeries with { Mel = new() { Filters = 12, Energy = true, Deltas = 1, Window = SpectralWindow.Hamming } });
        Dataset data = Dataset.Load(config.Data);
        TrainResult result = Train(config, data, Path.Combine(run.Path, "run"));
        Assert.True(result.TestAccuracy > 0.9, $"{result.TestAccuracy}");

        SeriesClassifier session = SeriesClassifier.Load(result.ModelPath!);
        Assert.Equal((1, 8000, 26), (session.Channels, session.SampleRate, session.Network.Spec.Series!.Channels));
        Assert.Equal(config.Data.Series.Mel.Options(8000), session.Network.Spec.Series.LogMel);
        Prediction[] got = session.Predict([.. data.Test.Cast<SeriesExample>().Select(e => e.Values)], threads: 2);
        using TrainedClassifier trained = TrainedClassifier.Load(result.ModelPath!);
        float[][] expected = trained.Predict(data.Test);
        for (int i = 0; i < got.Length; i++)
            for (int c = 0; c < 2; c++)
                Assert.Equal(expected[i][c], got[i].Probabilities[c], 1e-5);
        var other = new SeriesExample(new float[100], 1, "low") { SampleRate = 16000 };
        Assert.Contains("sound of 16000 samples a second; the model reads 8000", Assert.Throws<TernException>(() => trained.Predict([other])).Message);
        Assert.Contains("numbers that are no sound", Assert.Throws<TernException>(() => trained.Predict([other with { SampleRate = 0 }])).Message);
    }

    [Fact]
    public void FramesThatAreRunAsTheyComeAreTheRowsOfTraining()
    {
        WriteTones(4);
        using var task = new Classification(Config(LogMelSeries), Dataset.Load(Config(LogMelSeries).Data));
        SeriesFeatures features = task.Series!;
        float[] clip = [.. Enumerable.Range(0, 3001).Select(n => MathF.Sin(n * 0.3f))], rows = features.Encode(clip);
        var mel = new LogMel(features.LogMel!);
        float[] frames = new float[rows.Length];
        int at = 0;
        foreach (float[] piece in clip.Chunk(333))
            at += mel.Push(piece, frames.AsSpan(at * mel.Width));
        mel.Finish(frames.AsSpan(at * mel.Width));
        for (int t = 0; t < frames.Length / mel.Width; t++)
            features.Scale(frames.AsSpan(t * mel.Width, mel.Width));
        Assert.Equal(rows, frames);
    }

    [Fact]
    public void NormalisedFramesHaveMean0AndDeviation1()
    {
        WriteTones(6);
        Dataset data = Dataset.Load(Config(LogMelSeries).Data);
        using var task = new Classification(Config(LogMelSeries), data);
        float[] all = [.. task.Encode(data.Train).Cast<EncodedSeries>().SelectMany(e => e.Rows)];
        for (int channel = 0; channel < 12; channel++)
        {
            double[] values = [.. all.Where((_, i) => i % 12 == channel).Select(v => (double)v)];
            Assert.Equal(0, values.Average(), 1e-4);
            Assert.Equal(1, values.Average(v => v * v), 1e-3);
        }
        // cut after frames, not samples
        using var cut = new Classification(Config(LogMelSeries) with { Data = Config(LogMelSeries).Data with { MaxLength = 3 } }, data);
        Assert.All(cut.Encode(data.Train), example => Assert.Equal(3, example.Length));
    }

    [Fact]
    public void AnInterruptedRunWithAugmentationGoesOnAsItWouldHave()
    {
        WriteTones(20);
        using var runs = new TemporaryFolder();
        TrainConfig config = Config(LogMelSeries with { Augment = new() { ShiftMs = 20, GainDb = 6, Noise = 0.7 } });
        string whole = Path.Combine(runs.Path, "whole"), run = Path.Combine(runs.Path, "run");
        TrainResult expected = Train(config, Dataset.Load(config.Data), whole);
        using var cancel = new CancellationTokenSource();
        var stop = new Immediately(p => { if (p.Epoch == 2) cancel.Cancel(); });
        Assert.Throws<OperationCanceledException>(() => new Trainer().Train(config, Dataset.Load(config.Data), run, stop, cancel.Token));
        TrainResult result = new Trainer().Resume(run, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(expected.Epochs.Select(e => (e.TrainLoss, e.ValidationLoss)), result.Epochs.Select(e => (e.TrainLoss, e.ValidationLoss)));
        Assert.Equal(File.ReadAllBytes(expected.ModelPath!), File.ReadAllBytes(result.ModelPath!));

        TrainResult plain = Train(config with { Data = config.Data with { Series = LogMelSeries } }, Dataset.Load(config.Data));
        Assert.NotEqual(plain.Epochs[0].TrainLoss, expected.Epochs[0].TrainLoss);
    }

    public static TheoryData<SeriesConfig, string> Wrong() => new()
    {
        { new() { Features = SoundFeatures.LogMel, Frame = 80 }, "data.series.frame is 80; expected 1 with data.series.features=logmel" },
        { Mel(new() { FrameMs = 0 }), "data.series.mel.frame_ms is 0; expected above 0" },
        { Mel(new() { HopMs = 30 }), "data.series.mel.hop_ms is 30; expected above 0 to 25, the frame" },
        { Mel(new() { Fft = 300 }), "data.series.mel.fft is 300; expected 0 (the next power of 2), or a power of 2" },
        { Mel(new() { Filters = 0 }), "data.series.mel.filters is 0; expected 1 to 512" },
        { Mel(new() { High = 10 }), "data.series.mel.high is 10; expected 0 (half of the sample rate) or above 20" },
        { Mel(new() { Low = double.NaN }), "data.series.mel.low is NaN" },
        { Mel(new() { PreEmphasis = 2 }), "data.series.mel.pre_emphasis is 2" },
        { Mel(new() { Floor = 0 }), "data.series.mel.floor is 0" },
        { Mel(new() { Deltas = 3 }), "data.series.mel.deltas is 3; expected 0 (none), 1 or 2" },
        { Mel(new() { High = 5000 }), "does not fit sound of 8000 samples a second: its high frequency is 5000 Hz" },
        { Mel(new() { Filters = 100 }), "does not fit sound of 8000 samples a second: its number of filters is 100, and filter" },
        { Mel(new() { FrameMs = 9000, HopMs = 10 }), "FFT size is 131072; expected a power of 2, 32 to 65536" },
        { Augment(new() { ShiftMs = -1 }), "data.series.augment.shift_ms is -1; expected 0 (none) to 60000" },
        { Augment(new() { GainDb = 61 }), "data.series.augment.gain_db is 61" },
        { Augment(new() { Noise = 1.5 }), "data.series.augment.noise is 1.5" },
        { Augment(new() { Noise = 1, NoiseLevel = 0 }), "data.series.augment.noise_level is 0" },
        { Augment(new() { NoiseFrom = "x" }), "data.series.augment.noise is 0; expected above 0 where data.series.augment.noise_from is set" },
        { Augment(new() { Noise = 1, NoiseFrom = "no-such-folder" }), "no-such-folder" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void RefusesWhatDoesNotFit(SeriesConfig series, string expected)
    {
        WriteTones(4);
        TrainConfig config = Config(series);
        var error = Assert.Throws<TernException>(() => Train(config, Dataset.Load(config.Data)));
        Assert.Contains(expected, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void RefusesNumbersThatAreNoSound()
    {
        Dataset slopes = SyntheticSeries.Slopes(40);
        Assert.Contains("data.series.features is logmel, and the data is not read from wav files",
            Assert.Throws<TernException>(() => Train(Config(LogMelSeries), slopes)).Message);
        Assert.Contains("data.series.augment changes sound, and the data is not read from wav files",
            Assert.Throws<TernException>(() => Train(Config(Augment(new() { GainDb = 3 })), slopes)).Message);
    }

    [Fact]
    public void RefusesPartsOfDifferentRates()
    {
        WriteTones(4);
        using var test = new SeriesFolder();
        test.Write("low/1.wav", SeriesFolder.Wav(new double[400], 16000));
        DataConfig config = Config(LogMelSeries).Data with { Test = test.Path };
        Assert.Contains("1.wav: ", Assert.Throws<TernException>(() => Dataset.Load(config)).Message);
        Assert.Contains("16000 samples a second here and 8000 before", Assert.Throws<TernException>(() => Dataset.Load(config)).Message);
        Assert.Equal(8000, Dataset.Load(config with { Series = LogMelSeries with { SampleRate = 8000 } }).SampleRate);
    }

    static SeriesConfig Mel(MelConfig mel) => new() { Features = SoundFeatures.LogMel, Mel = mel };

    static SeriesConfig Augment(AugmentConfig augment) => new() { Augment = augment };

    TrainConfig Config(SeriesConfig series) => new()
    {
        Data = new() { Train = folder.Path, Series = series },
        Model = new() { Cell = "sru", Hidden = 8, Layers = 1, Pooling = PoolingKind.Mean },
        Optimizer = new() { LearningRate = 0.03 },
        Epochs = 4,
        Batch = 8,
        Threads = 1,
    };

    static TrainResult Train(TrainConfig config, Dataset data, string? run = null) =>
        new Trainer().Train(config, data, run, progress: null, TestContext.Current.CancellationToken);

    /// <summary>Tones of two pitches, of different lengths and loudness, with some hiss.</summary>
    void WriteTones(int each)
    {
        var random = new Random(3);
        foreach ((string label, double hertz) in new[] { ("low", 300.0), ("high", 1500.0) })
            for (int i = 0; i < each; i++)
            {
                double gain = 0.1 + 0.5 * random.NextDouble();
                folder.Write($"{label}/{i}.wav", SeriesFolder.Wav([.. Enumerable.Range(0, random.Next(900, 1500)).Select(n => gain * Math.Sin(2 * Math.PI * hertz * n / 8000) + 0.01 * random.NextDouble())]));
            }
    }

    sealed class Immediately(Action<TrainProgress> action) : IProgress<TrainProgress>
    {
        public void Report(TrainProgress value) => action(value);
    }
}
