using Tern.Cells;
using Tern.Training.Layers;
using static TorchSharp.torch;

namespace Tern.Training.Verification;

/// <summary>
/// A cell as microsoft/EdgeML stores it (pytorch, graph/rnn.py): products x W + h U from the left. W and U of low rank have
/// a first factor, which the gates share, and a second for each.
/// </summary>
sealed class EdgeMlCase : RecurrentCase
{
    public static ReferenceKind Kind { get; } = new("EdgeML's cells (cell: FastRNN, FastGRNN, UGRNNLR, GRULR, LSTMLR)",
        reference => reference.Text("cell") is "FastRNN" or "FastGRNN" or "UGRNNLR" or "GRULR" or "LSTMLR", reference => new EdgeMlCase(reference).Error());

    EdgeMlCase(ReferenceCase reference) : base(reference, ConfigOf(reference), inside: null)
    {
    }

    bool IsFast => Config.Cell.Cell is "fastrnn" or "fastgrnn";

    static StackConfig ConfigOf(ReferenceCase reference)
    {
        string gate = reference.Option("gate_nonlinearity", "sigmoid"), update = reference.Option("update_nonlinearity", "tanh"), cell = reference.Text("cell")!;
        var (name, options) = cell switch
        {
            "FastRNN" => ("fastrnn", new Dictionary<string, string> { ["g"] = update }),
            "FastGRNN" => ("fastgrnn", new() { ["gate"] = gate, ["update"] = update }),
            "UGRNNLR" => ("ugrnn", new() { ["g"] = update }),
            "GRULR" => ("gru", new() { ["reset"] = "before" }),
            _ => ("lstm", []),
        };
        if (cell is "UGRNNLR" or "GRULR" or "LSTMLR" && gate != "sigmoid" || cell is "GRULR" or "LSTMLR" && update != "tanh")
            throw reference.Fault($"has gate_nonlinearity {gate} and update_nonlinearity {update}; Tern's {name} has sigmoid, GRU and LSTM also tanh");
        return new()
        {
            Cell = CellCatalogue.Resolve(name, options),
            Input = reference.Size("input_size"),
            Hidden = reference.Size("hidden_size"),
            Layers = 1,
            Projection = Rank(reference, "wRank"),
            RecurrentRank = Rank(reference, "uRank"),
        };
    }

    static int? Rank(ReferenceCase reference, string key) => reference.Option<int?>(key, null) is null ? null : reference.Size(key);

    protected override IEnumerable<StackPart> Parts()
    {
        StackPart[] parts = [.. Matrices("W", "projection", "forward_weight", Config.Projection), .. Matrices("U", "forward_recurrent_projection", "forward_recurrent", Config.RecurrentRank), .. Numbers()];
        CheckParameters(parts.Select(part => part.Key));
        return parts;
    }

    /// <summary>W or U: full or in factors, one for all or one for each gate.</summary>
    IEnumerable<StackPart> Matrices(string letter, string first, string second, int? rank)
    {
        if (IsFast && rank is null) return [Part(letter, second, w => w, w => w.t())];
        if (IsFast) return [Part($"{letter}1", first, w => w, w => w.t()), Part($"{letter}2", second, w => w, w => w.t())];
        var blocks = Enumerable.Range(0, CellCatalogue.Spec(Config.Cell).Input.Length).Select(k => Part($"{letter}{k + 1}", second, Block(k), w => w.t()));
        return rank is null ? blocks : blocks.Prepend(Part(letter, first, w => w, w => w.t()));
    }

    IEnumerable<StackPart> Numbers()
    {
        string[] biases = Config.Cell.Cell switch
        {
            "fastrnn" => ["bias_update"],
            "gru" => ["bias_r", "bias_gate", "bias_update"],
            "lstm" => ["bias_i", "bias_f", "bias_c", "bias_o"],
            _ => ["bias_gate", "bias_update"],
        };
        string[] scalars = CellCatalogue.Spec(Config.Cell).Scalars;
        return [.. biases.Select((key, k) => Part(key, "forward_vectors", p => p[k], b => b[0])),
            .. scalars.Select((key, k) => Part(key, "forward_scalars", p => p.narrow(0, k, 1), s => s[0]))];
    }
}
