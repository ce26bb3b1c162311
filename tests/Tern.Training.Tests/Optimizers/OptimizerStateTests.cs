using Tern.Model;
using Tern.Training.Data;
using Tern.Training.Models;
using Tern.Training.Native;
using Tern.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;

namespace Tern.Training.Tests.Optimizers;

public sealed class OptimizerStateTests
{
    public OptimizerStateTests() => TorchRuntime.Load();

    public static TheoryData<string> AllRules => Rules.All;

    [Theory]
    [MemberData(nameof(AllRules))]
    public void ContinuesBitForBit(string rule)
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(7);
        OptimizerConfig config = Rules.Config(rule) with { ClipNorm = 1.5 };
        using var whole = new Trained(config);
        whole.Train(1, 4);

        // the state goes over after four steps; what the first does then must not reach the second
        using var resumed = new Trained(config, whole);
        var saved = new Dictionary<string, TensorData>(whole.Optimizer.State()) { ["model.other"] = new([1], [3]) };
        long steps = whole.Optimizer.StepCount;
        whole.Train(5, 9);
        resumed.Optimizer.Restore(steps, saved);
        Assert.Equal(4, resumed.Optimizer.StepCount);
        resumed.Train(5, 9);
        Assert.Equal(whole.Values(), resumed.Values());

        // without the state it would be another run, unless the rule keeps none
        using var fresh = new Trained(config);
        fresh.Train(1, 4);
        fresh.Optimizer.Restore(0, saved.ToDictionary(p => p.Key, p => p.Value with { Values = new float[p.Value.Values.Length] }));
        fresh.Train(5, 9);
        Assert.Equal(config.Kind == OptimizerKind.Sgd && config.Momentum == 0, whole.Values().SequenceEqual(fresh.Values()));
    }

    [Fact]
    public void NamesTheMomentsOfEachParameter()
    {
        using var scope = torch.NewDisposeScope();
        string[] Names(OptimizerConfig config)
        {
            using var trained = new Trained(config);
            return [.. trained.Optimizer.State().Select(s => $"{s.Key} [{string.Join(", ", s.Value.Shape)}]")];
        }
        Assert.Equal(
            ["optimizer.head.weight.mean [3, 5]", "optimizer.head.weight.square [3, 5]", "optimizer.table.mean [9, 5]", "optimizer.table.square [9, 5]"],
            Names(new()));
        Assert.Equal(["optimizer.head.weight.momentum [3, 5]", "optimizer.table.momentum [9, 5]"], Names(new() { Kind = OptimizerKind.Sgd }));
        Assert.Equal("optimizer.head.weight.largest [3, 5]", Names(new() { Kind = OptimizerKind.Adamax })[1]);
    }

    [Fact]
    public void RefusesAStateThatDoesNotFitAndChangesNothing()
    {
        using var scope = torch.NewDisposeScope();
        using var trained = new Trained(new());
        trained.Train(1, 2);
        Dictionary<string, TensorData> good = new(trained.Optimizer.State());

        Refuses(-1, good, "number of steps is -1");
        Refuses(5, [], "has no 'optimizer.head.weight.mean'");
        Refuses(5, With("optimizer.table.square", new([9, 4], new float[36])), "'optimizer.table.square' has the shape [9, 4] with 36 values; expected [9, 5]");
        Refuses(5, With("optimizer.table.square", new([9, 5], new float[44])), "with 44 values");
        using var sgd = new Trained(new() { Kind = OptimizerKind.Sgd });
        Assert.Contains("has no 'optimizer.head.weight.momentum'; it was saved by another optimizer (optimizer.kind is Sgd now)",
            Assert.Throws<TernException>(() => sgd.Optimizer.Restore(1, good)).Message);

        void Refuses(long steps, Dictionary<string, TensorData> state, string expected)
        {
            Assert.Contains(expected, Assert.Throws<TernException>(() => trained.Optimizer.Restore(steps, state)).Message);
            Assert.Equal(2, trained.Optimizer.StepCount);
            foreach ((string key, TensorData data) in trained.Optimizer.State())
                Assert.Equal(good[key].Values, data.Values);
        }

        Dictionary<string, TensorData> With(string key, TensorData data) => new(good) { [key] = data };
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void AGradientThatIsNotFiniteMovesNothingAndIsNamed(float bad)
    {
        using var scope = torch.NewDisposeScope();
        using var trained = new Trained(new() { ClipNorm = 1 });
        trained.Train(1, 3);
        float[] before = trained.Values();
        float[][] moments = [.. trained.Optimizer.State().Select(s => s.Value.Values)];
        Assert.Null(trained.Optimizer.FirstNonFinite());

        trained.Table.Gradient.Add(8, [0, 0, bad, 0, 0]);
        Assert.False(double.IsFinite(trained.Optimizer.Step(0.1)));
        (string Name, double Norm) = Assert.NotNull(trained.Optimizer.FirstNonFinite());
        Assert.Equal(("table", float.IsNaN(bad)), (Name, double.IsNaN(Norm)));

        trained.Head.grad = torch.full(3, 5, bad);
        Assert.Equal("head.weight", trained.Optimizer.FirstNonFinite()?.Name);
        Assert.False(double.IsFinite(trained.Optimizer.Step(0.1)));

        Assert.Equal(3, trained.Optimizer.StepCount);
        Assert.Equal(before, trained.Values());
        Assert.Equal(moments, trained.Optimizer.State().Select(s => s.Value.Values));
        trained.Optimizer.ZeroGrad();
        Assert.Equal(0, trained.Optimizer.GradientNorm());
    }

    [Fact]
    public void TwoOfOneNameAreRefused()
    {
        using var scope = torch.NewDisposeScope();
        var own = new Parameter(torch.zeros(1));
        Assert.Throws<ArgumentException>(() => new Optimizer([("a", own), ("a", own)], [], new()));
    }

    /// <summary>A table and a matrix, trained on batches that depend on the step alone.</summary>
    sealed class Trained : IDisposable
    {
        public Trained(OptimizerConfig config, Trained? from = null)
        {
            torch.manual_seed(11);
            Table = new EmbeddingTable(9, 5, 0.5);
            Head = new Parameter(torch.randn(3, 5));
            if (from is not null)
            {
                using var _ = torch.no_grad();
                Table.Weight.copy_(from.Table.Weight);
                Head.copy_(from.Head);
            }
            Optimizer = new([("head.weight", Head)], [("table", Table)], config);
        }

        public EmbeddingTable Table { get; }

        public Parameter Head { get; }

        public Optimizer Optimizer { get; }

        public void Train(int from, int to)
        {
            for (int step = from; step <= to; step++)
            {
                Optimizer.ZeroGrad();
                torch.Tensor x = Table.forward(new TokenBatch([new([step % 9, step * step % 9, 3], 0)])); // [3, 1, 5]
                (torch.nn.functional.linear(x, Head) - 1).pow(2).sum().backward();
                Optimizer.Step(0.03 / step);
            }
        }

        public float[] Values() => [.. Head.data<float>().ToArray(), .. Table.Weight.data<float>().ToArray()];

        public void Dispose()
        {
            Optimizer.Dispose();
            Table.Dispose();
        }
    }
}
