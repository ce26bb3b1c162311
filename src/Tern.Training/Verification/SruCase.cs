using Tern.Cells;
using Tern.Model;
using Tern.Training.Layers;
using static TorchSharp.torch;

namespace Tern.Training.Verification;

/// <summary>A stack of SRUs as the authors' package stores it (asappresearch/sru).</summary>
sealed class SruCase : StackCase
{
    readonly Tensor? inputToHidden;      // [hidden, input]

    public static ReferenceKind Kind { get; } = new("SRU stacks (params rnn_lst.N.*)",
        reference => reference.HasParameter("rnn_lst.0.weight"), reference => new SruCase(reference).Error());

    SruCase(ReferenceCase reference) : base(reference, ConfigOf(reference)) =>
        inputToHidden = reference.TryTensor("input_to_hidden.weight", "params")?.requires_grad_();

    static StackConfig ConfigOf(ReferenceCase reference)
    {
        bool skip = reference.Option("has_skip_term", true), rescale = reference.Option("rescale", false);
        int hidden = reference.Size("hidden_size"), projection = reference.Option("projection_size", 0);
        return new()
        {
            Cell = CellCatalogue.Resolve("sru", new Dictionary<string, string>
            {
                ["g"] = reference.Option("activation", reference.Option("use_tanh", false) ? "tanh" : reference.Option("use_relu", false) ? "relu" : "identity"),
                ["output"] = !skip ? "no-highway" : rescale ? "scaled-highway" : "highway",
                ["peephole"] = reference.Option("v1", false) ? "no" : "yes",
            }),
            Input = reference.TryTensor("input_to_hidden.weight", "params") is { } first ? (int)first.shape[0] : reference.Size("input_size"),
            Hidden = hidden,
            Layers = reference.Size("num_layers"),
            Bidirectional = reference.Option("bidirectional", false),
            HighwayBias = reference.Option("highway_bias", 0.0),
            Projection = projection > 0 ? projection : null,
            LayerNorm = !reference.Option("layer_norm", false) ? LayerNormPlace.None
                : reference.Option("normalize_after", false) ? LayerNormPlace.After : LayerNormPlace.Before,
        };
    }

    protected override string StateKey => "c0";

    protected override Tensor InitialState() => Reference.Tensor("c0");

    protected override double FinalError(Tensor states) => Reference.Error(FromStates(states), "c");

    protected override Tensor Input(Tensor x) => inputToHidden is null ? x : x.matmul(inputToHidden.t());

    protected override IEnumerable<(string Key, Tensor Tensor)> Leaves => inputToHidden is null ? [] : [("input_to_hidden.weight", inputToHidden)];

    protected override IEnumerable<StackPart> Parts()
    {
        foreach (var property in Reference.Object("params").Where(p => p.Name != "input_to_hidden.weight"))
        {
            string[] names = property.Name.Split('.', 3);
            if (names.Length != 3 || names[0] is not ("rnn_lst" or "ln_lst") || !int.TryParse(names[1], out int layer) || layer < 0 || layer >= Config.Layers)
                throw Reference.Fault($"has a parameter \"{property.Name}\" of unknown meaning");
            string part = names[0] == "ln_lst" ? "layer_norm." + names[2] : names[2];
            if (part == "weight_c" && Config.Cell.Options["peephole"] == "no") continue;   // frozen at 0
            foreach (var (parameter, own, theirs) in Parts(part)) yield return new(property.Name, layer, parameter, own, theirs);
        }
    }

    IEnumerable<(string Parameter, Func<Tensor, Tensor> Own, Func<Tensor, Tensor> Theirs)> Parts(string part)
    {
        int units = Config.Hidden;
        for (int d = 0; d < Directions; d++)
        {
            int direction = d;
            string name = d == 0 ? "forward" : "backward";
            switch (part)
            {
                case "weight":        // theirs [in, directions, hidden, k] with k the fastest, ours [k x hidden, in]
                    yield return ($"{name}_weight", w => w.view(-1, units, w.shape[1]).permute(2, 1, 0), w => w.view(w.shape[0], Directions, units, -1).select(1, direction));
                    break;
                case "bias":          // theirs [2, directions, hidden]: forget, reset; ours the first rows of [vectors, hidden]
                    yield return ($"{name}_vectors", p => p.narrow(0, 0, 2), p => p.view(2, Directions, units).select(1, direction));
                    break;
                case "weight_c":      // the next rows
                    yield return ($"{name}_vectors", p => p.narrow(0, 2, 2), p => p.view(2, Directions, units).select(1, direction));
                    break;
                case "weight_proj" when d == 0:   // theirs [in, rank]
                    yield return ("projection", w => w.t(), w => w);
                    break;
                case "layer_norm.weight" or "layer_norm.bias" when d == 0:
                    yield return (part.Replace("layer_norm", "norm", StringComparison.Ordinal), p => p, p => p);
                    break;
                case "weight_proj" or "layer_norm.weight" or "layer_norm.bias":
                    break;
                default:
                    throw Reference.Fault($"has a parameter \"{part}\" of unknown meaning");
            }
        }
    }

    /// <summary>mask_pad, [time, batch], 1 for padding.</summary>
    bool[,]? Steps()
    {
        if (Reference.TryTensor("mask_pad") is not { } mask) return null;
        Reference.CheckShape(mask, "mask_pad", [.. Reference.Tensor("x").shape.Take(2)]);
        var steps = new bool[mask.shape[0], mask.shape[1]];
        for (int t = 0; t < steps.GetLength(0); t++)
        {
            for (int b = 0; b < steps.GetLength(1); b++) steps[t, b] = mask[t, b].item<float>() == 0;
        }
        return steps;
    }

    protected override SequencePadding? Padding => Steps() is { } steps ? SequencePadding.Of(steps) : null;

    /// <summary>Lengths, where padding is at the ends only; else null.</summary>
    protected override int[]? Lengths(int time, int batch)
    {
        var lengths = new int[batch];
        Array.Fill(lengths, time);
        if (Steps() is not { } steps) return lengths;
        for (int b = 0; b < batch; b++)
        {
            lengths[b] = Enumerable.Range(0, time).Count(t => steps[t, b]);
            if (lengths[b] == 0 || Enumerable.Range(0, lengths[b]).Any(t => !steps[t, b])) return null;
        }
        return lengths;
    }

    /// <summary>[layers, batch, directions x hidden] as [layers x directions, batch, hidden].</summary>
    protected override Tensor ToStates(Tensor c) => c.view(Config.Layers, c.shape[1], Directions, Config.Hidden).transpose(1, 2).reshape(Config.Layers * Directions, c.shape[1], Config.Hidden);

    /// <summary>The layout of the file's c: that of <see cref="ToStates"/>'s input, or its result where the package was asked for nn's.</summary>
    protected override Tensor FromStates(Tensor states) => Reference.Option("nn_rnn_compatible_return", false) ? states
        : states.view(Config.Layers, Directions, states.shape[1], Config.Hidden).transpose(1, 2).reshape(Config.Layers, states.shape[1], Config.Output);
}
