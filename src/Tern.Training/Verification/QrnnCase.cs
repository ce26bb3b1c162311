using Tern.Cells;
using Tern.Training.Layers;
using static TorchSharp.torch;

namespace Tern.Training.Verification;

/// <summary>A stack of Quasi-RNNs as salesforce/pytorch-qrnn stores it: one linear map of the window a layer, its rows z, f and o.</summary>
sealed class QrnnCase : StackCase
{
    public static ReferenceKind Kind { get; } = new("stacks of Quasi-RNNs (params layers.N.linear.*)",
        reference => reference.HasParameter("layers.0.linear.weight"), reference => new QrnnCase(reference).Error());

    QrnnCase(ReferenceCase reference) : base(reference, ConfigOf(reference))
    {
        if (reference.Option("training", false) && Config.Zoneout > 0 && (Keep is null || Config.Layers > 1))
            throw reference.Fault($"trains {Config.Layers} layers with zoneout {Config.Zoneout}; expected one layer and its draws as \"zoneout_mask\" [time, batch, hidden], or training = false");
    }

    static StackConfig ConfigOf(ReferenceCase reference)
    {
        double zoneout = reference.Share("zoneout");
        return new()
        {
            Cell = CellCatalogue.Resolve("qrnn", new Dictionary<string, string>
            {
                ["pooling"] = reference.Option("output_gate", true) ? "fo" : "f",
                ["zoneout"] = zoneout > 0 ? "yes" : "no",
            }),
            Input = reference.Size("input_size"),
            Hidden = reference.Size("hidden_size"),
            Layers = reference.Size("num_layers", 1),
            Window = reference.Size("window", 1),
            Zoneout = zoneout,
        };
    }

    protected override IEnumerable<StackPart> Parts()
    {
        foreach (var property in Reference.Object("params"))
        {
            string[] names = property.Name.Split('.', 3);
            bool known = names is ["layers", _, "linear.weight" or "linear.bias"] && int.TryParse(names[1], out int layer) && layer >= 0 && layer < Config.Layers;
            if (!known) throw Reference.Fault($"has a parameter \"{property.Name}\" of unknown meaning");
        }
        for (int layer = 0; layer < Config.Layers; layer++)
        {
            yield return new($"layers.{layer}.linear.weight", layer, "forward_weight", w => w, w => w);             // [blocks x hidden, window x input]
            yield return new($"layers.{layer}.linear.bias", layer, "forward_vectors", p => p.flatten(), b => b);    // [blocks x hidden]
        }
    }

    protected override string StateKey => "h0";

    /// <summary>The c before the first step, [layers, batch, hidden]; 0 where the file has none.</summary>
    protected override Tensor InitialState() => Reference.TryTensor("h0") ?? zeros(Config.Layers, Reference.Tensor("x").size(1), Config.Hidden);

    protected override double FinalError(Tensor states) => Reference.Error(states, "hn");

    protected override Tensor? Keep => Config.Zoneout > 0 && Reference.Option("training", false) ? Reference.TryTensor("zoneout_mask") : null;
}
