using Tern.FixedPoint;

namespace Tern.Export.C;

/// <summary>Words for self-tests: sample steps, with words at the ends of 16 bits between them.</summary>
static class TestInputs
{
    /// <param name="network">The network.</param>
    /// <param name="sequences">Sample sequences as the network reads them, [steps, channels].</param>
    /// <param name="steps">How many steps.</param>
    public static IReadOnlyList<short[]> Make(FixedNetwork network, IReadOnlyList<float[]> sequences, int steps)
    {
        int width = network.InputWidth;
        float[] all = [.. sequences.SelectMany(sequence => sequence).Take(width * steps)];
        short[][] inputs = new short[steps][];
        for (int t = 0; t < steps; t++)
        {
            inputs[t] = new short[width];
            // the last third: all high, all low, in turn, and both at once
            int extreme = t - (steps - steps / 3);
            for (int i = 0; i < width; i++)
                inputs[t][i] = extreme < 0 ? Word(network, all, t * width + i, i)
                    : (extreme % 3) switch { 0 => short.MaxValue, 1 => short.MinValue, _ => i % 2 == 0 ? short.MaxValue : short.MinValue };
        }
        return inputs;
    }

    /// <summary>A sequence as the words of its steps, as measured.</summary>
    public static IEnumerable<short[]> Words(FixedNetwork network, float[] sequence)
    {
        int width = network.InputWidth;
        for (int at = 0; at + width <= sequence.Length; at += width)
            yield return [.. Enumerable.Range(0, width).Select(i => Word(network, sequence, at + i, i))];
    }

    static short Word(FixedNetwork network, float[] rows, int at, int channel)
    {
        double value = at < rows.Length ? rows[at] : 0;
        if (network.Input.Mean is not null) value = value * network.Spec.Series!.Deviation[channel] + network.Spec.Series.Mean[channel];
        return (short)Integers.Quantize(value, network.InputFractions[channel]);
    }
}
