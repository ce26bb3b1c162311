using Tern.Training.Native;
using static TorchSharp.torch;

namespace Tern.Training.Weights.Orthogonal;

/// <summary>
/// A singular value decomposition whose values are held near 1 (Zhang, Lei, Dhillon 2018, "Stabilizing Gradients for Deep Neural
/// Networks via Efficient SVD Parameterization", eq. 9-11; SpectralRNN): U = P diag(s) Q^T, P and Q products of Householder
/// reflections as in <see cref="HouseholderForm"/>, s = 1 + r (2 sigma(a) - 1).
/// </summary>
/// <param name="units">Units of the layer.</param>
/// <param name="reflections">Reflections of each of P and Q, 1 to <paramref name="units"/>.</param>
/// <param name="band">r: singular values stay within 1 - r and 1 + r.</param>
sealed class SpectralForm(int units, int reflections, double band) : OrthogonalForm(units)
{
    /// <summary>Those of P, those of Q, and a.</summary>
    public override int Rows => 2 * reflections + 1;

    /// <summary>Normal reflections, and a = 0: all singular values are 1 at first.</summary>
    public override Tensor Initial() => cat([randn(2L * reflections, Units), zeros(1, Units)]);

    /// <inheritdoc/>
    public override Tensor Block(Tensor trained)
    {
        Tensor p = Reflections.Product(trained.narrow(0, 0, reflections).triu()), q = Reflections.Product(trained.narrow(0, reflections, reflections).triu());
        Tensor s = trained[^1].mul(KeptScalars.Of(0.5)).tanh().mul(KeptScalars.Of(band)).add(KeptScalars.One, KeptScalars.One);   // [units]; tanh(x / 2) is 2 sigma(x) - 1
        return (p * s).matmul(q.t());
    }
}
