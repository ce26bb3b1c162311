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
        short[] words = network.Words(sequences.SelectMany(sequence => sequence).Take(width * steps).ToArray());
        short[][] inputs = new short[steps][];
        for (int t = 0; t < steps; t++)
        {
            inputs[t] = new short[width];
            // the last third: all high, all low, in turn, and both at once
            int extreme = t - (steps - steps / 3);
            for (int i = 0; i < width; i++)
                inputs[t][i] = extreme < 0 ? words[(t * width + i) % words.Length]
                    : (extreme % 3) switch { 0 => short.MaxValue, 1 => short.MinValue, _ => i % 2 == 0 ? short.MaxValue : short.MinValue };
        }
        return inputs;
    }
}
