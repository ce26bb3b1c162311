using System.Numerics;
using System.Runtime.CompilerServices;

namespace Tern.Training.Optimizers;

/// <summary>One step of Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2; as in torch the decay is multiplied by the learning rate).</summary>
/// <param name="Adam">The step of Adam.</param>
/// <param name="Keep">1 - learning rate x weight decay: what the decay leaves of a parameter.</param>
readonly record struct AdamWStep(AdamStep Adam, float Keep) : IUpdate
{
    /// <inheritdoc/>
    public static bool HasSecond => true;

    /// <summary>Step number <paramref name="t"/>, from 1.</summary>
    public static AdamWStep Of(OptimizerConfig config, double learningRate, long t) =>
        new(AdamStep.Of(config, learningRate, t), (float)(1 - learningRate * config.WeightDecay));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> Move(Vector<float> value, Vector<float> gradient, ref Vector<float> mean, ref Vector<float> square) =>
        Adam.Move(Keep * value, gradient, ref mean, ref square);
}
