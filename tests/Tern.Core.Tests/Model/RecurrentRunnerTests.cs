using Tern.Cells;
using Tern.Core.Tests.Kernels;
using Tern.Model;
using Xunit;

namespace Tern.Core.Tests.Model;

[Collection(SimdCollection.Name)]
public sealed class RecurrentRunnerTests
{
    static readonly int[] Lengths = [7, 1, 4];
    const int Time = 7;

    public static TheoryData<string> Cells { get; } = [.. CellCatalogue.Variants.Select(variant => variant.ToString())];

    [Theory]
    [MemberData(nameof(Cells))]
    public void Every_cell_equals_the_reference(string cell)
    {
        CellVariant variant = CellCatalogue.Variants.Single(v => v.ToString() == cell);
        foreach (int hidden in (int[])[1, 3, 17, 33])
            Compare([Layer(0, variant, 5, hidden), Layer(1, variant, hidden, hidden)]);
        if (CellCatalogue.Spec(variant).Recurrent.Length == 0)
            return;
        Compare([Layer(0, variant, 5, 17) with { RecurrentRank = 3 }, Layer(1, variant, 17, 17) with { RecurrentRank = 1 }]);
        RecurrentSpec projected = Layer(0, variant, 34, 17) with { RecurrentProjection = 5, Bidirectional = true };
        Compare([projected, projected with { Name = "encoder.1", Input = projected.Width, LayerNorm = LayerNormPlace.After }]);
    }

    [Theory]
    [InlineData(LayerNormPlace.None)]
    [InlineData(LayerNormPlace.Before)]
    [InlineData(LayerNormPlace.After)]
    [InlineData(LayerNormPlace.Products)]
    [InlineData(LayerNormPlace.Recurrent)]
    public void Every_option_of_a_layer_equals_the_reference(LayerNormPlace norm)
    {
        foreach (string cell in CellCatalogue.Names.Where(name => norm != LayerNormPlace.Recurrent || CellCatalogue.Spec(CellCatalogue.Resolve(name)).Recurrent.Length > 0))
            foreach (bool bidirectional in (bool[])[false, true])
                foreach (int? projection in (int?[])[null, 2])
                    foreach (bool projectHighway in (bool[])[false, true])
                    {
                        RecurrentSpec first = Layer(0, CellCatalogue.Resolve(cell), 3, 9) with
                        {
                            Bidirectional = bidirectional, Projection = projection, ProjectHighway = projectHighway, LayerNorm = norm,
                        };
                        Compare([first, first with { Name = "encoder.1", Input = first.Width }]);
                    }
    }

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void Every_vector_width_equals_the_reference(int bits)
    {
        using SimdWidth width = new(bits);
        foreach (string cell in (string[])["sru", "gru", "lstm"])
            Compare([Layer(0, CellCatalogue.Resolve(cell), 5, 37) with { Bidirectional = true }]);
    }

    [Fact]
    public void A_state_of_a_wrong_size_is_an_error()
    {
        RecurrentSpec layer = Layer(0, CellCatalogue.Resolve("sru"), 2, 3);
        RecurrentRunner runner = new([layer], Tensors([layer]));
        Assert.Contains("Run got 5 numbers of state; expected 3.", Assert.Throws<TernException>(() => runner.Run(new float[2], 1, [1], new float[5], new float[3])).Message);
        Assert.Contains("Run got 1 numbers; expected 2.", Assert.Throws<TernException>(() => runner.Run(new float[1], 1, [1], new float[3], new float[3])).Message);
        Assert.Contains("Run got a sequence of 2 steps", Assert.Throws<TernException>(() => runner.Run(new float[2], 1, [2], new float[3], new float[3])).Message);
    }

    static RecurrentSpec Layer(int index, CellVariant cell, int input, int hidden) =>
        new() { Name = $"encoder.{index}", Inputs = [], Cell = cell, Input = input, Hidden = hidden };

    /// <summary>Random tensors; recurrent matrices small, so that no cell is chaotic.</summary>
    static Dictionary<string, TensorData> Tensors(RecurrentSpec[] layers) =>
        SmallModel.Tensors(new() { Task = "", Output = "", Modules = layers }).ToDictionary(t => t.Key, t =>
            t.Key.Contains(".recurrent", StringComparison.Ordinal) && t.Value.Shape.Length == 2 ? new TensorData(t.Value.Shape, [.. t.Value.Values.Select(v => 0.3f * v)]) : t.Value);

    static void Compare(RecurrentSpec[] layers)
    {
        var tensors = Tensors(layers);
        Random random = new(3);
        int batch = Lengths.Length, input = layers[0].Input, width = layers[^1].Width, states = CellCatalogue.Spec(layers[0].Cell).State.Length * layers[0].Hidden, directions = layers[0].Directions;
        float[] x = Random(random, Time * batch * input), state = Random(random, layers.Length * directions * batch * states);
        float[] output = Random(random, Time * batch * width), final = [.. state];
        new RecurrentRunner(layers, tensors).Run(x, Time, Lengths, final, output);

        for (int row = 0; row < batch; row++)
        {
            double[][] h = [.. Enumerable.Range(0, Lengths[row]).Select(t => Row(x, t * batch + row, input))];
            for (int layer = 0; layer < layers.Length; layer++)
            {
                double[][] own = [.. Enumerable.Range(0, directions).Select(d => Row(state, (layer * directions + d) * batch + row, states))];
                h = new ReferenceLayer(layers[layer], tensors).Run(h, own);
                for (int d = 0; d < directions; d++)
                    Near(own[d], Row(final, (layer * directions + d) * batch + row, states));
            }
            for (int t = 0; t < Time; t++)
                Near(t < Lengths[row] ? h[t] : new double[width], Row(output, t * batch + row, width));
        }
    }

    static double[] Row(float[] values, int row, int width) => [.. values.Skip(row * width).Take(width).Select(v => (double)v)];

    static float[] Random(Random random, int length) => [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() * 2 - 1)];

    static void Near(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) < 1e-5, $"{expected[i]} {actual[i]}");
    }
}
