using System.Numerics;
using System.Runtime.CompilerServices;

namespace Tern.Training.Optimizers;

/// <summary>One step of Adam (Kingma and Ba 2015, algorithm 1).</summary>
/// <param name="LearningRate">Divided by the bias correction of the mean, 1 - beta1^t.</param>
/// <param name="Root">1 / sqrt(1 - beta2^t), the bias correction of the squared mean's root.</param>
/// <param name="Beta1">Decay of the mean.</param>
/// <param name="Beta2">Decay of the squared mean.</param>
/// <param name="New1">1 - beta1, rounded once: of the rounded 0.999 it would be off by 1e-5.</param>
/// <param name="New2">1 - beta2, likewise.</param>
/// <param name="Epsilon">Added to the root.</param>
readonly record struct AdamStep(float LearningRate, float Root, float Beta1, float Beta2, float New1, float New2, float Epsilon) : IUpdate
{
    /// <inheritdoc/>
    public static bool HasSecond => true;

    /// <summary>Step number <paramref name="t"/>, from 1.</summary>
    public static AdamStep Of(OptimizerConfig config, double learningRate, long t) => new(
        (float)(learningRate / (1 - Math.Pow(config.Beta1, t))),
        (float)(1 / Math.Sqrt(1 - Math.Pow(config.Beta2, t))),
        (float)config.Beta1, (float)config.Beta2, (float)(1 - config.Beta1), (float)(1 - config.Beta2), (float)config.Epsilon);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> Move(Vector<float> value, Vector<float> gradient, ref Vector<float> mean, ref Vector<float> square)
    {
        mean = Beta1 * mean + New1 * gradient;
        square = Beta2 * square + New2 * (gradient * gradient);
        return value - LearningRate * mean / (Vector.SquareRoot(square) * Root + new Vector<float>(Epsilon));
    }
}
