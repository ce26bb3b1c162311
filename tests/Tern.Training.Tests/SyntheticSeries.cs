using Tern.Training.Data;

namespace Tern.Training.Tests;

/// <summary>Series of two channels, 5 to 20 steps, whose class is whether the first channel rises or falls: their means are alike.</summary>
static class SyntheticSeries
{
    public static Dataset Slopes(int count)
    {
        var random = new Random(1);
        SeriesExample[] examples = new SeriesExample[count];
        for (int i = 0; i < count; i++)
        {
            bool rises = random.Next(2) == 0;
            int steps = random.Next(5, 21);
            float[] values = new float[steps * 2];
            for (int t = 0; t < steps; t++)
            {
                double line = (t - (steps - 1) / 2.0) / steps;
                values[2 * t] = 100 + 5 * (float)((rises ? line : -line) + 0.1 * random.NextDouble());
                values[2 * t + 1] = random.NextSingle();
            }
            examples[i] = new(values, 2, rises ? "rises" : "falls");
        }
        return new("slopes", examples[..(count * 8 / 10)], examples[(count * 8 / 10)..(count * 9 / 10)], examples[(count * 9 / 10)..]);
    }
}
