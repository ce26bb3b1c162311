using Tern.Core.Tests.Kernels;
using Tern.Model;
using Xunit;

namespace Tern.Core.Tests.Model;

/// <summary>The convolution against sums written out, and what sessions promise of every module.</summary>
[Collection(SimdCollection.Name)]
public sealed class ConvolutionTests
{
    static readonly int[] Lengths = [9, 1, 2, 4, 3];

    static readonly ConvolutionSpec Layer = new() { Name = "encoder", Inputs = ["features"], Input = 3, Windows = [3, 4, 5], Filters = 5 };

    public static TheoryData<int, int, int[]> Shapes()
    {
        TheoryData<int, int, int[]> shapes = [];
        foreach (int input in (int[])[1, 3, 17])
            foreach (int filters in (int[])[1, 5, 40])
                foreach (int[] windows in (int[][])[[1], [3], [3, 4, 5], [1, 2, 12]])
                    shapes.Add(input, filters, windows);
        return shapes;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_shape_equals_the_reference(int input, int filters, int[] windows) => Compare(Layer with { Input = input, Filters = filters, Windows = windows });

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void Every_vector_width_equals_the_reference(int bits)
    {
        using SimdWidth width = new(bits);
        Compare(Layer with { Filters = 37 });
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_padded_batch_equals_its_sequences_one_by_one_and_step_by_step(int input, int filters, int[] windows)
    {
        ConvolutionSpec layer = Layer with { Input = input, Filters = filters, Windows = windows };
        Network network = Pooled(layer);
        Session session = network.CreateSession();
        float[] x = Random(Lengths.Max() * Lengths.Length * input), batch = new float[Lengths.Length * 2], one = new float[2], step = new float[2];
        session.Run(x, Lengths.Max(), Lengths, batch);
        for (int row = 0; row < Lengths.Length; row++)
        {
            float[] alone = [.. Enumerable.Range(0, Lengths[row]).SelectMany(t => x.AsSpan((t * Lengths.Length + row) * input, input).ToArray())];
            session.Run(alone, Lengths[row], [Lengths[row]], one);
            session.Reset();
            for (int t = 0; t < Lengths[row]; t++)
                session.Step(alone.AsSpan(t * input, input), step);
            Near(batch.AsSpan(row * 2, 2), one);
            Near(one, step);
        }
    }

    [Fact]
    public void A_run_in_two_parts_equals_a_whole_one()
    {
        Network network = Alone(Layer);
        float[] x = Random(2 * 8 * 3), whole = new float[8 * 2 * 15], first = new float[2 * 2 * 15], second = new float[6 * 2 * 15];
        network.CreateSession().Run(x, 8, [8, 8], whole);
        SessionState state = network.CreateState(2);
        network.CreateSession().Run(x.AsSpan(0, 12), 2, [2, 2], first, state);
        network.CreateSession().Run(x.AsSpan(12), 6, [6, 6], second, state);
        Near(whole, [.. first, .. second]);
    }

    [Fact]
    public void Streams_are_gathered_with_their_last_rows()
    {
        Session session = Alone(Layer).CreateSession(2);
        float[] same = new float[2 * 15];
        session.Step([1f, 2, 3, 4, 5, 6], same);
        session.State.Gather([1, 1]);
        session.Step([7f, 8, 9, 7, 8, 9], same);
        Assert.Equal(same[..15], same[15..]);
        float[] apart = new float[2 * 15];
        session.Reset();
        session.Step([4f, 5, 6, 1, 2, 3], apart);
        session.Step([7f, 8, 9, 7, 8, 9], apart);
        Assert.Equal(same[..15], apart[..15]);
        Assert.NotEqual(apart[..15], apart[15..]);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        Session session = Pooled(Layer).CreateSession(3);
        float[] x = Random(9), output = new float[6];
        session.Step(x, output);
        Assert.Equal(0, Allocations.Least(() =>
        {
            for (int i = 0; i < 100; i++)
                session.Step(x, output);
        }));
    }

    [Fact]
    public void It_names_its_tensors_and_counts_its_products()
    {
        Assert.Equal(
            ["encoder.window3.weight [5, 9]", "encoder.window3.bias [5]", "encoder.window4.weight [5, 12]", "encoder.window4.bias [5]", "encoder.window5.weight [5, 15]", "encoder.window5.bias [5]"],
            Layer.Tensors().Select(tensor => $"{tensor.Key} {TensorData.Print(tensor.Value)}"));
        ModuleCost cost = ModuleCost.Of(Spec(Layer))[0];
        Assert.Equal((15, true, true, 5 * (9 + 12 + 15) + 15L, 5 * (9 + 12 + 15L)), (cost.Width, cost.GivesSequence, cost.EachStep, cost.Parameters, cost.MultiplyAdds));
    }

    [Fact]
    public void A_saved_model_is_read_back()
    {
        using TemporaryFolder folder = new();
        ModelSpec spec = Pooled(Layer).Spec;
        ModelFile.Save(folder["m"], spec, SmallModel.Tensors(spec));
        Network read = Network.Load(folder["m"]);
        ConvolutionSpec layer = Assert.IsType<ConvolutionSpec>(read.Spec.Modules[0]);
        Assert.Equal((3, 5, 3), (layer.Input, layer.Filters, read.FeatureCount));
        Assert.Equal([3, 4, 5], layer.Windows);
        float[] x = Random(7 * 3), expected = new float[2], got = new float[2];
        new Network(spec, SmallModel.Tensors(spec)).CreateSession().Run(x, 7, [7], expected);
        read.CreateSession().Run(x, 7, [7], got);
        Assert.Equal(expected, got);
    }

    [Fact]
    public void A_malformed_layer_is_a_clear_error()
    {
        Assert.Contains("'encoder' without windows; expected at least one", Error(Layer with { Windows = [] }));
        Assert.Contains("a window of 0 steps; expected 1 to 1024", Error(Layer with { Windows = [0] }));
        Assert.Contains("a window of -3 steps", Error(Layer with { Windows = [1, -3] }));
        Assert.Contains("a window of 3 steps; expected 1 to 1024, each longer than the one before it", Error(Layer with { Windows = [3, 3] }));
        Assert.Contains("a window of 2147483647 steps", Error(Layer with { Windows = [3, int.MaxValue] }));
        Assert.Contains("filters 0; expected 1 to", Error(Layer with { Filters = 0 }));
        Assert.Contains("filters -1", Error(Layer with { Filters = -1 }));
        Assert.Contains("input 0", Error(Layer with { Input = 0 }));
        Assert.Contains("window x input 17179869184", Error(Layer with { Windows = [1024], Input = 1 << 24 }));
        Assert.Contains("windows x filters 33554432", Error(Layer with { Windows = [1, 2], Filters = 1 << 24 }));
        Assert.Contains("reads 0 token ids; expected a sequence of 3 columns", Error(Layer with { Inputs = ["tokens"] }));
    }

    static string Error(ConvolutionSpec layer) => Assert.Throws<TernException>(Spec(layer).Check).Message;

    static ModelSpec Spec(ConvolutionSpec layer) => new() { Task = "test", Modules = [layer], Output = layer.Name };

    static Network Alone(ConvolutionSpec layer) => new(Spec(layer), SmallModel.Tensors(Spec(layer)));

    static Network Pooled(ConvolutionSpec layer)
    {
        ModelSpec spec = Spec(layer) with
        {
            Modules = [layer, new PoolingSpec { Name = "pooling", Inputs = [layer.Name], How = PoolingKind.Max }, new LinearSpec { Name = "head", Inputs = ["pooling"], Input = layer.Width, Output = 2 }],
            Output = "head",
        };
        return new(spec, SmallModel.Tensors(spec));
    }

    /// <summary>Unequal lengths and a state that is not 0: outputs and the state after them.</summary>
    static void Compare(ConvolutionSpec layer)
    {
        Network network = Alone(layer);
        Dictionary<string, TensorData> tensors = SmallModel.Tensors(Spec(layer));
        int time = Lengths.Max(), batch = Lengths.Length, past = layer.Windows[^1] - 1;
        SessionState state = network.CreateState(batch);
        Assert.Equal(batch * past * layer.Input, state.Values.Length);
        float[] x = Random(time * batch * layer.Input), before = Random(state.Values.Length, seed: 5), output = Random(time * batch * layer.Width);
        before.CopyTo(state.Values);
        network.CreateSession().Run(x, time, Lengths, output, state);
        for (int row = 0; row < batch; row++)
        {
            float[][] rows =       // the rows of the past, then the sequence's own
            [
                .. Enumerable.Range(0, past).Select(i => before.AsSpan((row * past + i) * layer.Input, layer.Input).ToArray()),
                .. Enumerable.Range(0, Lengths[row]).Select(t => x.AsSpan((t * batch + row) * layer.Input, layer.Input).ToArray()),
            ];
            for (int t = 0; t < time; t++)
                for (int column = 0; column < layer.Width; column++)
                {
                    double expected = t < Lengths[row] ? Reference(layer, tensors, rows.AsSpan(0, past + t + 1), column) : 0;
                    Assert.Equal(expected, output[(t * batch + row) * layer.Width + column], 1e-5);
                }
            Assert.Equal(rows[^past..].SelectMany(r => r), state.Values.Slice(row * past * layer.Input, past * layer.Input).ToArray());
        }
    }

    static double Reference(ConvolutionSpec layer, Dictionary<string, TensorData> tensors, ReadOnlySpan<float[]> rows, int column)
    {
        int window = layer.Windows[column / layer.Filters], filter = column % layer.Filters;
        float[] weight = tensors[$"encoder.window{window}.weight"].Values;
        double sum = tensors[$"encoder.window{window}.bias"].Values[filter];
        for (int tap = 0; tap < window; tap++)
            for (int i = 0; i < layer.Input; i++)
                sum += (double)weight[(filter * window + tap) * layer.Input + i] * rows[^(window - tap)][i];
        return Math.Max(sum, 0);
    }

    /// <summary>Products of few rows add up in another order than those of many.</summary>
    static void Near(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(MathF.Abs(expected[i] - actual[i]) <= 1e-5f * (1 + MathF.Abs(expected[i])), $"{expected[i]} {actual[i]}");
    }

    static float[] Random(int length, int seed = 3)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() * 2 - 1)];
    }
}
