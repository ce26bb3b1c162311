using Tern.Model;
using Tern.Training.Data;
using Tern.Training.Layers;
using Tern.Training.Models;
using Tern.Training.Native;
using Tern.Training.Tasks;
using TorchSharp;

namespace Tern.Training.Tests.Models;

public sealed class ClassifierModelTests
{
    public static TheoryData<string, bool, PoolingKind> Cases()
    {
        var cases = new TheoryData<string, bool, PoolingKind>();
        foreach (string cell in new[] { "sru", "mingru", "fastgrnn", "lstm", "lstm-libtorch", "gru-libtorch", "cnn", "mean" })
            foreach (bool both in new[] { false, true })
                foreach (PoolingKind pooling in Enum.GetValues<PoolingKind>())
                    if (cell is not ("mean" or "cnn") || (!both && pooling == (cell == "cnn" ? PoolingKind.Max : PoolingKind.Mean)))
                        cases.Add(cell, both, pooling);
        return cases;
    }

    public ClassifierModelTests() => TorchRuntime.Load();

    static readonly EncodedText[] Texts = [new([3, 4, 5, 6], 1), new([2], 0), new([7, 3], 2), new([5, 5, 5, 5, 5, 2, 8], 0)];

    static ClassifierModel Model(string cell, bool both, PoolingKind pooling)
    {
        torch.manual_seed(4);
        var config = new ModelConfig { Cell = cell, Bidirectional = both, Pooling = pooling, Embedding = 6, Hidden = cell == "cnn" ? new ModelConfig().Hidden : 5, Layers = 2 };
        return new ClassifierModel(config.Resolve(), new ModelInput(Vocabulary: 9, Channels: 0), classes: 3);
    }

    static torch.Tensor Loss(ClassifierModel model, EncodedText[] texts)
    {
        var batch = new TokenBatch(texts);
        using var task = new Classification(new ModelSpec { Task = ModelTask.TextClassification, Modules = [], Output = "", Labels = ["a", "b", "c"] });
        return task.Loss(model.forward(batch), batch);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void APaddedBatchEqualsItsTextsOneByOne(string cell, bool both, PoolingKind pooling)
    {
        using var scope = torch.NewDisposeScope();
        using ClassifierModel model = Model(cell, both, pooling);
        torch.Tensor together = model.forward(new TokenBatch(Texts));
        for (int i = 0; i < Texts.Length; i++)
        {
            torch.Tensor alone = model.forward(new TokenBatch([Texts[i]]));
            Assert.True((together[i] - alone[0]).abs().max().item<float>() < 1e-5);
        }
    }

    /// <summary>MKL's products of a tensor that lies where a managed array lies did depend on that: the same seed gave another model.</summary>
    [Fact]
    public void ASeriesModelDoesNotDependOnWhereItsRowsLie()
    {
        torch.manual_seed(4);
        using var model = new ClassifierModel(new ModelConfig { Cell = "fastgrnn", Hidden = 12, Layers = 1, Projection = 8 }.Resolve(), new ModelInput(Vocabulary: 0, Channels: 9), classes: 3);
        Random random = new(1);
        EncodedSeries[] series = [.. Enumerable.Range(0, 40).Select(i => new EncodedSeries([.. Enumerable.Range(0, 30 * 9).Select(_ => random.NextSingle() - 0.5f)], 9, [i % 3]))];
        List<float[]> gradients = [];
        for (int k = 0; k < 16; k++)
        {
            using var scope = torch.NewDisposeScope();
            GC.KeepAlive(new byte[8 * k + 8]);      // the next array lies elsewhere in a line of the cache
            var batch = new SeriesBatch(series);
            model.zero_grad();
            model.forward(batch).square().mean().backward();
            gradients.Add([.. model.DenseParameters.SelectMany(p => p.Parameter.grad!.data<float>().ToArray())]);
        }
        Assert.All(gradients, gradient => Assert.Equal(gradients[0], gradient));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheGradientOfAPaddedBatchIsTheMeanOverItsTexts(string cell, bool both, PoolingKind pooling)
    {
        using var scope = torch.NewDisposeScope();
        using ClassifierModel model = Model(cell, both, pooling);
        Loss(model, Texts).backward();
        BackwardGuard.ThrowIfFailed();
        torch.Tensor[] together = [.. model.DenseParameters.Select(p => p.Parameter.grad!.clone())];
        float[] rows = Rows(model);
        model.zero_grad();
        model.Embedding!.Gradient.Clear();
        foreach (EncodedText text in Texts)
            (Loss(model, [text]) / Texts.Length).backward();
        BackwardGuard.ThrowIfFailed();
        foreach ((torch.Tensor first, torch.Tensor second) in together.Zip(model.DenseParameters.Select(p => p.Parameter.grad!)))
            Assert.True((first - second).abs().max().item<float>() < 1e-5);
        float[] alone = Rows(model);
        float largest = alone.Max(MathF.Abs);   // some cells begin with small weights
        Assert.True(largest > 1e-7f);
        for (int i = 0; i < rows.Length; i++)
            Assert.Equal(alone[i] / largest, rows[i] / largest, 1e-4f);
    }

    static float[] Rows(ClassifierModel model)
    {
        float[] table = new float[9 * 6];
        for (int i = 0; i < model.Embedding!.Gradient.Count; i++)
            model.Embedding!.Gradient.Values.Slice(i * 6, 6).CopyTo(table.AsSpan(model.Embedding!.Gradient.Rows[i] * 6));
        return table;
    }

    [Fact]
    public void TheClockMeasuresTheEncoderInBothDirections()
    {
        using var scope = torch.NewDisposeScope();
        using ClassifierModel model = Model("lstm-libtorch", false, PoolingKind.Max);
        model.Clock = new EncoderClock();
        torch.Tensor loss = Loss(model, Texts);
        double forward = model.Clock.Seconds;
        Assert.True(forward > 0);
        loss.backward();
        Assert.True(model.Clock.Seconds > forward);
    }
}
