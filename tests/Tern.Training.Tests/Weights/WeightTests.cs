using Tern.Cells;
using Tern.Training.Layers;
using Tern.Training.Native;
using Tern.Training.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Tests.Weights;

public sealed class WeightTests
{
    public WeightTests() => TorchRuntime.Load();

    /// <summary>Straight through: the gradient of a layer with rounded weights is that of a layer which has these weights.</summary>
    [Theory]
    [InlineData("fastgrnn", 8, ScaleSharing.Matrix, 4)]
    [InlineData("gru", 16, ScaleSharing.Row, 0)]
    [InlineData("lstm", 2, ScaleSharing.Block, 0)]
    [InlineData("sru", 8, ScaleSharing.Block, 3)]
    [InlineData("qrnn", 2, ScaleSharing.Row, 0)]
    public void GradientsThroughAQuantizerAreThoseAtTheRoundedWeights(string cell, int bits, ScaleSharing sharing, int rank)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        bool recurrent = CellCatalogue.Spec(CellCatalogue.Resolve(cell)).Recurrent.Length > 0;
        var config = new StackConfig { Cell = CellCatalogue.Resolve(cell), Input = 5, Hidden = 7, Layers = 2, Projection = rank == 0 ? null : rank, RecurrentRank = rank > 0 && recurrent ? rank : null };
        var rounded = new RecurrentStack(config);
        var plain = new RecurrentStack(config);
        foreach (var ((_, weight), (_, same)) in rounded.Weights("").Zip(plain.Weights("")))
        {
            weight.Quantizer = new(bits, sharing);
            using (no_grad()) same.Trained.copy_(weight.Value);
            Assert.False(weight.Value.equal(weight.Trained).all().item<bool>());
        }
        using (no_grad())
            foreach (var ((_, from), (_, to)) in rounded.named_parameters().Zip(plain.named_parameters()))
                if (!rounded.Weights("").Any(weight => ReferenceEquals(weight.Weight.Trained, from)))
                    to.copy_(from);

        Tensor x = randn(6, 3, 5);
        Tensor y = rounded.forward(x).Output, expected = plain.forward(x).Output;
        Assert.Equal(0, (y - expected).abs().max().item<float>());
        Tensor pull = randn_like(y);
        (y * pull).sum().backward();
        (expected * pull).sum().backward();
        foreach (var ((name, from), (_, to)) in rounded.named_parameters().Zip(plain.named_parameters()))
            if (to.grad is { } gradient)
                Assert.True((from.grad! - gradient).abs().max().item<float>() == 0, $"the gradient of {name} differs");
        Assert.Contains(plain.Weights(""), weight => weight.Weight.Trained.grad!.abs().max().item<float>() > 0);
    }

    [Fact]
    public void TransformsAreAppliedInOrderAndGradientsReachTheTrainedValues()
    {
        using var scope = NewDisposeScope();
        var weight = new Weight(new TorchSharp.Modules.Parameter(tensor(new float[,] { { 1, -2 }, { 3, 4 } })), WeightRole.Input, 1) { Transforms = [new Add(1), new Double()] };
        Tensor value = weight.Value;
        Assert.Equal([4f, -2f, 8f, 10f], value.data<float>().ToArray());
        value.sum().backward();
        Assert.Equal([2f, 2f, 2f, 2f], weight.Trained.grad!.data<float>().ToArray());
    }

    /// <summary>A weight is a module, so that a stack in another type takes its matrices along.</summary>
    [Fact]
    public void MatricesFollowTheirStackIntoDoublePrecision()
    {
        using var scope = NewDisposeScope();
        var stack = new RecurrentStack(new StackConfig { Cell = CellCatalogue.Resolve("fastrnn"), Input = 3, Hidden = 4, Layers = 1 });
        Tensor x = randn(5, 2, 3), expected = stack.forward(x).Output;
        stack.to(ScalarType.Float64);
        Assert.All(stack.Weights(""), weight => Assert.Equal(ScalarType.Float64, weight.Weight.Value.dtype));
        Tensor found = stack.forward(x.to(ScalarType.Float64)).Output;
        Assert.Equal(ScalarType.Float64, found.dtype);
        Assert.InRange((found - expected).abs().max().ToDouble(), 0, 1e-5);
    }

    sealed record Add(float What) : IWeightTransform
    {
        public Tensor Apply(Tensor value, Weight weight) => value + What;
    }

    sealed record Double : IWeightTransform
    {
        public Tensor Apply(Tensor value, Weight weight) => value * 2;
    }
}
