using Tern.Cells;
using Tern.Model;
using Tern.Training.Layers;
using static TorchSharp.torch;

namespace Tern.Training.Verification;

/// <summary>
/// An LSTM or GRU as lmnt-com/haste stores it: products x K + h R from the left; gates i, g, f, o of the LSTM and z, r, g of
/// the GRU. With gamma both products are layer-normalised, with gamma_h and beta_h the LSTM's c before the output. Zoneout's
/// mask is 1 where the new h is taken.
/// </summary>
sealed class HasteCase : RecurrentCase
{
    public static ReferenceKind Kind { get; } = new("LSTM and GRU of haste (params recurrent_kernel)",
        reference => reference.HasParameter("recurrent_kernel"), reference => new HasteCase(reference).Error());

    /// <summary>For each of the file's gates Tern's input block.</summary>
    static readonly int[] LstmBlocks = [0, 2, 1, 3], GruBlocks = [2, 1, 0];

    readonly bool training;

    HasteCase(ReferenceCase reference) : base(reference, ConfigOf(reference), inside: "params")
    {
        training = reference.Option("training", false);
        if (reference.Option("ln_eps", 1e-5) != 1e-5 && reference.HasParameter("gamma"))
            throw reference.Fault($"has config.ln_eps = {reference.Option("ln_eps", 1e-5)}; expected 1e-05, Tern's");
        if (training && Config.Zoneout > 0 && Keep is null)
            throw reference.Fault("trains with zoneout; expected its draws as \"zoneout_mask\" [time, batch, hidden], or training = false");
    }

    bool HasStateNorm => CellCatalogue.Spec(Config.Cell).Normalised is not null;

    bool IsGru => Config.Cell.Cell == "gru";

    int[] Blocks => IsGru ? GruBlocks : LstmBlocks;

    static StackConfig ConfigOf(ReferenceCase reference)
    {
        double zoneout = reference.Share("zoneout");
        bool gru = reference.HasParameter("recurrent_bias");
        var options = new Dictionary<string, string> { ["zoneout"] = zoneout > 0 ? "yes" : "no" };
        if (!gru) options["state_norm"] = reference.HasParameter("gamma_h") ? "yes" : "no";
        return new()
        {
            Cell = CellCatalogue.Resolve(gru ? "gru" : "lstm", options),
            Input = reference.Size("input_size"),
            Hidden = reference.Size("hidden_size"),
            Layers = 1,
            Zoneout = zoneout,
            LayerNorm = reference.HasParameter("gamma") ? LayerNormPlace.Recurrent : LayerNormPlace.None,
        };
    }

    protected override IEnumerable<StackPart> Parts()
    {
        CheckParameters(["kernel", "recurrent_kernel", "bias", "recurrent_bias", "gamma", "gamma_h", "beta_h", "h0", "c0"]);
        for (int gate = 0; gate < Blocks.Length; gate++)
        {
            int k = gate, block = Blocks[gate];
            yield return Part("kernel", "forward_weight", Block(block), w => Gate(w, k).t());
            int recurrent = IsGru ? (block + 2) % 3 : block;      // Tern's r, z, hn
            yield return Part("recurrent_kernel", "forward_recurrent", Block(recurrent), w => Gate(w, k).t());
            if (Config.LayerNorm == LayerNormPlace.Recurrent)
            {
                yield return Part("gamma", "forward_norm.weight", Block(block), g => Gate(g[0], k));
                yield return Part("gamma", "forward_recurrent_norm", Block(recurrent), g => Gate(g[1], k));
            }
            yield return Part("bias", "forward_vectors", p => p[block], b => Gate(b, k));
            // Tern's GRU has a recurrent bias of its own where it makes a difference, inside the reset gate's product.
            if (IsGru) yield return block == 0 ? Part("recurrent_bias", "forward_vectors", p => p[3], b => Gate(b, k))
                : Part("recurrent_bias", "forward_vectors", p => p[block], b => Gate(b, k)) with { Adds = true };
        }
        foreach (var part in StateNorm()) yield return part;
    }

    IEnumerable<StackPart> StateNorm() => !HasStateNorm ? [] :
        [Part("gamma_h", "forward_state_norm", p => p[0], g => g), Part("beta_h", "forward_state_norm", p => p[1], b => b)];

    /// <summary>Columns of the file's k-th gate.</summary>
    Tensor Gate(Tensor t, int k) => t.narrow(-1, (long)k * Config.Hidden, Config.Hidden);

    protected override Tensor? Keep => Config.Zoneout > 0 && training ? Reference.TryTensor("zoneout_mask") : null;
}
