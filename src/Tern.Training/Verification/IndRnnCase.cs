using Tern.Cells;
using Tern.Model;
using Tern.Training.Layers;
using static TorchSharp.torch;

namespace Tern.Training.Verification;

/// <summary>
/// An IndRNN as lmnt-com/haste stores it: h = tanh(x K + u h + b), with gamma the product x K layer-normalised. Of gamma's
/// two rows its second, for a recurrent product that this cell has not, is unused. Zoneout's mask is 1 for the new value.
/// </summary>
sealed class IndRnnCase : StackCase
{
    public static ReferenceKind Kind { get; } = new("IndRNN (params recurrent_scale)",
        reference => reference.HasParameter("recurrent_scale"), reference => new IndRnnCase(reference).Error());

    readonly bool training;

    IndRnnCase(ReferenceCase reference) : base(reference, ConfigOf(reference))
    {
        training = reference.Option("training", false);
        if (reference.Option("ln_eps", 1e-5) != 1e-5 && Config.LayerNorm != LayerNormPlace.None)
            throw reference.Fault($"has config.ln_eps = {reference.Option("ln_eps", 1e-5)}; expected 1e-05, Tern's");
        if (training && Config.Zoneout > 0 && Keep is null)
            throw reference.Fault("trains with zoneout; expected its draws as \"zoneout_mask\" [time, batch, hidden], or training = false");
    }

    static StackConfig ConfigOf(ReferenceCase reference)
    {
        double zoneout = reference.Share("zoneout");
        return new()
        {
            Cell = CellCatalogue.Resolve("indrnn", new Dictionary<string, string>
            {
                ["g"] = reference.Option("activation", "tanh"),
                ["zoneout"] = zoneout > 0 ? "yes" : "no",
            }),
            Input = reference.Size("input_size"),
            Hidden = reference.Size("hidden_size"),
            Layers = 1,
            Zoneout = zoneout,
            LayerNorm = reference.HasParameter("gamma") ? LayerNormPlace.Products : LayerNormPlace.None,
        };
    }

    protected override IEnumerable<StackPart> Parts()
    {
        foreach (var property in Reference.Object("params"))
        {
            if (property.Name is not ("kernel" or "recurrent_scale" or "bias" or "gamma" or "h0"))
                throw Reference.Fault($"has a parameter \"{property.Name}\" of unknown meaning");
        }
        yield return new("kernel", 0, "forward_weight", w => w.t(), w => w);             // theirs [in, hidden]
        yield return new("bias", 0, "forward_vectors", p => p[0], b => b);
        yield return new("recurrent_scale", 0, "forward_vectors", p => p[1], u => u);
        if (Config.LayerNorm == LayerNormPlace.Products) yield return new("gamma", 0, "forward_norm.weight", g => g, g => g[0]);
    }

    protected override string StateKey => "h0";

    /// <summary>[batch, hidden]; 0 where the file has none.</summary>
    protected override Tensor InitialState() => Reference.TryTensor("h0", "params") ?? zeros(Reference.Tensor("x").size(1), Config.Hidden);

    protected override Tensor ToStates(Tensor state) => state.unsqueeze(0);

    /// <summary>The state is the output: the last step's.</summary>
    protected override double FinalError(Tensor states) => Reference.TryTensor("h") is { } h ? Reference.Difference(states[0], h[-1], "h") : 0;

    protected override Tensor? Keep => Config.Zoneout > 0 && training ? Reference.TryTensor("zoneout_mask") : null;
}
