using Tern.Training.Data;
using Tern.Training.Models;
using Tern.Training.Native;
using Tern.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;

namespace Tern.Training.Tests.Optimizers;

/// <summary>Of an embedding table every rule moves the rows that the batch has used, and no others.</summary>
public sealed class LazyRowsTests
{
    const double Rate = 0.05;

    public LazyRowsTests() => TorchRuntime.Load();

    public static TheoryData<string, int> RulesAndWidths
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (string rule in Rules.All.Select(row => row.Data))
                foreach (int width in (int[])[1, 3, 19])
                    data.Add(rule, width);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(RulesAndWidths))]
    public void MovesAsWrittenOut(string rule, int width)
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(2);
        OptimizerConfig config = Rules.Config(rule);
        using var table = new EmbeddingTable(7, width, 1);
        float[] start = table.Weight.data<float>().ToArray();
        double[] expected = Array.ConvertAll(start, v => (double)v), first = new double[7 * width], second = new double[7 * width];
        using var optimizer = new Optimizer([], [("table", table)], config);
        int[][] steps = [[2, 3, 2], [2], [5, 3, 3], [6], [2, 6, 5]];
        for (int t = 1; t <= steps.Length; t++)
        {
            Backward(optimizer, table, steps[t - 1]);
            foreach (int row in steps[t - 1].Distinct())
                for (int i = row * width; i < (row + 1) * width; i++)
                {
                    double g = 2 * expected[i] * steps[t - 1].Count(r => r == row);
                    expected[i] = Rules.Move(config, Rate, t, expected[i], g, ref first[i], ref second[i]);
                }
            optimizer.Step(Rate);
        }
        float[] now = table.Weight.data<float>().ToArray();
        for (int i = 0; i < now.Length; i++)
            Assert.Equal(expected[i], now[i], 5e-6);
        Assert.Equal(start[..(2 * width)], now[..(2 * width)]);                      // rows 0, 1 and 4 were never used
        Assert.Equal(start[(4 * width)..(5 * width)], now[(4 * width)..(5 * width)]);
        foreach ((_, Model.TensorData moment) in optimizer.State())
            Assert.All(moment.Values[..(2 * width)], v => Assert.Equal(0, v));
        Assert.NotEqual(start[2 * width], now[2 * width]);
    }

    public static TheoryData<string> AllRules => Rules.All;

    // rows that every batch uses move as a dense parameter of these rows does in libtorch
    [Theory]
    [MemberData(nameof(AllRules))]
    public void UsedRowsEqualLibtorch(string rule)
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(3);
        OptimizerConfig config = Rules.Config(rule);
        using var table = new EmbeddingTable(50, 13, 0.3);
        torch.Tensor rows = torch.tensor(new long[] { 4, 17, 49 }), start = table.Weight.detach().clone();
        var theirs = new Parameter(start.index_select(0, rows));
        using var optimizer = new Optimizer([], [("table", table)], config);
        using torch.optim.Optimizer reference = Rules.Torch([theirs], config, Rate);
        for (int step = 1; step <= 10; step++)
        {
            Backward(optimizer, table, [49, 4, 17]);
            optimizer.Step(Rate);
            reference.zero_grad();
            theirs.pow(2).sum().backward();
            reference.step();
        }
        Assert.InRange((table.Weight.index_select(0, rows) - theirs).abs().max().item<float>(), 0, 1e-6f);
        Assert.Equal(3 * 13, (int)(table.Weight - start).ne(0).sum().item<long>());
    }

    [Fact]
    public void ATableCountsInTheNormAndIsClippedWithTheRest()
    {
        using var scope = torch.NewDisposeScope();
        using var table = new EmbeddingTable(4, 3, 0);
        var own = new Parameter(torch.zeros(3));
        using var optimizer = new Optimizer([("own", own)], [("table", table)], new OptimizerConfig { Kind = OptimizerKind.Sgd, Momentum = 0, ClipNorm = 1 });
        own.grad = torch.full(3, 2f);
        table.Gradient.Add(1, [2, 2, 2]);
        table.Gradient.Add(3, [2, 0, 0]);
        Assert.Equal(Math.Sqrt(28), optimizer.Step(1), 1e-12);
        float moved = (float)(-2 / Math.Sqrt(28));
        Assert.All(own.data<float>().ToArray(), v => Assert.Equal(moved, v, 1e-6f));
        float[] rows = table.Weight.data<float>().ToArray();
        Assert.Equal((moved, moved, 0f), (rows[3], rows[9], rows[10]), Near);
    }

    static bool Near((float, float, float) a, (float, float, float) b) =>
        MathF.Abs(a.Item1 - b.Item1) < 1e-6f && MathF.Abs(a.Item2 - b.Item2) < 1e-6f && a.Item3 == b.Item3;

    static void Backward(Optimizer optimizer, EmbeddingTable table, int[] tokens)
    {
        optimizer.ZeroGrad();
        table.forward(new TokenBatch([new(tokens, 0)])).pow(2).sum().backward();
    }
}
