using System.Numerics;

namespace Tern.Training.Optimizers;

/// <summary>
/// One step of Adam (Kingma and Ba 2015, algorithm 1) on a block of memory, in one pass: libtorch's own takes several
/// over each parameter, which in a small model weigh as much as the recurrence.
/// </summary>
/// <param name="LearningRate">Divided by the bias correction of the mean, 1 - beta1^t.</param>
/// <param name="Root">1 / sqrt(1 - beta2^t), the bias correction of the squared mean's root.</param>
/// <param name="Beta1">Decay of the mean.</param>
/// <param name="Beta2">Decay of the squared mean.</param>
/// <param name="New1">1 - beta1, rounded once: of the rounded 0.999 it would be off by 1e-5.</param>
/// <param name="New2">1 - beta2, likewise.</param>
/// <param name="Epsilon">Added to the root.</param>
readonly record struct AdamStep(float LearningRate, float Root, float Beta1, float Beta2, float New1, float New2, float Epsilon)
{
    /// <summary>Step number <paramref name="t"/>, from 1.</summary>
    public static AdamStep Of(OptimizerConfig config, long t) => new(
        (float)(config.LearningRate / (1 - Math.Pow(config.Beta1, t))),
        (float)(1 / Math.Sqrt(1 - Math.Pow(config.Beta2, t))),
        (float)config.Beta1, (float)config.Beta2, (float)(1 - config.Beta1), (float)(1 - config.Beta2), (float)config.Epsilon);

    /// <summary>Moves values against their gradient and renews the moments; gradients are multiplied by a factor and cut first.</summary>
    /// <param name="values">Parameters.</param>
    /// <param name="gradient">Their gradients.</param>
    /// <param name="mean">Moving mean of the gradients.</param>
    /// <param name="square">Moving mean of their squares.</param>
    /// <param name="scale">Factor of the gradient, from clipping by norm.</param>
    /// <param name="limit">Largest absolute gradient, infinity where there is none.</param>
    public void Apply(Span<float> values, ReadOnlySpan<float> gradient, Span<float> mean, Span<float> square, float scale, float limit)
    {
        int lanes = Vector<float>.Count, i = 0;
        var (low, high) = (new Vector<float>(-limit), new Vector<float>(limit));
        var epsilon = new Vector<float>(Epsilon);
        for (; i <= values.Length - lanes; i += lanes)
        {
            Vector<float> g = Vector.Min(Vector.Max(new Vector<float>(gradient[i..]) * scale, low), high);
            Vector<float> m = Beta1 * new Vector<float>(mean[i..]) + New1 * g;
            Vector<float> v = Beta2 * new Vector<float>(square[i..]) + New2 * (g * g);
            m.CopyTo(mean[i..]);
            v.CopyTo(square[i..]);
            (new Vector<float>(values[i..]) - LearningRate * m / (Vector.SquareRoot(v) * Root + epsilon)).CopyTo(values[i..]);
        }
        for (; i < values.Length; i++)
        {
            float g = Math.Min(Math.Max(gradient[i] * scale, -limit), limit);
            mean[i] = Beta1 * mean[i] + New1 * g;
            square[i] = Beta2 * square[i] + New2 * (g * g);
            values[i] -= LearningRate * mean[i] / (MathF.Sqrt(square[i]) * Root + Epsilon);
        }
    }
}
