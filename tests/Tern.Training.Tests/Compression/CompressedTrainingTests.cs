using Tern.Matrices;
using Tern.Model;
using Tern.Training.Compression;
using Tern.Training.Data;
using Tern.Training.Models;
using Tern.Training.Weights;

namespace Tern.Training.Tests.Compression;

/// <summary>Runs whose weights become few and small: what is stored is what was tested.</summary>
public sealed class CompressedTrainingTests
{
    static readonly Dataset Data = SyntheticSeries.Slopes(600);

    static TrainConfig Config(string cell = "fastgrnn") => new()
    {
        Model = new() { Cell = cell, Hidden = 12, Layers = 1 },
        Optimizer = new() { LearningRate = 0.02 },
        Epochs = 9,
        Batch = 16,
        Threads = 1,
    };

    [Theory]
    [InlineData("sru", 0)]
    [InlineData("qrnn", 0)]
    [InlineData("indrnn", 0)]
    [InlineData("fastrnn", 5)]
    [InlineData("fastgrnn", 5)]
    [InlineData("gru", 5)]
    [InlineData("lstm", 0)]
    public void AnyCellIsTrainedSparseInBytesAndRunsAsItWasTested(string cell, int rank)
    {
        using var folder = new TemporaryFolder();
        TrainConfig config = Config(cell);
        config = config with
        {
            Model = config.Model with { Layers = 2, Projection = rank, RecurrentRank = rank },
            Compression = new() { KeepW = 0.5, KeepU = 0.4, Bits = 8, Every = 5 },
        };
        TrainResult result = Train(config, folder.Path);

        (ModelSpec spec, IReadOnlyDictionary<string, TensorData> loaded) = ModelFile.Load(result.ModelPath!);
        var tensors = Assert.IsType<ModelTensors>(loaded);
        foreach ((string name, TensorData tensor) in tensors.Where(t => t.Value.Shape.Length == 2))
        {
            Assert.True(tensors.Encoded.TryGetValue(name, out EncodedMatrix? matrix), $"{name} is stored as floats");
            Assert.True(matrix.Encoding is IntegerEncoding { Bits: 8 } or SparseEncoding { Bits: 8 }, $"{name} is stored as {matrix.Encoding.Print()}");
            double keep = name.StartsWith("head", StringComparison.Ordinal) ? 1 : name.Contains("recurrent", StringComparison.Ordinal) ? 0.4 : 0.5;
            int kept = tensor.Values.Count(value => value != 0);
            Assert.InRange(kept, 1, (int)Math.Ceiling(keep * (tensor.Values.Length - 1)) + 1);
        }

        Assert.Equal(["dense", "iht", "quantize"], result.Stages.Select(stage => stage.Name));
        Assert.Equal([3, 6], result.Stages.Take(2).Select(stage => stage.Epochs));
        Assert.Equal(1, result.Stages[0].Kept);
        Assert.InRange(result.Stages[1].Kept, 0.3, 0.6);
        Assert.True(result.Stages[0].MatrixBytes > result.Stages[1].MatrixBytes && result.Stages[1].MatrixBytes > result.Stages[2].MatrixBytes, string.Join(", ", result.Stages));
        Assert.Equal(result.TestAccuracy, result.Stages[2].TestAccuracy);
        Assert.Equal(tensors.Sum(t => tensors.Encoded.TryGetValue(t.Key, out EncodedMatrix? matrix) ? matrix.Bytes : t.Value.Values.LongLength * sizeof(float)), result.Stages[2].Bytes);

        // the session's encoded weights give what libtorch gives with the rounded ones
        SeriesClassifier session = SeriesClassifier.Load(result.ModelPath!);
        using TrainedClassifier trained = TrainedClassifier.Load(result.ModelPath!);
        float[][] expected = trained.Predict(Data.Test);
        int right = 0;
        for (int i = 0; i < Data.Test.Count; i++)
        {
            var example = (SeriesExample)Data.Test[i];
            Prediction prediction = session.Predict(example.Values);
            for (int k = 0; k < expected[i].Length; k++)
                Assert.Equal(expected[i][k], prediction.Probabilities[k], 1e-4f);
            right += prediction.Label == example.Labels[0] ? 1 : 0;
        }
        Assert.Equal(result.TestAccuracy, (double)right / Data.Test.Count, 1e-9);
    }

