using Tern.Cells;
using Tern.Model;
using Tern.Training.Layers;
using Tern.Training.Native;
using Tern.Training.Tests.Layers;
using Tern.Training.Weights;
using Tern.Training.Weights.Orthogonal;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Tests.Weights.Orthogonal;

[Collection(nameof(Torch))]
public sealed class OrthogonalFormTests
{
    static OrthogonalFormTests() => TorchRuntime.Load();

    const double Band = 0.1;

    static OrthogonalForm Make(RecurrentForm form, int units, int reflections = 5) => OrthogonalForm.Of(form, units, reflections, Band)!;

    [Theory]
    [InlineData(RecurrentForm.Householder)]
    [InlineData(RecurrentForm.Spectral)]
    [InlineData(RecurrentForm.Cayley)]
    public void A_block_is_orthogonal_or_its_singular_values_stay_in_the_band_whatever_is_trained(RecurrentForm form)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        foreach (int units in (int[])[1, 2, 5, 16, 33])
            foreach (double scale in (double[])[0.01, 1, 100])
            {
                OrthogonalForm made = Make(form, units);
                Tensor initial = made.Initial(), u = made.Block(randn(made.Rows, units, dtype: ScalarType.Float64) * scale);
                Assert.Equal([made.Rows, units], initial.shape);
                Assert.Equal([units, units], u.shape);
                Assert.InRange(Orthogonality(made.Block(initial.to(ScalarType.Float64))), 0, 1e-10);
                if (form == RecurrentForm.Spectral)
                    Assert.All(linalg.svdvals(u).data<double>().ToArray(), s => Assert.InRange(s, 1 - Band - 1e-10, 1 + Band + 1e-10));
                else
                    Assert.InRange(Orthogonality(u), 0, 1e-10);
            }
    }

    /// <summary>Largest entry of U^T U - I.</summary>
    static double Orthogonality(Tensor u) => (u.t().matmul(u) - eye(u.size(0), dtype: u.dtype)).abs().max().item<double>();

    [Fact]
    public void The_singular_values_reach_both_ends_of_the_band()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        OrthogonalForm form = Make(RecurrentForm.Spectral, 4, reflections: 3);
        Tensor a = tensor(new double[] { 50, -50, 0, 50 }).view(1, 4), u = form.Block(cat([randn(6, 4, dtype: ScalarType.Float64), a]));
        Assert.Equal([1.1, 1.1, 1, 0.9], linalg.svdvals(u).data<double>().ToArray().Select(s => Math.Round(s, 9)));
    }

    [Theory, InlineData(1, 1), InlineData(6, 1), InlineData(6, 4), InlineData(5, 5)]
    public void Householder_is_the_product_of_its_reflections(int units, int reflections)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        Tensor trained = randn(reflections, units, dtype: ScalarType.Float64), one = eye(units, dtype: ScalarType.Float64), expected = one;
        for (int i = 0; i < reflections; i++)
        {
            Tensor v = trained[i].clone();
            v.narrow(0, 0, i).zero_();
            expected = expected.matmul(one - 2 * v.outer(v) / v.dot(v));
        }
        Assert.True((expected - Make(RecurrentForm.Householder, units, reflections).Block(trained)).abs().max().item<double>() < 1e-12);
    }

    [Theory, InlineData(2), InlineData(5), InlineData(6)]
    public void The_cayley_transform_of_0_is_its_diagonal_and_of_pairs_their_turns(int units)
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        OrthogonalForm form = Make(RecurrentForm.Cayley, units);
        float[] diagonal = [.. Enumerable.Range(0, units).Select(i => i < units / 2 ? -1f : 1)];
        Assert.Equal(0, (form.Block(zeros(form.Rows, units)) - diag(tensor(diagonal))).abs().max().item<float>());
        // A pair's turn by t, 0 to pi / 2: its cosine stands on the diagonal, but for D.
        Assert.All((form.Block(form.Initial()) * tensor(diagonal)).diagonal().data<float>().ToArray(), cosine => Assert.InRange(cosine, -1e-6, 1 + 1e-6));
    }

    [Theory]
    [InlineData(RecurrentForm.Householder, 6, 4)]
    [InlineData(RecurrentForm.Householder, 5, 5)]
    [InlineData(RecurrentForm.Spectral, 5, 3)]
    [InlineData(RecurrentForm.Cayley, 5, 1)]
    [InlineData(RecurrentForm.Cayley, 6, 1)]
    public void Gradients_are_differences(RecurrentForm form, int units, int reflections)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        OrthogonalForm made = Make(form, units, reflections);
        const int blocks = 2;
        Weight weight = made.Weight(blocks);
        Assert.Equal([blocks * made.Rows, units], weight.Trained.shape);
        Tensor trained = weight.Trained.detach().to(ScalarType.Float64), factor = randn(blocks * units, units, dtype: ScalarType.Float64);
        trained = (trained + 0.1 * randn_like(trained)).requires_grad_();
        (made.Apply(trained, weight) * factor).sum().backward();
        double[] gradients = trained.grad!.flatten().data<double>().ToArray();
        using var none = no_grad();
        for (int i = 0; i < gradients.Length; i++)
        {
            double At(double step)
            {
                Tensor moved = trained.detach().clone();
                moved.view(-1)[i].add_(step);
                return (made.Apply(moved, weight) * factor).sum().item<double>();
            }
            Assert.Equal((At(1e-6) - At(-1e-6)) / 2e-6, gradients[i], 1e-7);
        }
    }

    [Theory]
    [InlineData("rnn", RecurrentForm.Householder)]
    [InlineData("lstm", RecurrentForm.Spectral)]
    [InlineData("gru", RecurrentForm.Cayley)]
    public void A_layer_of_this_form_is_the_plain_layer_of_its_matrix(string cell, RecurrentForm form)
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var config = new StackConfig { Cell = CellCatalogue.Resolve(cell), Input = 3, Hidden = 7, Layers = 2, Bidirectional = true, RecurrentForm = form, Reflections = 4 };
        RecurrentStack stack = new(config), plain = new(config with { RecurrentForm = RecurrentForm.Free });
        Tensor x = randn(5, 2, 3), factor = randn(5, 2, 14);
        using (no_grad())
        {
            var dense = stack.Weights("").ToDictionary(w => w.Name, w => w.Weight.Dense);
            foreach (var ((name, to), (_, from)) in plain.NamedTensors("").Zip(stack.NamedTensors("")))
                to.copy_(dense.GetValueOrDefault(name, from));
        }
        var expected = plain.forward(x).Output;
        Assert.True((expected - stack.forward(x).Output).abs().max().item<float>() < 1e-6);

        List<Tensor> Gradients(bool tensorForm)
        {
            stack.UseTensorForm = tensorForm;
            foreach (var p in stack.parameters()) p.grad = null;
            (stack.forward(x).Output * factor).sum().backward();
            BackwardGuard.ThrowIfFailed();
            return [.. stack.parameters().Select(p => p.grad!.clone())];
        }
        Assert.True(LayerCase.Difference(Gradients(tensorForm: false), Gradients(tensorForm: true)) < 1e-4);

        // A session of the matrices alone.
        var tensors = stack.NamedTensors("encoder").ToDictionary(t => t.Name, t => t.Value.ToData());
        foreach (var (name, weight) in stack.Weights("encoder"))
            tensors[name] = WeightPacker.Pack(weight).Dense;
        var runner = new RecurrentRunner(stack.ToSpecs("encoder", ModelSpec.FeaturesInput), tensors);
        float[] output = new float[5 * 2 * 14], state = new float[runner.Network.CreateState(2).Values.Length];
        runner.Run(x.ToData().Values, 5, [5, 5], state, output);
        Assert.All(expected.ToData().Values.Zip(output), p => Assert.Equal(p.First, p.Second, 1e-5f));
    }

    [Theory]
    [InlineData("sru", null, null, 16, 0.1, "has no recurrent matrix")]
    [InlineData("rnn", 2, null, 16, 0.1, "is of rank 2")]
    [InlineData("rnn", null, 3, 16, 0.1, "is of rank 3")]
    [InlineData("rnn", null, null, 0, 0.1, "Reflections is 0")]
    [InlineData("rnn", null, null, 16, 1.0, "SpectralBand is 1")]
    [InlineData("rnn", null, null, 16, double.NaN, "SpectralBand is NaN")]
    public void What_does_not_fit_is_refused(string cell, int? rank, int? projection, int reflections, double band, string message)
    {
        var config = new StackConfig
        {
            Cell = CellCatalogue.Resolve(cell), Input = 2, Hidden = 8, RecurrentForm = RecurrentForm.Spectral, RecurrentRank = rank, RecurrentProjection = projection, Reflections = reflections, SpectralBand = band,
        };
        Assert.Contains(message, Assert.Throws<TernException>(() => new RecurrentStack(config)).Message, StringComparison.Ordinal);
    }
}
