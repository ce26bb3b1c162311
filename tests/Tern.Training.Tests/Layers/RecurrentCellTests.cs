using Tern.Cells;
using Tern.Model;
using Tern.Training.Layers;
using Tern.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Tests.Layers;

/// <summary>Cells with a recurrent matrix against libtorch's modules, and their initial values and errors.</summary>
[Collection(nameof(Torch))]
public sealed class RecurrentCellTests
{
    static RecurrentCellTests() => TorchRuntime.Load();

    [Theory, InlineData(false), InlineData(true)]
    public void Lstm_and_gru_are_libtorchs(bool bidirectional)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        Tensor x = randn(7, 3, 5);
        int directions = bidirectional ? 2 : 1;
        var lstm = nn.LSTM(5, 9, 2, bidirectional: bidirectional);
        var own = Stack("lstm", bidirectional);
        Copy(lstm, own, (ih, hh, biasIh, biasHh) => (ih, hh, (biasIh + biasHh).view(4, 9)));
        var (expected, h, c) = lstm.forward(x);
        var (output, state) = own.forward(x);
        AssertClose(expected, output);
        AssertClose(cat([h, c], -1), state);

        // libtorch's gates are r, z, n; ours n, r, z, with the recurrent bias of n apart.
        var gru = nn.GRU(5, 9, 2, bidirectional: bidirectional);
        own = Stack("gru", bidirectional);
        Copy(gru, own, (ih, hh, biasIh, biasHh) =>
        {
            Tensor i = biasIh.view(3, 9), r = biasHh.view(3, 9);
            return (cat([ih.narrow(0, 18, 9), ih.narrow(0, 0, 18)]), hh, stack([i[2], i[0] + r[0], i[1] + r[1], r[2]]));
        });
        (expected, h) = gru.forward(x);
        (output, state) = own.forward(x);
        AssertClose(expected, output);
        AssertClose(h, state);
        Assert.Equal(2 * directions, state.size(0));
    }

    /// <summary>A matrix is a module of its own, with one parameter.</summary>
    static string Plain(string name) => name.Replace(".trained", "", StringComparison.Ordinal);

    static RecurrentStack Stack(string cell, bool bidirectional) =>
        new(new StackConfig { Cell = CellCatalogue.Resolve(cell), Input = 5, Hidden = 9, Layers = 2, Bidirectional = bidirectional });

    static void Copy(nn.Module from, RecurrentStack to, Func<Tensor, Tensor, Tensor, Tensor, (Tensor Weight, Tensor Recurrent, Tensor Vectors)> order)
    {
        using var _ = no_grad();
        var theirs = from.named_parameters().ToDictionary(p => Plain(p.name), p => (Tensor)p.parameter);
        for (int layer = 0; layer < to.Layers.Count; layer++)
        {
            var ours = to.Layers[layer].named_parameters().ToDictionary(p => Plain(p.name), p => (Tensor)p.parameter);
            foreach (string direction in to.Config.Bidirectional ? ["forward", "backward"] : new[] { "forward" })
            {
                string suffix = $"_l{layer}{(direction == "backward" ? "_reverse" : "")}";
                var (weight, recurrent, vectors) = order(theirs[$"weight_ih{suffix}"], theirs[$"weight_hh{suffix}"], theirs[$"bias_ih{suffix}"], theirs[$"bias_hh{suffix}"]);
                ours[$"{direction}_weight"].copy_(weight);
                ours[$"{direction}_recurrent"].copy_(recurrent);
                ours[$"{direction}_vectors"].copy_(vectors);
            }
        }
    }

    [Theory, InlineData("fastgrnn"), InlineData("lstm"), InlineData("gru")]
    public void A_matrix_of_low_rank_is_the_product_of_its_factors(string cell)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var config = new StackConfig { Cell = CellCatalogue.Resolve(cell), Input = 4, Hidden = 8, Layers = 1, RecurrentRank = 3 };
        RecurrentStack low = new(config), full = new(config with { RecurrentRank = null });
        using (no_grad())
        {
            var parts = low.Layers[0].named_parameters().ToDictionary(p => Plain(p.name), p => (Tensor)p.parameter);
            foreach (var (name, parameter) in full.Layers[0].named_parameters())
                parameter.copy_(Plain(name) == "forward_recurrent" ? parts[Plain(name)].mm(parts["forward_recurrent_projection"]) : parts[Plain(name)]);
        }
        Tensor x = randn(5, 2, 4);
        AssertClose(full.forward(x).Output, low.forward(x).Output);
        Assert.Equal(3, ((RecurrentSpec)low.ToSpecs("encoder", "features")[0]).RecurrentRank);
    }

    [Fact]
    public void Numbers_and_the_forget_bias_start_where_the_configuration_says()
    {
        using var scope = NewDisposeScope();
        var fast = Named(new StackConfig { Cell = CellCatalogue.Resolve("fastgrnn"), Input = 2, Hidden = 4, Layers = 1 });
        Assert.Equal(1, fast["encoder.0.forward.zeta"].Values[0], 1e-5f);      // the authors' arguments of the sigmoid
        Assert.Equal(-4, fast["encoder.0.forward.nu"].Values[0], 1e-4f);
        var rates = Named(new StackConfig { Cell = CellCatalogue.Resolve("fastrnn"), Input = 2, Hidden = 4, Layers = 1 });
        Assert.Equal((-3f, 3f), (MathF.Round(rates["encoder.0.forward.alpha"].Values[0], 4), MathF.Round(rates["encoder.0.forward.beta"].Values[0], 4)));
        var residual = Named(new StackConfig
        {
            Cell = CellCatalogue.Resolve("fastrnn", new Dictionary<string, string> { ["rates"] = "fixed" }), Input = 2, Hidden = 4, Layers = 1, Alpha = 1, Beta = 1,
        });
        Assert.Equal((1f, 1f), (residual["encoder.0.forward.alpha"].Values[0], residual["encoder.0.forward.beta"].Values[0]));
        var lstm = new StackConfig { Cell = CellCatalogue.Resolve("lstm"), Input = 2, Hidden = 4, Layers = 1 };
        Assert.All(Named(lstm)["encoder.0.forward.b_f"].Values, value => Assert.Equal(1, value));
        Assert.All(Named(lstm with { ForgetBias = null })["encoder.0.forward.b_f"].Values, value => Assert.InRange(value, -0.5, 0.5));
    }

    [Fact]
    public void An_lstm_with_a_recurrent_projection_is_that_of_Sak_et_al()
    {
        // r = P (o tanh c) is what the gates read and what the layer gives (eq. 1-6 there, without peepholes).
        using var scope = NewDisposeScope();
        manual_seed(4);
        var stack = new RecurrentStack(new StackConfig { Cell = CellCatalogue.Resolve("lstm"), Input = 5, Hidden = 9, Layers = 1, RecurrentProjection = 4 });
        var parts = stack.Layers[0].named_parameters().ToDictionary(p => Plain(p.name), p => (Tensor)p.parameter);
        Tensor x = randn(6, 3, 5), r = zeros(3, 4), c = zeros(3, 9), m = zeros(3, 9);
        var outputs = new Tensor[6];
        for (int t = 0; t < 6; t++)
        {
            Tensor[] gates = (x[t].matmul(parts["forward_weight"].t()) + r.matmul(parts["forward_recurrent"].t()) + parts["forward_vectors"].flatten()).split(9, -1);
            c = gates[1].sigmoid() * c + gates[0].sigmoid() * gates[2].tanh();
            m = gates[3].sigmoid() * c.tanh();
            outputs[t] = r = m.matmul(parts["forward_recurrent_projection"].t());
        }
        var (output, state) = stack.forward(x);
        AssertClose(torch.stack(outputs), output);
        AssertClose(cat([m, c], -1).unsqueeze(0), state);
        Assert.Equal(4, ((RecurrentSpec)stack.ToSpecs("encoder", "features")[0]).Width);
    }

    [Theory]
    [InlineData("lstm", 9, null, "RecurrentProjection is 9")]
    [InlineData("lstm", 0, null, "RecurrentProjection is 0")]
    [InlineData("sru", 4, null, "has no recurrent matrix")]
    [InlineData("gru", 4, 3, "use one of the two")]
    public void A_recurrent_projection_that_does_not_fit_is_refused(string cell, int projection, int? rank, string message)
    {
        var config = new StackConfig { Cell = CellCatalogue.Resolve(cell), Input = 2, Hidden = 9, RecurrentProjection = projection, RecurrentRank = rank };
        Assert.Contains(message, Assert.Throws<TernException>(() => new RecurrentStack(config)).Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("no"), InlineData("yes")]
    public void An_lstm_s_highway_lets_its_input_or_its_state_through(string stateNorm)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var options = new Dictionary<string, string> { ["state_norm"] = stateNorm };
        var config = new StackConfig { Cell = CellCatalogue.Resolve("lstm", options), Input = 6, Hidden = 6, Layers = 1, HighwayBias = -40 };
        var plain = new RecurrentStack(config);
        options["highway"] = "yes";
        var highway = new RecurrentStack(config with { Cell = CellCatalogue.Resolve("lstm", options) });
        Tensor x = randn(5, 2, 6);
        AssertClose(x, highway.forward(x).Output);                      // r = 0
        using (no_grad())
        {
            var parts = highway.Layers[0].named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
            foreach (var (name, parameter) in plain.Layers[0].named_parameters())
                parts[name].narrow(0, 0, parameter.size(0)).copy_(parameter);   // r is the last block and vector
            parts["forward_vectors"][^1].fill_(40);
        }
        AssertClose(plain.forward(x).Output, highway.forward(x).Output);   // r = 1
        Assert.True(((RecurrentSpec)new RecurrentStack(highway.Config with { Input = 4 }).ToSpecs("encoder", "features")[0]).HasProjectedHighway);
    }

    static Dictionary<string, TensorData> Named(StackConfig config) =>
        new RecurrentStack(config).NamedTensors("encoder").ToDictionary(t => t.Name, t => t.Value.ToData());

    [Theory]
    [InlineData("sru", 4, "none", 0.1, "has no recurrent matrix")]
    [InlineData("lstm", 0, "none", 0.1, "RecurrentRank is 0")]
    [InlineData("sru", null, "recurrent", 0.1, "LayerNorm is Recurrent")]
    [InlineData("fastrnn", null, "none", 1.5, "Alpha is 1.5")]
    [InlineData("fastrnn", null, "none", double.NaN, "Alpha is NaN")]
    public void What_does_not_fit_is_refused(string cell, int? rank, string norm, double alpha, string message)
    {
        var config = new StackConfig
        {
            Cell = CellCatalogue.Resolve(cell), Input = 2, RecurrentRank = rank, Alpha = alpha, LayerNorm = norm == "none" ? LayerNormPlace.None : LayerNormPlace.Recurrent,
        };
        Assert.Contains(message, Assert.Throws<TernException>(() => new RecurrentStack(config)).Message, StringComparison.Ordinal);
    }

    static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True((expected - actual).abs().max().item<float>() < 1e-5);
    }
}
