using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tern.Training.Weights.Orthogonal;

/// <summary>
/// A recurrent matrix as a differentiable function of unconstrained values: each of its blocks U [units, units] is orthogonal,
/// or nearly so, whatever those values are, so that the gradient neither vanishes nor explodes in the products U h. The
/// model file holds the blocks alone.
/// </summary>
/// <param name="units">Units of the layer.</param>
abstract class OrthogonalForm(int units) : IWeightTransform
{
    /// <summary>The form of a layer; null for a free matrix.</summary>
    /// <param name="form">Which.</param>
    /// <param name="units">Units of the layer.</param>
    /// <param name="reflections">Reflections of a product, held to as many as there are units.</param>
    /// <param name="band">How far singular values may be from 1.</param>
    public static OrthogonalForm? Of(RecurrentForm form, int units, int reflections, double band) => form switch
    {
        RecurrentForm.Householder => new HouseholderForm(units, Math.Min(units, reflections)),
        RecurrentForm.Spectral => new SpectralForm(units, Math.Min(units, reflections), band),
        RecurrentForm.Cayley => new CayleyForm(units),
        _ => null,
    };

    /// <summary>Rows and columns of a block.</summary>
    protected int Units { get; } = units;

    /// <summary>Rows of the trained values of a block, each of as many numbers as there are units.</summary>
    public abstract int Rows { get; }

    /// <summary>Initial trained values of a block, [<see cref="Rows"/>, units].</summary>
    public abstract Tensor Initial();

    /// <summary>A block, [units, units], of its trained values, [<see cref="Rows"/>, units].</summary>
    public abstract Tensor Block(Tensor trained);

    /// <summary>A recurrent matrix of this form, of some blocks.</summary>
    public Weight Weight(int blocks)
    {
        using var none = no_grad();
        return new(nn.Parameter(cat([.. Enumerable.Range(0, blocks).Select(_ => Initial())])), WeightRole.Recurrent, blocks) { Transforms = [this] };
    }

    /// <inheritdoc/>
    public Tensor Apply(Tensor value, Weight weight) => cat([.. value.split(Rows).Select(Block)]).contiguous();   // [blocks x units, units]
}
