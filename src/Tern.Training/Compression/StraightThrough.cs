using Tern.Training.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Compression;

/// <summary>
/// The value is the quantised weight's, the gradient goes to the full-precision weight as if nothing had been quantised
/// (Bengio et al. 2013, "Estimating or propagating gradients through stochastic neurons"; Courbariaux et al. 2015).
/// </summary>
public static class StraightThrough
{
    /// <summary>Quantises a weight.</summary>
    /// <param name="weight">The full-precision weight.</param>
    /// <param name="quantizer">A function of <see cref="WeightQuantizers"/>, or any other that keeps the shape.</param>
    /// <exception cref="TernException">The quantiser gives another shape.</exception>
    public static Tensor Apply(Tensor weight, Func<Tensor, Tensor> quantizer)
    {
        using var scope = NewDisposeScope();
        Tensor quantized;
        using (no_grad()) quantized = quantizer(weight.detach());
        if (!quantized.shape.SequenceEqual(weight.shape))
            throw new TernException($"A quantiser made [{string.Join(", ", quantized.shape)}] of a weight [{string.Join(", ", weight.shape)}]; expected the same shape.");
        Tensor value = is_grad_enabled() && weight.requires_grad ? Function.Of(weight, quantized) : quantized;
        return value.MoveToOuterDisposeScope();
    }

    sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(StraightThrough);

        public static Tensor Of(Tensor weight, Tensor quantized) => apply(weight, quantized);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => ((Tensor)vars[1]).clone();

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor gradient) => BackwardGuard.Run(() => [gradient.clone(), null], inputs: 2);
    }
}
