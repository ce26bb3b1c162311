using Tern.Training.Data;
using Tern.Training.Models;
using Tern.Training.Native;
using Tern.Training.Optimizers;
using Tern.Training.Weights.Orthogonal;
using TorchSharp;

namespace Tern.Training.Tests;

public sealed class TrainerTests
{
    static readonly Dataset Data = SyntheticTexts.WordOrder(1000);

    static TrainConfig Config(string cell) => new()
    {
        Model = cell == "cnn" ? new() { Cell = cell, Embedding = 16, Filters = 16, Dropout = 0.1 } : new() { Cell = cell, Embedding = 16, Hidden = 16, Layers = 1, Dropout = 0.1 },
        Optimizer = new() { LearningRate = 0.01 },
        Epochs = 6,
        Batch = 16,
        Threads = 1,
    };

    [Theory]
    [InlineData("sru")]
    [InlineData("mingru")]
    [InlineData("lstm-libtorch")]
    [InlineData("gru-libtorch")]
    [InlineData("cnn")]
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
    [InlineData("lstm-libtorch")]
    [InlineData("cnn")]
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
    [InlineData("lstm-libtorch")]
    [InlineData("mean")]
    [InlineData("cnn")]
    public void TheRunFolderHoldsWhatIsNeededToRepeatAndToPredict(string cell)
    {
        using var folder = new TemporaryFolder();
        string run = Path.Combine(folder.Path, "run");
        TrainResult result = Train(Config(cell) with { Epochs = 2 }, Data, run);

        Assert.Equal(["best.md", "best.safetensors", "config.json", "last.checkpoint", "log.txt", "metrics.csv"], Directory.GetFiles(run).Select(Path.GetFileName).Where(name => !name!.StartsWith("events.", StringComparison.Ordinal)).Order());
        Assert.Equal(ConfigJson.Write(result.Config), ConfigJson.Write(ConfigJson.ReadFile(Path.Combine(run, "config.json"))));
        Assert.Equal(3, File.ReadAllLines(Path.Combine(run, "metrics.csv")).Length);
        Assert.Equal(new FileInfo(result.ModelPath!).Length, result.Bytes);
        using TrainedClassifier model = TrainedClassifier.Load(result.ModelPath!);
        Assert.Equal(result.TestAccuracy, model.Evaluate(Data.Test).Accuracy);
        float[] probabilities = model.Predict([new TextExample("the hen and the egg", "")])[0];
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

    [Theory, InlineData("sru", RecurrentForm.Free), InlineData("rnn", RecurrentForm.Spectral), InlineData("gru", RecurrentForm.Cayley)]
    public void CancellationEndsTheRunAfterTheStepAndTheRestComesOnResume(string cell, RecurrentForm form)
    {
        using var folder = new TemporaryFolder();
        TrainConfig config = Config(cell) with { Epochs = 4, Data = new() { Train = SyntheticTexts.Write(folder, 300) }, Model = new() { Cell = cell, Embedding = 16, Hidden = 16, Dropout = 0.3, RecurrentForm = form } };
        string whole = Path.Combine(folder.Path, "whole"), run = Path.Combine(folder.Path, "run");
        TrainResult expected = Train(config, Dataset.Load(config.Data), whole);

        using var cancel = new CancellationTokenSource();
        var stop = new Immediately(p => { if (p.Epoch == 2) cancel.Cancel(); });
        var interrupted = Assert.Throws<OperationCanceledException>(() => new Trainer().Train(config, Dataset.Load(config.Data), run, stop, cancel.Token));
        Assert.Contains($"Interrupted in epoch 2 of 4, after step", interrupted.Message);
        Assert.Contains($"./tern resume {run}", interrupted.Message);
        TrainResult result = Resume(run);
        Assert.False(result.Interrupted);
        Assert.Equal(expected.Epochs.Select(e => (e.TrainLoss, e.ValidationLoss)), result.Epochs.Select(e => (e.TrainLoss, e.ValidationLoss)));
        Assert.Equal(File.ReadAllBytes(expected.ModelPath!), File.ReadAllBytes(result.ModelPath!));
    }

    [Fact]
    public void CancellationWithoutAFolderGivesWhatWasTrained()
    {
        using var cancel = new CancellationTokenSource();
        var stop = new Immediately(p => { if (p.Epoch == 2) cancel.Cancel(); });
        TrainResult result = new Trainer().Train(Config("lstm-libtorch") with { Epochs = 100 }, Data, null, stop, cancel.Token);
        Assert.True(result.Interrupted);
        Assert.Equal(2, result.Epochs.Count);
    }

    [Fact]
    public void MaxSecondsEndsTheRunAndMoreOfThemContinueIt()
    {
        using var folder = new TemporaryFolder();
        TrainConfig config = Config("sru") with { Epochs = 3, MaxSeconds = 1e-9, Data = new() { Train = SyntheticTexts.Write(folder, 300) } };
        string run = Path.Combine(folder.Path, "run");
        TrainResult first = Train(config, Dataset.Load(config.Data), run);
        Assert.Single(first.Epochs);
        Assert.False(first.Interrupted);
        TrainResult rest = Resume(run, c => c with { MaxSeconds = 0 });
        Assert.Equal(Train(config with { MaxSeconds = 0 }, Dataset.Load(config.Data)).Epochs.Select(e => e.TrainLoss), rest.Epochs.Select(e => e.TrainLoss));
    }

    [Fact]
    public void OtherDataIsNotTakenForTheRunsOwn()
    {
        using var folder = new TemporaryFolder();
        TrainConfig config = Config("sru") with { Epochs = 1, Data = new() { Train = SyntheticTexts.Write(folder, 300) } };
        string run = Path.Combine(folder.Path, "run");
        Train(config, Dataset.Load(config.Data), run);
        SyntheticTexts.Write(folder, 310);
        Assert.Contains("not that of the run", Assert.Throws<TernException>(() => Resume(run)).Message);
        Assert.Contains("no run", Assert.Throws<TernException>(() => Resume(folder.Path)).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void AccumulatedGradientsAreThoseOfOneLargeBatch(int accumulate)
    {
        // batches of equal size: their mean gradient is that of all their examples
        TrainConfig config = Config("sru") with { Epochs = 1, Batch = 48 / accumulate, Accumulate = accumulate, Model = new() { Cell = "sru", Embedding = 8, Hidden = 8, Layers = 1 } };
        double loss = Train(config, SyntheticTexts.WordOrder(60)).Epochs[0].ValidationLoss;
        double whole = Train(config with { Batch = 48, Accumulate = 1 }, SyntheticTexts.WordOrder(60)).Epochs[0].ValidationLoss;
        Assert.Equal(whole, loss, 1e-5);
    }

    [Fact]
    public void BalancedClassWeightsRaiseTheRecallOfARareClass()
    {
        Example[] rare = [.. Data.Train.Where((e, i) => e.Label == "hen-first" || i % 12 == 0)];
        var data = new Dataset("rare", rare, Data.Validation, Data.Test);
        TrainConfig config = Config("mean") with { Epochs = 2 };
        TrainResult plain = Train(config, data), balanced = Train(config with { ClassWeights = ClassWeights.Balanced, LabelSmoothing = 0.1 }, data);
        Assert.True(balanced.Confusion[0, 0] > plain.Confusion[0, 0], $"{balanced.Confusion[0, 0]} {plain.Confusion[0, 0]}");
    }

    [Fact]
    public void SeveralLabelsAreLearnedEachByItself()
    {
        var random = new Random(2);
        string[] words = ["red", "green", "blue"];
        TextExample[] examples = [.. Enumerable.Range(0, 600).Select(_ =>
        {
            string[] labels = [.. words.Where(_ => random.Next(2) == 0)];
            return new TextExample($"a {string.Join(" and ", labels)} thing", labels.FirstOrDefault("")) { Labels = labels };
        })];
        using var folder = new TemporaryFolder();
        var config = Config("sru") with { Data = new() { MultiLabel = true }, Epochs = 4 };
        TrainResult result = Train(config, new Dataset("colours", examples[..480], examples[480..540], examples[540..], multiLabel: true), Path.Combine(folder.Path, "run"));
        Assert.Equal(words.Order(), result.Labels);
        Assert.True(result.TestAccuracy > 0.9 && result.TestMicroF1 > 0.95, $"{result.TestAccuracy} {result.TestMicroF1}");
        Tern.Model.Prediction prediction = Tern.Model.TextClassifier.Load(result.ModelPath!).Predict("a green and blue thing");
        Assert.Equal(["blue", "green"], prediction.Likely);
    }

    [Theory]
    [InlineData("sru")]
    [InlineData("mean")]
    [InlineData("fastgrnn")]
    [InlineData("lstm")]
    [InlineData("lstm-libtorch")]
    public void SeriesOfUnequalLengthAreLearned(string cell)
    {
        using var folder = new TemporaryFolder();
        Dataset data = SyntheticSeries.Slopes(400);
        TrainResult result = Train(Config(cell) with { Model = new() { Cell = cell, Hidden = 16, Layers = 1 } }, data, Path.Combine(folder.Path, "run"));
        Assert.True(cell == "mean" ? result.TestAccuracy < 0.8 : result.TestAccuracy > 0.95, $"{result.TestAccuracy}");
        using TrainedClassifier trained = TrainedClassifier.Load(result.ModelPath!);
        float[][] expected = trained.Predict(data.Test);
        if (cell == "lstm-libtorch") return; // Core does not run libtorch's cells
        Tern.Model.SeriesClassifier session = Tern.Model.SeriesClassifier.Load(result.ModelPath!);
        Tern.Model.Prediction[] got = session.Predict([.. data.Test.Cast<SeriesExample>().Select(e => e.Values)], threads: 2);
        for (int i = 0; i < got.Length; i++)
            for (int c = 0; c < 2; c++)
                Assert.Equal(expected[i][c], got[i].Probabilities[c], 1e-5f);
    }

    [Fact]
    public void ATrainingThatComesApartIsToldFromOneThatStagesDisturb()
    {
        TrainResult result = Train(Config("lstm") with { Epochs = 2 }, Data);
        Assert.False(result.Diverged);
        Assert.False(After(0.9, 0.1, 0.3).Diverged);
        Assert.False(After(2.3, 2.2, 2.31).Diverged);
        Assert.True(After(0.9, 0.1, 0.7).Diverged);
        Assert.Equal(0.1, After(0.9, 0.1, 0.7).LeastTrainLoss);

        TrainResult After(params double[] losses) => result with { Epochs = [.. losses.Select((loss, i) => result.Epochs[0] with { Epoch = i + 1, TrainLoss = loss })] };
    }

    [Fact]
    public void ALossThatIsNotFiniteIsAnError()
    {
        TrainConfig config = Config("mean") with { Optimizer = new OptimizerConfig { LearningRate = 1e30 } }; // scores overflow
        var error = Assert.Throws<TernException>(() => Train(config, Data));
        Assert.Contains("The loss is", error.Message);
        Assert.Contains("learning_rate (now 1E+30)", error.Message);
        Assert.Matches("the gradient of [a-z.]+ has norm (NaN|Infinity)", error.Message);
    }

    [Fact]
    public void HundredsOfStepsLeaveNoTensors()
    {
        TorchRuntime.Load();
        Train(Config("lstm-libtorch") with { Epochs = 1 }, Data);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Train(Config("lstm-libtorch") with { Epochs = 6 }, Data); // 300 steps
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    static TrainResult Train(TrainConfig config, Dataset data, string? folder = null) =>
        new Trainer().Train(config, data, folder, progress: null, TestContext.Current.CancellationToken);

    static TrainResult Resume(string folder, Func<TrainConfig, TrainConfig>? change = null) => new Trainer().Resume(folder, change, progress: null, TestContext.Current.CancellationToken);

    sealed class Immediately(Action<TrainProgress> action) : IProgress<TrainProgress>
    {
        public void Report(TrainProgress value) => action(value);
    }
}
