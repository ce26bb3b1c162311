using System.Text.Json.Serialization;

namespace Tern.Model;

/// <summary>
/// libtorch's own LSTM or GRU, all layers of it: a baseline, which Tern.Training alone runs. Tensors as PyTorch names
/// them: weight_ih_l0 [gates * hidden, input], weight_hh_l0, bias_ih_l0, bias_hh_l0, and _reverse for the second direction.
/// </summary>
public sealed record TorchRecurrentSpec : ModuleSpec
{
    /// <summary>As many as a configuration may have; each layer names tensors, and a damaged number must not name millions.</summary>
    const int MaxLayers = 64;

    /// <summary>lstm or gru.</summary>
    public required string Cell { get; init; }

    /// <summary>Columns of the input.</summary>
    public required int Input { get; init; }

    /// <summary>Units of a layer and direction.</summary>
    public required int Hidden { get; init; }

    /// <summary>Layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Whether each layer also reads backwards.</summary>
    [JsonRequired]
    public bool Bidirectional { get; init; }

    int Width => Bidirectional ? 2 * Hidden : Hidden;

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, int[]>> Tensors()
    {
        int rows = (Cell == "lstm" ? 4 : 3) * Hidden;
        for (int layer = 0; layer < Layers; layer++)
            foreach (string direction in Bidirectional ? ["", "_reverse"] : new[] { "" })
            {
                yield return Tensor($"weight_ih_l{layer}{direction}", rows, layer == 0 ? Input : Width);
                yield return Tensor($"weight_hh_l{layer}{direction}", rows, Hidden);
                yield return Tensor($"bias_ih_l{layer}{direction}", rows);
                yield return Tensor($"bias_hh_l{layer}{direction}", rows);
            }
    }

    internal override Flow Check(Flow input)
    {
        if (Cell is not ("lstm" or "gru"))
            throw new TernException($"has a module '{Name}' of libtorch's cell '{Cell}'; expected lstm or gru. Train the model again.");
        CheckSize("input", Input);
        CheckSize("hidden", Hidden);
        if (Layers is < 1 or > MaxLayers)
            throw new TernException($"has a module '{Name}' of {Layers} layers; expected 1 to {MaxLayers}. Train the model again.");
        CheckInput(input, input.Kind == FlowKind.Sequence && input.Fits(Input), $"a sequence of {Input} columns");
        return new(FlowKind.Sequence, Width);
    }
}
