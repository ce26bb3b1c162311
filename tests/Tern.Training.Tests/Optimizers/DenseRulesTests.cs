using Tern.Training.Native;
using Tern.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;

namespace Tern.Training.Tests.Optimizers;

/// <summary>Ten steps on parameters of 1, 3, 17 and 1000 values are libtorch's.</summary>
public sealed class DenseRulesTests
{
    const double Rate = 0.02;
    static readonly int[] Sizes = [1, 3, 17, 1000];

    public DenseRulesTests() => TorchRuntime.Load();

    public static TheoryData<string> AllRules => Rules.All;

    [Theory]
    [MemberData(nameof(AllRules))]
    public void EqualsLibtorch(string rule) => Compare(Rules.Config(rule), passes: 1);

    [Theory]
    [MemberData(nameof(AllRules))]
    public void ClipsByNormAsLibtorch(string rule) => Compare(Rules.Config(rule) with { ClipNorm = 2 }, passes: 1);

    [Theory]
    [MemberData(nameof(AllRules))]
    public void ClipsByValueAsLibtorch(string rule) => Compare(Rules.Config(rule) with { ClipValue = 0.05 }, passes: 1);

    [Theory]
    [MemberData(nameof(AllRules))]
    public void ClipsTheAccumulatedGradientFirstByNormThenByValue(string rule) => Compare(Rules.Config(rule) with { ClipNorm = 2, ClipValue = 0.05 }, passes: 4);

    // own: several passes summed, then scaled; libtorch: the mean
    static void Compare(OptimizerConfig config, int passes)
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(5);
        torch.Tensor[] start = Array.ConvertAll(Sizes, n => torch.randn(n) * 0.3), weight = Array.ConvertAll(Sizes, n => torch.rand(n) + 0.2);
        Parameter[] own = Array.ConvertAll(start, s => new Parameter(s.clone())), theirs = Array.ConvertAll(start, s => new Parameter(s.clone()));
        using var optimizer = new Optimizer(own.Select((p, i) => ($"p{i}", p)), [], config);
        using torch.optim.Optimizer reference = Rules.Torch(theirs, config, Rate);
        for (int step = 1; step <= 10; step++)
        {
            optimizer.ZeroGrad();
            reference.zero_grad();
            for (int pass = 0; pass < passes; pass++)
                Loss(own, pass).backward();
            for (int pass = 0; pass < passes; pass++)
                (Loss(theirs, pass) / passes).backward();
            double norm = Math.Sqrt(theirs.Sum(p => p.grad!.pow(2).sum().item<float>()));
            if (config.ClipNorm > 0)
                torch.nn.utils.clip_grad_norm_(theirs, config.ClipNorm);
            if (config.ClipValue > 0)
                torch.nn.utils.clip_grad_value_(theirs, config.ClipValue);
            Assert.Equal(norm, optimizer.Step(Rate, 1.0 / passes), 1e-4 * norm);
            reference.step();
            if (step == 1 && config.ClipNorm > 0)
                Assert.True(norm > 2 * config.ClipNorm);
        }
        Assert.Equal(10, optimizer.StepCount);
        for (int i = 0; i < own.Length; i++)
        {
            Assert.True((own[i] - start[i]).abs().max().item<float>() > 5e-3);
            Assert.InRange((own[i] - theirs[i]).abs().max().item<float>(), 0, 1e-6f);
        }

        torch.Tensor Loss(Parameter[] parameters, int pass)
        {
            torch.Tensor sum = torch.zeros(1);
            for (int i = 0; i < parameters.Length; i++)
                sum += (weight[i] * (parameters[i] - 0.7 - 0.1 * pass).pow(2)).sum();
            return sum;
        }
    }

    [Fact]
    public void AParameterWithoutGradientStaysWhereItIs()
    {
        using var scope = torch.NewDisposeScope();
        var (used, unused) = (new Parameter(torch.ones(5)), new Parameter(torch.ones(5)));
        using var optimizer = new Optimizer([("used", used), ("unused", unused)], [], new OptimizerConfig { WeightDecay = 0.5 });
        used.sum().backward();
        Assert.Equal(Math.Sqrt(5), optimizer.Step(0.1), 1e-12);
        Assert.Equal([1, 1, 1, 1, 1], unused.data<float>().ToArray());
        Assert.True(used.data<float>()[0] < 0.95f);
    }

    [Fact]
    public void ATransposedGradientIsReadInTheOrderOfItsParameter()
    {
        using var scope = torch.NewDisposeScope();
        var own = new Parameter(torch.zeros(2, 3));
        using var optimizer = new Optimizer([("own", own)], [], new OptimizerConfig { Kind = OptimizerKind.Sgd, Momentum = 0 });
        own.grad = torch.arange(6, dtype: torch.float32).reshape(3, 2).t(); // [2, 3], not contiguous
        optimizer.Step(1);
        Assert.Equal([0, -2, -4, -1, -3, -5], own.data<float>().ToArray());
    }

    [Fact]
    public void NormsOfHugeAndTinyGradientsAreRight()
    {
        using var scope = torch.NewDisposeScope();
        var own = new Parameter(torch.zeros(100));
        using var optimizer = new Optimizer([("own", own)], [], new OptimizerConfig());
        own.grad = torch.full(100, 1e30f);   // its square is no float
        Assert.Equal(1e31, optimizer.GradientNorm(), 1e25);
        Assert.Null(optimizer.FirstNonFinite());
        own.grad = torch.full(100, 1e-30f);
        Assert.Equal(1e-29, optimizer.GradientNorm(), 1e-35);
    }
}
