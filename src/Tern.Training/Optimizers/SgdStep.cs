using System.Numerics;
using System.Runtime.CompilerServices;

namespace Tern.Training.Optimizers;

/// <summary>
/// One step of gradient descent with momentum as torch.optim.SGD has it: the momentum sums gradients, and the learning
/// rate multiplies the sum. A momentum that starts at 0 takes the first gradient whole, as torch's does.
/// </summary>
/// <param name="LearningRate">Step size.</param>
/// <param name="Momentum">Decay of the sum of gradients.</param>
/// <param name="Sum">Factor of the sum in the step: 1, or the momentum where it is Nesterov's.</param>
/// <param name="New">Factor of the gradient in the step: 0, or 1 where the momentum is Nesterov's.</param>
readonly record struct SgdStep(float LearningRate, float Momentum, float Sum, float New) : IUpdate
{
    /// <inheritdoc/>
    public static bool HasSecond => false;

    /// <summary>A step; all are alike.</summary>
    public static SgdStep Of(OptimizerConfig config, double learningRate)
    {
        float momentum = (float)config.Momentum;
        return config.Nesterov ? new((float)learningRate, momentum, momentum, 1) : new((float)learningRate, momentum, 1, 0);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> Move(Vector<float> value, Vector<float> gradient, ref Vector<float> sum, ref Vector<float> none)
    {
        sum = Momentum * sum + gradient;
        return value - LearningRate * (New * gradient + Sum * sum);
    }
}
