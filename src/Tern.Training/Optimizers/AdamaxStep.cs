using System.Numerics;
using System.Runtime.CompilerServices;

namespace Tern.Training.Optimizers;

/// <summary>One step of Adamax (Kingma and Ba 2015, algorithm 2; epsilon as in torch, inside the maximum).</summary>
/// <param name="LearningRate">Divided by the bias correction of the mean, 1 - beta1^t.</param>
/// <param name="Beta1">Decay of the mean.</param>
/// <param name="Beta2">Decay of the largest magnitude.</param>
/// <param name="New1">1 - beta1, rounded once.</param>
/// <param name="Epsilon">Added to the gradient's magnitude.</param>
readonly record struct AdamaxStep(float LearningRate, float Beta1, float Beta2, float New1, float Epsilon) : IUpdate
{
    /// <inheritdoc/>
    public static bool HasSecond => true;

    /// <summary>Step number <paramref name="t"/>, from 1.</summary>
    public static AdamaxStep Of(OptimizerConfig config, double learningRate, long t) => new(
        (float)(learningRate / (1 - Math.Pow(config.Beta1, t))),
        (float)config.Beta1, (float)config.Beta2, (float)(1 - config.Beta1), (float)config.Epsilon);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> Move(Vector<float> value, Vector<float> gradient, ref Vector<float> mean, ref Vector<float> largest)
    {
        mean = Beta1 * mean + New1 * gradient;
        largest = Vector.Max(Beta2 * largest, Vector.Abs(gradient) + new Vector<float>(Epsilon));
        return value - LearningRate * mean / largest;
    }
}
