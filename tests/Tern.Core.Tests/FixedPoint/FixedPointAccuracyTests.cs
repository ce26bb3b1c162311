using Tern.Cells;
using Tern.FixedPoint;
using Tern.Model;
using Xunit;

namespace Tern.Core.Tests.FixedPoint;

/// <summary>The integer form gives what the session gives, up to its rounding.</summary>
public sealed class FixedPointAccuracyTests
{
    public static TheoryData<string> Cells() => [.. RandomModel.Cells.Select(cell => cell.ToString())];

    [Theory]
    [MemberData(nameof(Cells))]
    public void Sixteen_bit_weights_follow_the_session(string cell)
    {
        CellVariant variant = RandomModel.Cells.First(v => v.ToString() == cell);
        ModelSpec spec = RandomModel.Layer(variant, input: 4, hidden: 6);
        var tensors = RandomModel.Tensors(spec, new Random(5), gain: 0.4);       // no chaos, in which any rounding grows
        Assert.InRange(WorstDifference(spec, tensors, new() { WeightBits = 16 }), 0, 0.02);
    }

    [Theory]
    [InlineData(PoolingKind.Last, 3, 2)]
    [InlineData(PoolingKind.Max, null, null)]
    [InlineData(PoolingKind.Mean, 3, null)]
    public void Eight_bit_weights_of_any_form_stay_near(PoolingKind pooling, int? inputRank, int? stateRank)
    {
        ModelSpec spec = RandomModel.Layer(CellCatalogue.Resolve("fastgrnn"), 6, 16, pooling, inputRank, stateRank);
        Assert.InRange(WorstDifference(spec, RandomModel.Tensors(spec, new Random(2), gain: 0.7), new()), 0, 0.08);
    }

    [Fact]
    public void Products_that_cancel_are_not_held_before_they_are_added()
    {
        ModelSpec spec = RandomModel.Layer(CellCatalogue.Resolve("rnn"), input: 1, hidden: 2);
        var tensors = RandomModel.Tensors(spec, new Random(1));
        // tanh(12 x - 11.5 h'), where x = h' = 1: 12 alone is beyond the table
        tensors["encoder.0.forward.weight"] = new([2, 1], [20, 12]);
        tensors["encoder.0.forward.recurrent"] = new([2, 2], [0, 0, -11.5f, 0]);
        tensors["encoder.0.forward.b"] = new([2], [0, 0]);
        Assert.InRange(WorstDifference(spec, tensors, new() { WeightBits = 16 }, [[1, 1, 1, 1, 1, 1]]), 0, 0.01);
    }

    /// <summary>The largest difference of an output over all steps, as a share of the largest output.</summary>
    static double WorstDifference(ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors, FixedPointOptions options, IReadOnlyList<float[]>? sequences = null)
    {
        int channels = spec.Series!.Channels;
        sequences ??= Calibration.Seeded(channels, 8, 40, seed: 1);
        FixedNetwork network = FixedPointCompiler.Compile(spec, tensors, sequences, options);
        FixedPointSession whole = network.CreateSession();
        Session session = new Network(spec, tensors).CreateSession();
        float[] expected = new float[network.OutputWidth], raw = new float[channels];
        int[] actual = new int[network.OutputWidth];
        short[] words = new short[channels];
        double unit = network.Head.Matrix.Unit * network.Head.From.Unit, worst = 0, largest = 0;
        foreach (float[] sequence in sequences)
        {
            session.Reset();
            whole.Reset();
            for (int at = 0; at < sequence.Length; at += channels)
            {
                for (int i = 0; i < channels; i++) raw[i] = sequence[at + i] * spec.Series.Deviation[i] + spec.Series.Mean[i];
                network.Quantize(raw, words);
                whole.Step(words);
                whole.Output(actual);
                session.Step(sequence.AsSpan(at, channels), expected);
                for (int i = 0; i < expected.Length; i++)
                {
                    worst = Math.Max(worst, Math.Abs(expected[i] - actual[i] * unit));
                    largest = Math.Max(largest, Math.Abs(expected[i]));
                }
            }
        }
        return worst / largest;
    }
}
