using Tern.Cells;
using Tern.Model;
using Tern.Training.Layers;
using Tern.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Tests.Layers;

/// <summary>What holds for stacks of every cell of the catalogue.</summary>
[Collection(nameof(Torch))]
public sealed class StackContractTests
{
    static StackContractTests() => TorchRuntime.Load();

    public static TheoryData<string> Variants => [.. CellCatalogue.Variants.Select(v => v.ToString())];

    static CellVariant Variant(string name) => CellCatalogue.Variants.Single(v => v.ToString() == name);

    /// <summary>Shapes of stacks: with and without directions, projection, highway projection and layer norm.</summary>
    static IEnumerable<StackConfig> Configs(CellVariant cell)
    {
        var plain = new StackConfig { Cell = cell, Input = 5, Hidden = 17, Layers = 2, HighwayBias = -1 };
        yield return plain;
        yield return plain with { Bidirectional = true, Input = 34 };
        yield return plain with { Bidirectional = true, Projection = 3 };
        yield return plain with { Input = 17, ProjectHighway = true, LayerNorm = LayerNormPlace.Before };
        yield return plain with { Input = 17, LayerNorm = LayerNormPlace.After };
        yield return plain with { Hidden = 1, Input = 1 };
    }

    [Theory, MemberData(nameof(Variants))]
    public void Session_equals_training_forward(string name)
    {
        foreach (var config in Configs(Variant(name)))
        {
            using var scope = NewDisposeScope();
            manual_seed(3);
            const int time = 9, batch = 4;
            int[] lengths = [9, 4, 1, 7];
            var stack = new RecurrentStack(config);
            Tensor x = randn(time, batch, config.Input), c0 = randn(config.Layers * (config.Bidirectional ? 2 : 1), batch, config.Hidden);
            var (expected, expectedState) = stack.forward(x, c0, lengths);
            var runner = new RecurrentRunner(stack.ToSpecs("encoder", ModelSpec.FeaturesInput), stack.NamedTensors("encoder").ToDictionary(t => t.Name, t => t.Value.ToData()));
            float[] state = c0.ToData().Values, output = new float[time * batch * config.Output];
            runner.Run(x.ToData().Values, time, lengths, state, output);
            AssertClose(expected.ToData().Values, output, 1e-5, config);
            AssertClose(expectedState.ToData().Values, state, 1e-5, config);
        }
    }

    [Theory, MemberData(nameof(Variants))]
    public void Padded_batch_equals_one_by_one(string name)
    {
        foreach (var config in Configs(Variant(name)))
        {
            using var scope = NewDisposeScope();
            manual_seed(4);
            int[] lengths = [6, 2, 1];
            var stack = new RecurrentStack(config);
            var x = randn(6, 3, config.Input);
            var (together, states) = stack.forward(x, lengths: lengths);
            for (int b = 0; b < 3; b++)
            {
                var (alone, state) = stack.forward(x.narrow(0, 0, lengths[b]).narrow(1, b, 1));
                AssertClose(alone.ToData().Values, together.narrow(0, 0, lengths[b]).narrow(1, b, 1).ToData().Values, 1e-5, config);
                AssertClose(state.ToData().Values, states.narrow(1, b, 1).ToData().Values, 1e-5, config);
                Assert.Equal(0, together.narrow(0, lengths[b], 6 - lengths[b]).narrow(1, b, 1).abs().sum().item<float>());
            }
        }
    }

    [Fact]
    public void A_second_backward_gives_the_same_gradients()
    {
        using var scope = NewDisposeScope();
        var stack = new RecurrentStack(new StackConfig { Input = 4, Hidden = 4 });
        var x = randn(3, 2, 4).requires_grad_();
        var loss = stack.forward(x).Output.sum();
        loss.backward(retain_graph: true);
        var first = x.grad!.clone();
        x.grad = null;
        loss.backward();
        Assert.True(first.equal(x.grad!).all().item<bool>());
    }

    [Fact]
    public void Variational_dropout_is_one_mask_over_time_and_keeps_the_mean()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var options = new Dictionary<string, string> { ["output"] = "forget-only" };
        var stack = new RecurrentStack(new StackConfig { Cell = CellCatalogue.Resolve("sru", options), Input = 6, Hidden = 400, Layers = 2, VariationalDropout = 0.25 });
        stack.train();
        var layer = stack.Layers[0];
        var (output, _) = layer.forward(randn(5, 10, 6));                       // [5, 10, 400]
        var dropped = output == 0;
        Assert.True(dropped.eq(dropped[0]).all().item<bool>(), "a unit is dropped at all steps or at none");
        Assert.InRange(dropped.to(ScalarType.Float32).mean().item<float>(), 0.22, 0.28);
        var (last, _) = stack.Layers[1].forward(output);
        Assert.Equal(0, (last == 0).sum().item<long>());                         // not in the last layer
        stack.eval();
        Assert.Equal(0, (layer.forward(randn(5, 10, 6)).Output == 0).sum().item<long>());
    }

    [Fact]
    public void Sru_is_called_as_libtorchs_lstm()
    {
        using var scope = NewDisposeScope();
        using var sru = new Sru(3, 8, numLayers: 2, batchFirst: true, bidirectional: true);
        var (output, state) = sru.forward(randn(5, 7, 3));
        Assert.Equal([5, 7, 16], output.shape);
        Assert.Equal([4, 5, 8], state.shape);
        var (again, _) = sru.forward(randn(5, 7, 3), state);
        Assert.Equal([5, 7, 16], again.shape);
    }

    [Fact]
    public void An_exception_in_backward_reaches_the_caller()
    {
        BackwardGuard.Run(() => throw new InvalidOperationException("told"), 2);
        Assert.Equal("told", Assert.Throws<InvalidOperationException>(BackwardGuard.ThrowIfFailed).Message);
        BackwardGuard.ThrowIfFailed();
    }

    [Theory]
    [InlineData(0, 3, "Hidden")]
    [InlineData(3, 0, "Layers")]
    public void Sizes_below_one_are_refused(int hidden, int layers, string named) =>
        Assert.Contains(named, Assert.Throws<TernException>(() => new Sru(3, hidden, layers)).Message, StringComparison.Ordinal);

    [Fact]
    public void Inputs_of_wrong_shape_are_refused()
    {
        using var scope = NewDisposeScope();
        using var sru = new Sru(3, 4);
        Assert.Contains("[time, batch, 3]", Assert.Throws<TernException>(() => sru.forward(randn(2, 2, 4))).Message, StringComparison.Ordinal);
        Assert.Contains("[1, 2, 4]", Assert.Throws<TernException>(() => sru.forward(randn(2, 2, 3), zeros(1, 3, 4))).Message, StringComparison.Ordinal);
        Assert.Contains("length 9", Assert.Throws<TernException>(() => sru.forward(randn(2, 2, 3), null, [2, 9])).Message, StringComparison.Ordinal);
    }

    static void AssertClose(float[] expected, float[] actual, double tolerance, StackConfig config)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = Math.Max(0.01, expected.Max(Math.Abs));
        double error = expected.Zip(actual).Max(p => Math.Abs(p.First - p.Second)) / largest;
        Assert.True(error <= tolerance, $"{config}: {error:g3}");
    }
}
