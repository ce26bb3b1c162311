using static TorchSharp.torch;

namespace Tern.Training.Weights;

/// <summary>One step from trained values to the matrix that is used; differentiable, so that gradients reach the trained values.</summary>
public interface IWeightTransform
{
    /// <summary>The transformed value.</summary>
    /// <param name="value">The trained values, or what the transform before has made of them.</param>
    /// <param name="weight">The weight, for its blocks.</param>
    Tensor Apply(Tensor value, Weight weight);
}
