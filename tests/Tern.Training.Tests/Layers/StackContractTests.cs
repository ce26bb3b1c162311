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

    /// <summary>Shapes of stacks: with and without directions, projection, highway projection, layer norm and windows.</summary>
    static IEnumerable<StackConfig> Configs(CellVariant cell)
    {
        var plain = new StackConfig { Cell = cell, Input = 5, Hidden = 17, Layers = 2, HighwayBias = -1 };
        yield return plain;
        yield return plain with { Bidirectional = true, Input = 34 };
        yield return plain with { Bidirectional = true, Projection = 3 };
        yield return plain with { Input = 17, ProjectHighway = true, LayerNorm = LayerNormPlace.Before };
        yield return plain with { Input = 17, LayerNorm = LayerNormPlace.After };
        yield return plain with { Hidden = 1, Input = 1 };
        yield return plain with { Bidirectional = true, Input = 34, LayerNorm = LayerNormPlace.Products };
        yield return plain with { Projection = 3, ProjectHighway = true, LayerNorm = LayerNormPlace.Products };
        yield return plain with { Window = 2 };
        yield return plain with { Window = 3, Projection = 4, LayerNorm = LayerNormPlace.Products };
        if (CellCatalogue.Spec(cell).Recurrent.Length == 0) yield break;
        yield return plain with { Projection = 3, RecurrentRank = 4 };
        yield return plain with { Bidirectional = true, RecurrentRank = 5, LayerNorm = LayerNormPlace.Products };
        yield return plain with { RecurrentProjection = 4 };
        yield return plain with { Bidirectional = true, RecurrentProjection = 5, LayerNorm = LayerNormPlace.After };
        // With normalised products FastGRNN is chaotic where its gate is not a sigmoid.
        if (RecurrentSpec.NormalisesRecurrent(CellCatalogue.Spec(cell)) && cell.Cell != "fastgrnn") yield return plain with { Bidirectional = true, LayerNorm = LayerNormPlace.Recurrent };
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
            Tensor x = randn(time, batch, config.Input), c0 = randn(config.Layers * (config.Bidirectional ? 2 : 1), batch, StateRow(config));
            var (expected, expectedState) = stack.forward(x, c0, lengths);
            var runner = new RecurrentRunner(stack.ToSpecs("encoder", ModelSpec.FeaturesInput), stack.NamedTensors("encoder").ToDictionary(t => t.Name, t => t.Value.ToData()));
            float[] state = SessionState(config, c0), output = new float[time * batch * config.Output];
            runner.Run(x.ToData().Values, time, lengths, state, output);
            AssertClose(expected.ToData().Values, output, 1e-5, config);
            AssertClose(expectedState.ToData().Values, StackState(config, state, batch), 1e-5, config);
        }
    }

    [Theory, MemberData(nameof(Variants))]
    public void Session_step_by_step_equals_training_forward(string name)
    {
        foreach (var config in Configs(Variant(name)).Where(c => !c.Bidirectional))
        {
            using var scope = NewDisposeScope();
            manual_seed(6);
            const int time = 6;
            var stack = new RecurrentStack(config);
            var x = randn(time, 1, config.Input);
            float[] expected = stack.forward(x).Output.ToData().Values, input = x.ToData().Values, row = new float[config.Output];
            var runner = new RecurrentRunner(stack.ToSpecs("encoder", ModelSpec.FeaturesInput), stack.NamedTensors("encoder").ToDictionary(t => t.Name, t => t.Value.ToData()));
            var session = runner.Network.CreateSession();
            for (int t = 0; t < time; t++)
            {
                session.Step(input.AsSpan(t * config.Input, config.Input), row);
                AssertClose(expected[(t * config.Output)..((t + 1) * config.Output)], row, 1e-5, config);
            }
        }
    }

    [Theory, MemberData(nameof(Variants))]
    public void Fused_stack_equals_its_tensor_form_in_values_and_gradients(string name)
    {
        foreach (var config in Configs(Variant(name)))
        {
            using var scope = NewDisposeScope();
            manual_seed(7);
            int[] lengths = [5, 1, 3];
            var stack = new RecurrentStack(config);
            Tensor x = randn(5, 3, config.Input).requires_grad_(), factor = randn(5, 3, config.Output);
            List<Tensor> Results(bool tensorForm)
            {
                stack.UseTensorForm = tensorForm;
                foreach (var p in stack.parameters().Append(x)) p.grad = null;
                var (output, state) = stack.forward(x, lengths: lengths);
                ((output * factor).sum() + state.square().sum()).backward();
                BackwardGuard.ThrowIfFailed();
                return [output, state, .. stack.parameters().Append(x).Select(p => p.grad!.clone())];
            }
            double error = LayerCase.Difference(Results(tensorForm: false), Results(tensorForm: true));
            Assert.True(error < 3e-5, $"{config}: {error:g3}");   // the tensor form runs in single precision here
        }
    }

    [Theory]
    [InlineData("qrnn", 2, 2)]
    [InlineData("qrnn", 3, 1)]
    [InlineData("minlstm", 9, 1)]
    public void A_window_sees_the_steps_before_it_and_nothing_else(string cell, int window, int time)
    {
        // A layer over the window is a layer without one over inputs that lie side by side by hand.
        using var scope = NewDisposeScope();
        manual_seed(8);
        var config = new StackConfig { Cell = CellCatalogue.Resolve(cell), Input = 3, Hidden = 5, Layers = 1, Window = window };
        var stack = new RecurrentStack(config);
        var plain = new RecurrentStack(config with { Input = 3 * window, Window = 1 });
        using (no_grad())
        {
            foreach (var (to, from) in plain.parameters().Zip(stack.parameters())) to.copy_(from);
        }
        float[] x = randn(time, 1, 3).ToData().Values;
        var wide = new float[time * 3 * window];
        for (int t = 0; t < time; t++)
            for (int k = 0; k < window && k <= t; k++) x.AsSpan((t - k) * 3, 3).CopyTo(wide.AsSpan((t * window + k) * 3));
        AssertClose(plain.forward(tensor(wide, [time, 1, 3 * window])).Output.ToData().Values, stack.forward(tensor(x, [time, 1, 3])).Output.ToData().Values, 1e-6, config);
    }

    [Theory, InlineData("qrnn"), InlineData("indrnn"), InlineData("rnn"), InlineData("fastrnn"), InlineData("fastgrnn"), InlineData("ugrnn"), InlineData("gru")]
    public void Zoneout_keeps_states_at_random_in_training_and_takes_the_mean_else(string cell)
    {
        using var scope = NewDisposeScope();
        manual_seed(9);
        var variant = CellCatalogue.Resolve(cell, new Dictionary<string, string> { ["zoneout"] = "yes" });
        var layer = new RecurrentStack(new StackConfig { Cell = variant, Input = 4, Hidden = 500, Layers = 1, Zoneout = 0.25 }).Layers[0];
        Tensor x = randn(1, 6, 4), c0 = randn(1, 6, 500);
        layer.train();
        var kept = layer.forward(x, c0).State == c0;
        Assert.InRange(kept.to(ScalarType.Float32).mean().item<float>(), 0.2, 0.3);
        layer.eval();
        var expected = c0 + 0.75 * (layer.forward(x, c0, null, null, ones(1, 6, 500)).State - c0);   // the states are linear in the share that is taken
        Assert.True((layer.forward(x, c0).State - expected).abs().max().item<float>() < 1e-5);
    }

    [Theory]
    [InlineData(2, true, 0, "Bidirectional")]
    [InlineData(0, false, 0, "Window")]
    [InlineData(1, false, 0.5, "zoneout")]
    public void Windows_and_zoneout_that_do_not_fit_are_refused(int window, bool bidirectional, double zoneout, string named) =>
        Assert.Contains(named, Assert.Throws<TernException>(() => new RecurrentStack(new StackConfig { Input = 2, Window = window, Bidirectional = bidirectional, Zoneout = zoneout })).Message, StringComparison.Ordinal);

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

    /// <summary>States [layers x directions, batch, hidden] as a session has them: before each layer the rows of its window, here 0.</summary>
    static float[] SessionState(StackConfig config, Tensor states)
    {
        float[] values = states.ToData().Values;
        int layer = values.Length / config.Layers, batch = (int)states.size(1);
        return [.. Enumerable.Range(0, config.Layers).SelectMany(i => new float[WindowFloats(config, i, batch)].Concat(values[(i * layer)..((i + 1) * layer)]))];
    }

    /// <summary>The reverse.</summary>
    static float[] StackState(StackConfig config, float[] session, int batch)
    {
        int layer = batch * (config.Bidirectional ? 2 : 1) * StateRow(config), at = 0;
        List<float> states = [];
        for (int i = 0; i < config.Layers; i++)
        {
            at += WindowFloats(config, i, batch);
            states.AddRange(session.AsSpan(at, layer));
            at += layer;
        }
        Assert.Equal(session.Length, at);
        return [.. states];
    }

    static int StateRow(StackConfig config) => CellCatalogue.Spec(config.Cell).State.Length * config.Hidden;

    static int WindowFloats(StackConfig config, int layer, int batch) => batch * (config.Window - 1) * (layer == 0 ? config.Input : config.Output);

    static void AssertClose(float[] expected, float[] actual, double tolerance, StackConfig config)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = Math.Max(0.05, expected.Max(Math.Abs));   // sigmoid and tanh are exact to 2e-7 absolute
        double error = expected.Zip(actual).Max(p => Math.Abs(p.First - p.Second)) / largest;
        Assert.True(error <= tolerance, $"{config}: {error:g3}");
    }
}