    [Theory]
    [InlineData(2, 1, "dense,quantize")]
    [InlineData(16, 0.3, "dense,gradual,quantize")]
    [InlineData(32, 0.3, "gradual,fine-tune")]
    [InlineData(8, 0.5, "dense")]
    public void StagesAndFormatsCombine(int bits, double keep, string stages)
    {
        using var folder = new TemporaryFolder();
        TrainConfig config = ConfigJson.Set(Config() with { Compression = new() { Bits = bits, KeepU = keep, Every = 3, Scales = ScaleSharing.Row } }, $"compression.stages={stages}");
        TrainResult result = Train(config, folder.Path);
        Assert.Equal(stages.Split(','), result.Stages.Select(stage => stage.Name));
        Assert.True(result.TestAccuracy > 0.9, $"{result.TestAccuracy}");
        var tensors = (ModelTensors)ModelFile.Load(result.ModelPath!).Tensors;
        int kept = tensors["encoder.0.forward.recurrent"].Values.Count(value => value != 0);
        Assert.True(keep == 1 || kept <= Math.Ceiling(keep * 143) + 1, $"{kept} of 144 recurrent weights are kept");
        Assert.Equal(bits == 2, tensors.Encoded.Values.Any(matrix => matrix.Encoding is TernaryEncoding));
    }

