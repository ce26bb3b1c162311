using Tern.Training.Layers;
using static TorchSharp.torch;

namespace Tern.Training.Verification;

/// <summary>One layer of a cell with a recurrent matrix, with the states h and perhaps c in tensors of their own, "h0" and "c0".</summary>
abstract class RecurrentCase(ReferenceCase reference, StackConfig config, string? inside) : StackCase(reference, config)
{
    /// <summary>A parameter of the file and where it lies in Tern's layer.</summary>
    protected static StackPart Part(string key, string parameter, Func<Tensor, Tensor> own, Func<Tensor, Tensor> theirs) => new(key, 0, parameter, own, theirs);

    /// <summary>Rows of block k of a weight, [hidden, columns].</summary>
    protected Func<Tensor, Tensor> Block(int k) => w => w.narrow(0, (long)k * Config.Hidden, Config.Hidden);

    /// <summary>Whether the cell has a c beside h.</summary>
    protected bool HasC => Cells.CellCatalogue.Spec(Config.Cell).State.Length > 1;

    protected override string StateKey => "h0";

    /// <summary>[batch, states x hidden]; 0 where the file has none.</summary>
    protected override Tensor InitialState() => HasC ? cat([State("h0"), State("c0")], -1) : State("h0");

    Tensor State(string key) => Reference.TryTensor(key, inside) ?? zeros(Reference.Tensor("x").size(1), Config.Hidden);

    protected override IEnumerable<(string Key, Tensor Gradient)> StateGradients(Tensor gradient) =>
        HasC ? [("h0", gradient.narrow(-1, 0, Config.Hidden)), ("c0", gradient.narrow(-1, Config.Hidden, Config.Hidden))] : [("h0", gradient)];

    protected override Tensor ToStates(Tensor state) => state.unsqueeze(0);

    /// <summary>h is the last output; c, where the file has it, is the final one or those of all steps.</summary>
    protected override double FinalError(Tensor states)
    {
        double error = Reference.TryTensor("h") is { } h ? Reference.Difference(states[0].narrow(-1, 0, Config.Hidden), h[-1], "h") : 0;
        if (!HasC) return error;
        var c = states[0].narrow(-1, Config.Hidden, Config.Hidden);
        if (Reference.TryTensor("c_last") is { } last) error = Math.Max(error, Reference.Difference(c, last, "c_last"));
        if (Reference.TryTensor("c") is { } all) error = Math.Max(error, Reference.Difference(c, all[-1], "c"));
        return error;
    }

    protected void CheckParameters(IEnumerable<string> known)
    {
        foreach (var property in Reference.Object("params"))
        {
            if (!known.Contains(property.Name)) throw Reference.Fault($"has a parameter \"{property.Name}\" of unknown meaning");
        }
    }
}
