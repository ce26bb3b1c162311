using Tern.Training.Data;
using Tern.Training.Models;
using Tern.Training.Native;
using Tern.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;

namespace Tern.Training.Tests.Optimizers;

public sealed class OptimizerTests
{
    public OptimizerTests() => TorchRuntime.Load();

    [Fact]
    public void EqualsTorchOptimAdamOverTenDenseSteps()
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(1);
        torch.Tensor start = torch.randn(37, 5) * 0.3, target = torch.randn(37, 5) * 0.3;
        var own = new Parameter(start.clone());
        var theirs = new Parameter(start.clone());
        using var adam = new Optimizer([("own", own)], [], new OptimizerConfig { LearningRate = 0.03 });
        using var reference = torch.optim.Adam([theirs], lr: 0.03);
        for (int step = 0; step < 10; step++)
        {
            adam.ZeroGrad();
            (own - target).pow(2).sum().backward();
            adam.Step(0.03);
            reference.zero_grad();
            (theirs - target).pow(2).sum().backward();
            reference.step();
        }
        Assert.True((own - start).abs().max().item<float>() > 0.1);
        Assert.InRange((own - theirs).abs().max().item<float>(), 0, 1e-6f);
    }

    // torch.optim.SparseAdam's rule, in double
    [Fact]
    public void MovesAndDecaysOnlyTheRowsOfTheBatch()
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(2);
        var table = new EmbeddingTable(6, 3, 1);
        float[] values = table.Weight.data<float>().ToArray();
        var (mean, square) = (new double[18], new double[18]);
        double[] expected = Array.ConvertAll(values, v => (double)v);
        using var adam = new Optimizer([], [("table", table)], new OptimizerConfig { LearningRate = 0.1 });
        int[][] steps = [[2, 3, 2], [2], [5, 3, 3]];
        for (int t = 1; t <= steps.Length; t++)
        {
            adam.ZeroGrad();
            var batch = new TokenBatch([new(steps[t - 1], 0)]);
            table.forward(batch).pow(2).sum().backward();
            foreach (int row in steps[t - 1].Distinct())
                for (int i = row * 3; i < row * 3 + 3; i++)
                {
                    double g = 2 * expected[i] * steps[t - 1].Count(r => r == row);
                    mean[i] = 0.9 * mean[i] + 0.1 * g;
                    square[i] = 0.999 * square[i] + 0.001 * g * g;
                    expected[i] -= 0.1 * mean[i] / (1 - Math.Pow(0.9, t)) / (Math.Sqrt(square[i] / (1 - Math.Pow(0.999, t))) + 1e-8);
                }
            adam.Step(0.1);
        }
        float[] now = table.Weight.data<float>().ToArray();
        for (int i = 0; i < 18; i++)
            Assert.Equal(expected[i], now[i], 5e-6);
        Assert.Equal(values[..6], now[..6]);     // rows 0 and 1 were never used
        Assert.Equal(values[12..15], now[12..15]);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0, 0.01)]
    public void ClipsAsTorchDoes(double norm, double value)
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(3);
        torch.Tensor start = torch.randn(3000), target = torch.randn(3000);
        var own = new Parameter(start.clone());
        var theirs = new Parameter(start.clone());
        // a large epsilon makes the step depend on the size of the gradient
        using var adam = new Optimizer([("own", own)], [], new OptimizerConfig { LearningRate = 0.1, Epsilon = 0.1, ClipNorm = norm, ClipValue = value });
        using var reference = torch.optim.Adam([theirs], lr: 0.1, eps: 0.1);
        adam.ZeroGrad();
        (own - target).pow(2).sum().backward();
        (theirs - target).pow(2).sum().backward();
        double expected = theirs.grad!.pow(2).sum().sqrt().item<float>();
        Assert.Equal(expected, adam.GradientNorm(), 1e-4 * expected);
        if (norm > 0)
            torch.nn.utils.clip_grad_norm_([theirs], norm);
        else
            torch.nn.utils.clip_grad_value_([theirs], value);
        adam.Step(0.1);
        reference.step();
        Assert.InRange((own - theirs).abs().max().item<float>(), 0, 1e-6f);
        Assert.True((own - start).abs().max().item<float>() > 1e-3);
    }
}
