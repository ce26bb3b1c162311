using Tern.Cells;
using Tern.Training.Layers;
using static TorchSharp.torch;

namespace Tern.Training.Verification;

/// <summary>
/// An LSTM or GRU as lmnt-com/haste stores it: products x K + h R from the left; gates i, g, f, o of the LSTM and z, r, g of
/// the GRU. Zoneout's mask is 1 where the new h is taken.
/// </summary>
sealed class HasteCase : RecurrentCase
{
    public static ReferenceKind Kind { get; } = new("LSTM and GRU of haste (params recurrent_kernel)",
        reference => reference.HasParameter("recurrent_kernel") && !reference.HasParameter("gamma"), reference => new HasteCase(reference).Error());

    /// <summary>For each of the file's gates Tern's input block.</summary>
    static readonly int[] LstmBlocks = [0, 2, 1, 3], GruBlocks = [2, 1, 0];

    readonly bool training;

    HasteCase(ReferenceCase reference) : base(reference, ConfigOf(reference), inside: "params")
    {
        training = reference.Option("training", false);
        if (training && Config.Zoneout > 0 && Keep is null)
            throw reference.Fault("trains with zoneout; expected its draws as \"zoneout_mask\" [time, batch, hidden], or training = false");
    }

    bool IsGru => Config.Cell.Cell == "gru";

    int[] Blocks => IsGru ? GruBlocks : LstmBlocks;

    static StackConfig ConfigOf(ReferenceCase reference)
    {
        double zoneout = reference.Share("zoneout");
        return new()
        {
            Cell = CellCatalogue.Resolve(reference.HasParameter("recurrent_bias") ? "gru" : "lstm", new Dictionary<string, string> { ["zoneout"] = zoneout > 0 ? "yes" : "no" }),
            Input = reference.Size("input_size"),
            Hidden = reference.Size("hidden_size"),
            Layers = 1,
            Zoneout = zoneout,
        };
    }

    protected override IEnumerable<StackPart> Parts()
    {
        CheckParameters(["kernel", "recurrent_kernel", "bias", "recurrent_bias", "h0", "c0"]);
        for (int gate = 0; gate < Blocks.Length; gate++)
        {
            int k = gate, block = Blocks[gate];
            yield return Part("kernel", "forward_weight", Block(block), w => Gate(w, k).t());
            yield return Part("recurrent_kernel", "forward_recurrent", Block(IsGru ? (block + 2) % 3 : block), w => Gate(w, k).t());   // Tern's r, z, hn
            yield return Part("bias", "forward_vectors", p => p[block], b => Gate(b, k));
            // Tern's GRU has a recurrent bias of its own where it makes a difference, inside the reset gate's product.
            if (IsGru) yield return block == 0 ? Part("recurrent_bias", "forward_vectors", p => p[3], b => Gate(b, k))
                : Part("recurrent_bias", "forward_vectors", p => p[block], b => Gate(b, k)) with { Adds = true };
        }
    }

    /// <summary>Columns of the file's k-th gate.</summary>
    Tensor Gate(Tensor t, int k) => t.narrow(-1, (long)k * Config.Hidden, Config.Hidden);

    protected override Tensor? Keep => Config.Zoneout > 0 && training ? Reference.TryTensor("zoneout_mask") : null;
}
