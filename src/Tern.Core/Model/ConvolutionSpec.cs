using System.Text.Json.Serialization;

namespace Tern.Model;

/// <summary>
/// Filters over the last steps of a sequence, ReLU (Kim 2014, "Convolutional Neural Networks for Sentence Classification",
/// eq. 2; max pooling over time comes after it, eq. 4): c_t = max(0, W x_{t-k+1:t} + b) for each window of k steps. Before
/// the first step stand zeros, so there are as many rows as steps, short sequences included. Tensors, for each window:
/// windowK.weight [filters, K x input], the earliest step first, and windowK.bias [filters].
/// </summary>
public sealed record ConvolutionSpec : ModuleSpec
{
    /// <summary>The longest window.</summary>
    public const int MaxWindow = 1024;

    /// <summary>Columns of the input.</summary>
    public required int Input { get; init; }

    /// <summary>Steps that the filters span, ascending.</summary>
    public required IReadOnlyList<int> Windows { get; init; }

    /// <summary>Filters of each window.</summary>
    public required int Filters { get; init; }

    /// <summary>Columns of the output: the filters of the first window, then those of the next.</summary>
    [JsonIgnore]
    public int Width => Windows.Count * Filters;

    /// <summary>"windows 3, 4, 5 of 100 filters".</summary>
    public override string ToString() => $"windows {string.Join(", ", Windows)} of {Filters} filters";

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, int[]>> Tensors()
    {
        foreach (int window in Windows)
        {
            yield return Tensor($"window{window}.weight", Filters, window * Input);
            yield return Tensor($"window{window}.bias", Filters);
        }
    }

    internal override Flow Check(Flow input)
    {
        CheckSize("input", Input);
        CheckSize("filters", Filters);
        if (Windows.Count == 0)
            throw new TernException($"has a module '{Name}' without windows; expected at least one, for example 3. Train the model again.");
        for (int i = 0; i < Windows.Count; i++)
        {
            if (Windows[i] < 1 || Windows[i] > MaxWindow || (i > 0 && Windows[i] <= Windows[i - 1]))
                throw new TernException($"has a module '{Name}' with a window of {Windows[i]} steps; expected 1 to {MaxWindow}, each longer than the one before it. Train the model again.");
            CheckSize("window x input", (long)Windows[i] * Input);
        }
        CheckSize("windows x filters", (long)Windows.Count * Filters);
        CheckInput(input, input.Kind == FlowKind.Sequence && input.Fits(Input), $"a sequence of {Input} columns");
        return new(FlowKind.Sequence, Width);
    }
}
