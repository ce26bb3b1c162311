using Tern.FixedPoint;
using Xunit;

namespace Tern.Core.Tests.FixedPoint;

/// <summary>A network in the session and in the plain interpreter.</summary>
static class SessionPair
{
    /// <summary>Runs sample steps and steps of extreme and random words; every word of state and output must agree after each.</summary>
    public static void Check(FixedNetwork network, IReadOnlyList<float[]> sequences, int seed)
    {
        FixedPointSession session = network.CreateSession(), plain = network.CreateInterpreter();
        short[] expected = new short[network.StateWords], actual = new short[network.StateWords], input = new short[network.InputWidth];
        int[] expectedOutput = new int[network.OutputWidth], output = new int[network.OutputWidth];
        Random random = new(seed);
        int step = 0;
        foreach (float[] sequence in sequences)
        {
            short[] words = network.Words(sequence);
            for (int at = 0; at < words.Length; at += input.Length, step++)
            {
                for (int i = 0; i < input.Length; i++)
                    input[i] = (step % 6) switch { 3 => (short)random.Next(short.MinValue, short.MaxValue + 1), 4 => short.MaxValue, 5 => short.MinValue, _ => words[at + i] };
                session.Step(input);
                plain.Step(input);
                session.CopyState(actual);
                plain.CopyState(expected);
                session.Output(output);
                plain.Output(expectedOutput);
                if (!actual.AsSpan().SequenceEqual(expected) || !output.AsSpan().SequenceEqual(expectedOutput))
                    Assert.Fail($"model {seed}, step {step + 1}: state {string.Join(' ', actual)}, output {string.Join(' ', output)}; expected {string.Join(' ', expected)}, {string.Join(' ', expectedOutput)}");
                Assert.Equal(plain.Classify(), session.Classify());
            }
        }
    }
}