    /// <summary>A checkpoint inside each stage holds all that the run needs: supports too.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    public void AnInterruptedRunEndsBitForBitTheSame(int epoch)
    {
        using var folder = new TemporaryFolder();
        using var source = new TemporaryFolder();
        string csv = source.Write("slopes.csv", "label,a,b\n" + string.Concat(Enumerable.Range(0, 120).Select(i => FormattableString.Invariant($"{(i % 2 == 0 ? "up" : "down")},{(i % 2 == 0 ? 1 : -1) * (1 + i % 5)},{i % 7}\n"))));
        TrainConfig config = Config() with { Data = new() { Train = csv, Format = DataFormat.NumericCsv }, Compression = new() { KeepW = 0.5, KeepU = 0.5, Bits = 8, Every = 4 }, CheckpointSeconds = 0 };
        string whole = Path.Combine(folder.Path, "whole"), parts = Path.Combine(folder.Path, "parts");
        TrainResult expected = new Trainer().Train(config, Dataset.Load(config.Data), whole, progress: null, TestContext.Current.CancellationToken);

        using var cancel = new CancellationTokenSource();
        var stop = new Immediately(p => { if (p.Epoch == epoch) cancel.Cancel(); });
        Assert.Throws<OperationCanceledException>(() => new Trainer().Train(config, Dataset.Load(config.Data), parts, stop, cancel.Token));
        TrainResult result = new Trainer().Resume(parts, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(expected.Stages.Select(stage => stage with { }), result.Stages);
        var (_, before) = ModelFile.Load(expected.ModelPath!);
        var (_, after) = ModelFile.Load(result.ModelPath!);
        foreach ((string name, TensorData tensor) in before)
            Assert.Equal(tensor.Values, after[name].Values);
    }

    [Fact]
    public void ATrainedModelIsFactoredAndTrainedOn()
    {
        using var folder = new TemporaryFolder();
        TrainResult dense = Train(Config(), Path.Combine(folder.Path, "dense"));
        TrainConfig config = Config() with { InitialModel = dense.ModelPath!, Epochs = 3 };
        config = config with { Model = config.Model with { RecurrentRank = 4 }, Compression = new() { KeepU = 0.5, Bits = 8 } };
        TrainResult small = Train(config, Path.Combine(folder.Path, "small"));
        Assert.Equal(["initial", "dense", "iht", "quantize"], small.Stages.Select(stage => stage.Name));
        Assert.True(small.TestAccuracy > 0.9, $"{small.TestAccuracy}");
        Assert.Equal([4, 12], ModelFile.Load(small.ModelPath!).Tensors["encoder.0.forward.recurrent_projection"].Shape);

        // and back: factors are multiplied out, which changes nothing
        TrainConfig back = Config() with { InitialModel = small.ModelPath!, Epochs = 0 };
        TrainResult again = Train(back, Path.Combine(folder.Path, "again"));
        Assert.Equal(small.TestAccuracy, again.TestAccuracy, 0.02);
    }

    [Fact]
    public void WithoutEpochsAModelIsOnlyRounded()
    {
        using var folder = new TemporaryFolder();
        TrainResult dense = Train(Config(), Path.Combine(folder.Path, "dense"));
        TrainResult rounded = Train(Config() with { InitialModel = dense.ModelPath!, Epochs = 0, Compression = new() { Bits = 8 } }, Path.Combine(folder.Path, "rounded"));
        Assert.Equal(["initial", "untrained"], rounded.Stages.Select(stage => stage.Name));
        Assert.Equal(dense.TestAccuracy, rounded.Stages[0].TestAccuracy);
        Assert.True(rounded.Stages[1].MatrixBytes < 0.3 * rounded.Stages[0].MatrixBytes);
        float[] before = ModelFile.Load(dense.ModelPath!).Tensors["head.weight"].Values, after = ModelFile.Load(rounded.ModelPath!).Tensors["head.weight"].Values;
        float scale = before.Max(Math.Abs) / 127;
        foreach ((float b, float a) in before.Zip(after))
            Assert.InRange(Math.Abs(b - a), 0, scale * 0.5001);
    }

    [Theory]
    [InlineData("compression.keep_w=0", "compression.keep_w is 0; expected a share to keep above 0")]
    [InlineData("compression.keep_u=1.5", "compression.keep_u is 1.5; expected a share to keep above 0 and up to 1")]
    [InlineData("compression.bits=4", "compression.bits is 4; expected 32 (floats), 16, 8 or 2")]
    [InlineData("compression.every=0", "compression.every is 0; expected 1 to 1000000 steps")]
    [InlineData("compression.stages=iht", "compression.stages is iht; expected neither iht nor gradual where")]
    [InlineData("compression.stages=dense,quantize", "compression.stages is dense,quantize; expected no quantize where compression.bits is 32")]
    [InlineData("compression.stages=dense,dens", "compression.stages cannot be 'dense,dens'; expected dense, iht, gradual, fine-tune, quantize")]
    [InlineData("model.recurrent_rank=13", "model.recurrent_rank is 13; expected 0 (a full matrix) to model.hidden, 12")]
    [InlineData("model.projection=13", "Projection is 13, above the 12 of the widest input or output")]
    [InlineData("epochs=0", "epochs is 0; expected 1 to 1000000")]
    public void ErrorsNameValueAndExpectation(string assignment, string message)
    {
        var error = Assert.Throws<TernException>(() => Train(ConfigJson.Set(Config(), assignment)));
        Assert.Contains(message, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void OtherErrorsOfCombinations()
    {
        TrainConfig few = Config() with { Epochs = 2, Compression = new() { KeepU = 0.5 } };
        Assert.Contains("epochs is 2; expected at least 3, one for each of compression.stages", Assert.Throws<TernException>(() => Train(few)).Message);
        TrainConfig ternary = Config() with { Compression = new() { KeepU = 0.5, Bits = 2 } };
        Assert.Contains("ternary weights have zeros of their own", Assert.Throws<TernException>(() => Train(ternary)).Message);
        TrainConfig baseline = Config() with { Model = new() { Cell = "lstm-libtorch", Hidden = 4 }, Compression = new() { Bits = 8 } };
        Assert.Contains("none with the cell lstm-libtorch", Assert.Throws<TernException>(() => Train(baseline)).Message);
    }

    [Fact]
    public void AnInitialModelOfAnotherKindIsRefused()
    {
        using var folder = new TemporaryFolder();
        TrainResult sru = Train(Config("sru") with { Epochs = 1 }, folder.Path);
        var error = Assert.Throws<TernException>(() => Train(Config() with { InitialModel = sru.ModelPath! }));
        Assert.Contains("has no tensor 'encoder.0.forward.recurrent', which the model of this configuration has", error.Message);
        error = Assert.Throws<TernException>(() => Train(Config("sru") with { InitialModel = sru.ModelPath!, Model = new() { Cell = "sru", Hidden = 13, Layers = 1 } }));
        Assert.Contains("only ranks may differ", error.Message);
        error = Assert.Throws<TernException>(() => Train(Config("sru") with { InitialModel = Path.Combine(folder.Path, "none.safetensors") }));
        Assert.Contains("none.safetensors' cannot be read", error.Message);
    }

    static TrainResult Train(TrainConfig config, string? folder = null) => new Trainer().Train(config, Data, folder, progress: null, TestContext.Current.CancellationToken);

    sealed class Immediately(Action<TrainProgress> action) : IProgress<TrainProgress>
    {
        public void Report(TrainProgress value) => action(value);
    }
}
