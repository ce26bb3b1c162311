using Tern.Cells;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Layers;

/// <summary>
/// Simple Recurrent Units, called as TorchSharp's own <c>LSTM</c>: <c>var (output, state) = sru.forward(input)</c>.
/// Input [time, batch, features], or [batch, time, features] where batchFirst; state [layers x directions, batch, hidden].
/// On the CPU in float32 each layer is one fused function; otherwise the tensor form runs.
/// </summary>
public sealed class Sru : nn.Module<Tensor, Tensor?, (Tensor Output, Tensor State)>
{
    readonly RecurrentStack stack;
    readonly bool batchFirst;

    /// <param name="inputSize">Features of the input.</param>
    /// <param name="hiddenSize">Units a layer and direction.</param>
    /// <param name="numLayers">Layers.</param>
    /// <param name="dropout">Share of outputs between layers that is set to 0.</param>
    /// <param name="batchFirst">Input and output are [batch, time, ...].</param>
    /// <param name="bidirectional">Two directions, outputs side by side.</param>
    /// <param name="options">Options of the cell (g, output, peephole); see <see cref="CellCatalogue.Describe"/>.</param>
    /// <param name="config">Everything else (variational dropout, layer norm, projection, highway); sizes are taken from the arguments.</param>
    /// <exception cref="TernException">A size or option is out of range.</exception>
    public Sru(int inputSize, int hiddenSize, int numLayers = 1, double dropout = 0, bool batchFirst = false, bool bidirectional = false,
        IReadOnlyDictionary<string, string>? options = null, StackConfig? config = null) : base(nameof(Sru))
    {
        this.batchFirst = batchFirst;
        stack = new RecurrentStack((config ?? new()) with
        {
            Cell = CellCatalogue.Resolve("sru", options),
            Input = inputSize,
            Hidden = hiddenSize,
            Layers = numLayers,
            Dropout = dropout,
            Bidirectional = bidirectional,
        });
        RegisterComponents();
    }

    /// <summary>Runs over a batch of sequences of one length, from state 0 or a given one.</summary>
    public override (Tensor Output, Tensor State) forward(Tensor input, Tensor? state = null) => forward(input, state, null);

    /// <summary>Runs over a batch of sequences of unequal lengths, [batch]; outputs on padding are 0, states are those at each sequence's end.</summary>
    public (Tensor Output, Tensor State) forward(Tensor input, Tensor? state, int[]? lengths)
    {
        using var scope = NewDisposeScope();
        var (output, final) = stack.forward(batchFirst ? input.transpose(0, 1) : input, state, lengths);
        if (batchFirst) output = output.transpose(0, 1);
        return (output.MoveToOuterDisposeScope(), final.MoveToOuterDisposeScope());
    }
}
