using Tern.Training.Data;
using Tern.Training.Models;
using Tern.Training.Native;
using Tern.Training.Optimizers;
using TorchSharp;

namespace Tern.Training.Tests;

public sealed class TrainerTests
{
    static readonly Dataset Data = SyntheticTexts.WordOrder(1000);

    static TrainConfig Config(string cell) => new()
    {
        Model = new() { Cell = cell, Embedding = 16, Hidden = 16, Layers = 1, Dropout = 0.1 },
        Optimizer = new() { LearningRate = 0.01 },
        Epochs = 6,
        Batch = 16,
        Threads = 1,
    };

    [Theory]
    [InlineData("sru")]
    [InlineData("mingru")]
    [InlineData("lstm")]
    [InlineData("gru")]
    public void LearnsWordOrder(string cell)
    {
        TrainResult result = Train(Config(cell), Data);
        Assert.True(result.TestAccuracy > 0.95, $"{result.TestAccuracy}");
        Assert.Equal(100, result.Confusion.Cast<int>().Sum());
        Assert.Equal(result.TestAccuracy, (result.Confusion[0, 0] + result.Confusion[1, 1]) / 100.0, 1e-9);
        Assert.True(result.RecurrentSecondsPerEpoch > 0 && result.RecurrentSecondsPerEpoch < result.SecondsPerEpoch);
    }

    [Fact]
    public void AMeanOfEmbeddingsCannotLearnWordOrder()
    {
        TrainResult result = Train(Config("mean"), Data);
        Assert.InRange(result.TestAccuracy, 0.3, 0.7);
        Assert.Equal(0, result.RecurrentSecondsPerEpoch);
    }

    [Theory]
    [InlineData("sru")]
    [InlineData("lstm")]
    public void TheSameSeedGivesTheSameModelBitForBit(string cell)
    {
        using var folder = new TemporaryFolder();
        TrainConfig config = Config(cell) with { Epochs = 2 };
        TrainResult first = Train(config, Data, Path.Combine(folder.Path, "1"));
        TrainResult again = Train(config, Data, Path.Combine(folder.Path, "2"));
        TrainResult other = Train(config with { Seed = 2 }, Data, Path.Combine(folder.Path, "3"));
        Assert.Equal(File.ReadAllBytes(first.ModelPath!), File.ReadAllBytes(again.ModelPath!));
        Assert.Equal(first.Epochs.Select(e => e.TrainLoss), again.Epochs.Select(e => e.TrainLoss));
        Assert.NotEqual(first.Epochs[0].TrainLoss, other.Epochs[0].TrainLoss);
    }

    [Theory]
    [InlineData("sru")]
    [InlineData("lstm")]
    [InlineData("mean")]
    public void TheRunFolderHoldsWhatIsNeededToRepeatAndToPredict(string cell)
    {
        using var folder = new TemporaryFolder();
        string run = Path.Combine(folder.Path, "run");
        TrainResult result = Train(Config(cell) with { Epochs = 2 }, Data, run);

        Assert.Equal(["best.safetensors", "config.json", "log.txt", "metrics.csv"], Directory.GetFiles(run).Select(Path.GetFileName).Order());
        Assert.Equal(ConfigJson.Write(result.Config), ConfigJson.Write(ConfigJson.ReadFile(Path.Combine(run, "config.json"))));
        Assert.Equal(3, File.ReadAllLines(Path.Combine(run, "metrics.csv")).Length);
        Assert.Equal(new FileInfo(result.ModelPath!).Length, result.Bytes);
        using TrainedClassifier model = TrainedClassifier.Load(result.ModelPath!);
        Assert.Equal(result.TestAccuracy, model.Evaluate(Data.Test).Accuracy);
        float[] probabilities = model.Predict(["the hen and the egg"])[0];
        Assert.Equal(1, probabilities.Sum(), 1e-5);
    }

    [Fact]
    public void StopsEarlyAndKeepsTheBestEpoch()
    {
        TrainResult result = Train(Config("mean") with { Epochs = 200, Patience = 3 }, Data);
        Assert.True(result.Epochs.Count < 200);
        Assert.Equal(result.Epochs.Count, result.BestEpoch + 3);
        Assert.Equal(result.Epochs.Max(e => e.ValidationAccuracy), result.ValidationAccuracy);
    }

    [Fact]
    public void CancellationEndsTheRunAfterTheStepAndKeepsTheModel()
    {
        using var folder = new TemporaryFolder();
        using var cancel = new CancellationTokenSource();
        var progress = new Immediately(p =>
        {
            if (p.Epoch == 2)
                cancel.Cancel();
        });
        TrainResult result = new Trainer().Train(Config("lstm") with { Epochs = 100 }, Data, folder.Path, progress, cancel.Token);
        Assert.True(result.Interrupted);
        Assert.Equal(2, result.Epochs.Count);
        Assert.True(File.Exists(result.ModelPath));
    }

    [Fact]
    public void ALossThatIsNotFiniteIsAnError()
    {
        TrainConfig config = Config("mean") with { Optimizer = new OptimizerConfig { LearningRate = 1e30 } }; // scores overflow
        var error = Assert.Throws<TernException>(() => Train(config, Data));
        Assert.Contains("The loss is", error.Message);
        Assert.Contains("learning_rate (now 1E+30)", error.Message);
    }

    [Fact]
    public void HundredsOfStepsLeaveNoTensors()
    {
        TorchRuntime.Load();
        Train(Config("lstm") with { Epochs = 1 }, Data);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Train(Config("lstm") with { Epochs = 6 }, Data); // 300 steps
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    static TrainResult Train(TrainConfig config, Dataset data, string? folder = null) =>
        new Trainer().Train(config, data, folder, progress: null, TestContext.Current.CancellationToken);

    sealed class Immediately(Action<TrainProgress> action) : IProgress<TrainProgress>
    {
        public void Report(TrainProgress value) => action(value);
    }
}
