using Tern.Cells;
using Tern.Core.Tests.Kernels;
using Tern.Core.Tests.Matrices;
using Tern.Matrices;
using Tern.Model;
using Xunit;

namespace Tern.Core.Tests.Model;

/// <summary>Recurrent layers whose matrices are encoded: whatever they are stored as, they run as their dense form does, up to rounding of sums.</summary>
[Collection(SimdCollection.Name)]
public sealed class EncodedSessionTests
{
    static readonly string[] Encodings =
    [
        "integer 8", "integer 8 rows", "integer 8 blocks", "integer 16", "integer 16 rows", "ternary", "ternary blocks",
        "sparse 32 few", "sparse 8 few", "sparse 8 blocks few", "sparse 16 rows many", "sparse 32 none", "low-rank float32", "low-rank sparse", "low-rank integer",
    ];

    static readonly int[] Lengths = [7, 1, 4];
    const int Time = 7;

    public static TheoryData<string> Cells { get; } = [.. CellCatalogue.Variants.Select(variant => variant.ToString())];

    [Theory]
    [MemberData(nameof(Cells))]
    public void Every_cell_runs_every_encoding_as_its_dense_form(string cell)
    {
        CellVariant variant = CellCatalogue.Variants.Single(v => v.ToString() == cell);
        foreach (string encoding in Encodings)
            foreach (int hidden in (int[])[1, 5, 33])
                Compare(Layer(variant, 7, hidden) with { Bidirectional = hidden == 5 }, encoding);
    }

    [Theory]
    [InlineData("integer 8 blocks")]
    [InlineData("sparse 8 few")]
    [InlineData("low-rank integer")]
    public void Every_option_of_a_layer_runs_as_its_dense_form(string encoding)
    {
        foreach (CellVariant variant in CellCatalogue.Variants.Where(v => v.Cell is "gru" or "lstm" || v == CellCatalogue.Resolve(v.Cell)))
        {
            CellSpec spec = CellCatalogue.Spec(variant);
            foreach (LayerNormPlace norm in Enum.GetValues<LayerNormPlace>().Where(norm => norm != LayerNormPlace.Recurrent || RecurrentSpec.NormalisesRecurrent(spec)))
                Compare(Layer(variant, 9, 9) with { LayerNorm = norm, Projection = 4, Bidirectional = true }, encoding);
            if (spec.Recurrent.Length > 0)
                Compare(Layer(variant, 6, 20) with { RecurrentRank = 5, Bidirectional = true }, encoding);
        }
    }

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void Every_vector_width_runs_as_the_dense_form(int bits)
    {
        using SimdWidth width = new(bits);
        foreach (string cell in (string[])["sru", "gru", "lstm"])
            foreach (string encoding in Encodings)
                Compare(Layer(CellCatalogue.Resolve(cell), 5, 37) with { Bidirectional = true }, encoding);
    }

    [Fact]
    public void Two_directions_may_be_stored_in_two_ways()
    {
        RecurrentSpec layer = Layer(CellCatalogue.Resolve("lstm"), 6, 20) with { Bidirectional = true };
        Compare(layer, name => name.Contains("forward") ? "integer 8" : "low-rank float32");
        Compare(layer, name => name.Contains("forward") ? "low-rank sparse" : name.Contains("recurrent") ? null : "ternary");
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        foreach (string cell in (string[])["sru", "fastgrnn", "lstm", "gru"])
            foreach (string encoding in Encodings)
            {
                RecurrentSpec layer = Layer(CellCatalogue.Resolve(cell), 40, 40);
                Session session = new RecurrentRunner([layer], Tensors(layer, _ => encoding)).Network.CreateSession();
                float[] x = new float[40], y = new float[40];
                session.Step(x, y);
                Assert.Equal(0, Allocations.Least(() =>
                {
                    for (int i = 0; i < 20; i++) session.Step(x, y);
                }));
            }
    }

    static RecurrentSpec Layer(CellVariant cell, int input, int hidden) =>
        new() { Name = "encoder.0", Inputs = ["features"], Cell = cell, Input = input, Hidden = hidden };

    static void Compare(RecurrentSpec layer, string encoding) => Compare(layer, _ => encoding);

    static void Compare(RecurrentSpec layer, Func<string, string?> encoding)
    {
        ModelTensors tensors = Tensors(layer, encoding);
        RecurrentRunner encoded = new([layer], tensors), dense = new([layer], tensors.ToDictionary());
        Random random = new(3);
        float[] x = [.. Enumerable.Range(0, Time * Lengths.Length * layer.Input).Select(_ => random.NextSingle() * 2 - 1)];
        float[] state = [.. Enumerable.Range(0, dense.Network.CreateState(Lengths.Length).Values.Length).Select(_ => random.NextSingle() * 2 - 1)], denseState = [.. state];
        float[] y = new float[Time * Lengths.Length * layer.Width], expected = new float[y.Length];
        encoded.Run(x, Time, Lengths, state, y);
        dense.Run(x, Time, Lengths, denseState, expected);
        Near(layer, encoding, expected, y);
        Near(layer, encoding, denseState, state);
        Assert.True(layer.Hidden == 1 || y.Any(value => value != 0));      // a single unit may be below its rectifier
        if (layer.Bidirectional)
            return;
        Session session = encoded.Network.CreateSession(Lengths.Length), other = dense.Network.CreateSession(Lengths.Length);
        int rows = Lengths.Length * layer.Input, width = Lengths.Length * layer.Width;
        for (int t = 0; t < Time; t++)
        {
            session.Step(x.AsSpan(t * rows, rows), y.AsSpan(t * width, width));
            other.Step(x.AsSpan(t * rows, rows), expected.AsSpan(t * width, width));
        }
        Near(layer, encoding, expected, y);
    }

    /// <summary>Random tensors with every matrix encoded as asked for; recurrent ones small, so that no cell is chaotic.</summary>
    static ModelTensors Tensors(RecurrentSpec layer, Func<string, string?> encoding)
    {
        var plain = SmallModel.Tensors(new() { Task = "", Output = "", Modules = [layer] });
        Random random = new(1);
        Dictionary<string, EncodedMatrix> encoded = [];
        foreach (var (name, tensor) in plain)
            if (tensor.Shape is [var rows, var columns] && encoding(name) is { } how)
                encoded.Add(name, Weights.Encoded(how, rows, columns, random, name.EndsWith(".recurrent", StringComparison.Ordinal) ? 0.15f : 0.5f, blocks: rows % layer.Hidden == 0 ? rows / layer.Hidden : 1));
        return new(plain, encoded);
    }

    static void Near(RecurrentSpec layer, Func<string, string?> encoding, float[] expected, float[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) < 1e-5 * Math.Max(1, Math.Abs(expected[i])),
                $"{layer.Cell}, hidden {layer.Hidden}, {encoding("encoder.0.forward.weight")}: {actual[i]}, expected {expected[i]}");
    }
}
