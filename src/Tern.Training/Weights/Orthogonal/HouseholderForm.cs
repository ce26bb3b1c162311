using static TorchSharp.torch;

namespace Tern.Training.Weights.Orthogonal;

/// <summary>
/// A product of Householder reflections (Mhammedi et al. 2017, "Efficient Orthogonal Parametrisation of Recurrent Neural Networks
/// Using Householder Reflections", eq. 3-5; oRNN): U = H(v_1) ... H(v_k), the first i - 1 numbers of v_i being 0. With as many
/// reflections as units every orthogonal matrix of one determinant can be had; with fewer it is cheaper and less free.
/// </summary>
/// <param name="units">Units of the layer.</param>
/// <param name="reflections">Reflections of a block, 1 to <paramref name="units"/>.</param>
sealed class HouseholderForm(int units, int reflections) : OrthogonalForm(units)
{
    /// <inheritdoc/>
    public override int Rows => reflections;

    /// <summary>Normal: the reflections' directions are random. Of row i the first i - 1 numbers are not used.</summary>
    public override Tensor Initial() => randn(reflections, Units);

    /// <inheritdoc/>
    public override Tensor Block(Tensor trained) => Reflections.Product(trained.triu());
}
