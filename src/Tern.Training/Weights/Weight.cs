using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tern.Training.Weights;

/// <summary>
/// A matrix of a model: trained values, and an ordered list of differentiable transforms that make of them what is used.
/// Layers see <see cref="Value"/> alone, so that a new transform touches no layer and no cell.
/// </summary>
public sealed class Weight : nn.Module
{
    readonly Parameter trained;

    /// <param name="trained">What the optimizer moves.</param>
    /// <param name="role">What it multiplies.</param>
    /// <param name="blocks">Equal blocks of its rows, one a gate.</param>
    public Weight(Parameter trained, WeightRole role, int blocks) : base(nameof(Weight))
    {
        (this.trained, Role, Blocks) = (trained, role, blocks);
        RegisterComponents();
    }

    /// <summary>What the optimizer moves.</summary>
    public Parameter Trained => trained;

    /// <summary>What it multiplies.</summary>
    public WeightRole Role { get; }

    /// <summary>Equal blocks of its rows, one a gate; quantisers may have a scale for each.</summary>
    public int Blocks { get; }

    /// <summary>Applied in order, before the quantiser.</summary>
    public IReadOnlyList<IWeightTransform> Transforms { get; set; } = [];

    /// <summary>How the matrix is stored, and in training rounded as if it were (with straight-through gradients); null for floats.</summary>
    public WeightQuantizer? Quantizer { get; set; }

    /// <summary>The matrix that layers multiply by.</summary>
    public Tensor Value => Quantizer is { } quantizer ? quantizer.Apply(Dense, this) : Dense;

    /// <summary>The matrix before it is quantised.</summary>
    public Tensor Dense => Transforms.Aggregate((Tensor)trained, (value, transform) => transform.Apply(value, this));
}
