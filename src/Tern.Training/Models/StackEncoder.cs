using Tern.Cells;
using Tern.Model;
using Tern.Training.Layers;
using Tern.Training.Weights;
using static TorchSharp.torch;

namespace Tern.Training.Models;

/// <summary>A stack of layers of a cell of the catalogue.</summary>
public sealed class StackEncoder : SequenceEncoder
{
    readonly RecurrentStack stack;

    /// <summary>Makes the stack with the cell's initial weights.</summary>
    /// <param name="input">Columns of the input.</param>
    /// <param name="config">Cell and sizes, resolved.</param>
    public StackEncoder(int input, ModelConfig config) : base(nameof(StackEncoder))
    {
        stack = new RecurrentStack(new StackConfig
        {
            Cell = new CellVariant(config.Cell, config.CellOptions),
            Input = input,
            Hidden = config.Hidden,
            Layers = config.Layers,
            Bidirectional = config.Bidirectional,
            Dropout = config.LayerDropout,
            VariationalDropout = config.VariationalDropout,
            InputDropout = config.InputDropout,
            Zoneout = config.Zoneout,
            Decay = config.Decay,
            Window = config.Window,
            Projection = config.Projection == 0 ? null : config.Projection,
            RecurrentRank = config.RecurrentRank == 0 ? null : config.RecurrentRank,
            RecurrentProjection = config.RecurrentProjection == 0 ? null : config.RecurrentProjection,
            RecurrentForm = config.RecurrentForm,
            Reflections = config.Reflections,
            SpectralBand = config.SpectralBand,
            Alpha = config.Alpha,
            Beta = config.Beta,
            Zeta = config.Zeta,
            Nu = config.Nu,
            ForgetBias = config.ForgetBias,
            LayerNorm = config.LayerNorm,
            ProjectHighway = config.ProjectHighway,
            HighwayBias = config.HighwayBias,
        });
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override int OutputWidth => stack.Config.Output;

    /// <inheritdoc/>
    public override Tensor Encode(Tensor input, int[] lengths) => stack.forward(input, lengths: lengths).Output;

    /// <inheritdoc/>
    public override IEnumerable<ModuleSpec> Specs(string input) => stack.ToSpecs("encoder", input);

    /// <inheritdoc/>
    public override IEnumerable<(string Name, Tensor Tensor)> Tensors() => stack.NamedTensors("encoder");

    /// <inheritdoc/>
    public override IEnumerable<(string Name, Weight Weight)> Weights() => stack.Weights("encoder");
}
