using Tern.Cells;
using Tern.Cells.Derivation;
using Tern.Matrices;
using Tern.Model;

namespace Tern.FixedPoint;

/// <summary>A recurrent layer taken apart: its factors, its blocks and its step as expressions.</summary>
sealed class LayerForm
{
    /// <summary>Takes a layer apart.</summary>
    /// <param name="spec">The layer.</param>
    /// <param name="tensors">The model's tensors.</param>
    /// <param name="name">Its name in exports, a C identifier.</param>
    /// <exception cref="TernException">It has a part that the integer form lacks.</exception>
    public LayerForm(RecurrentSpec spec, IReadOnlyDictionary<string, TensorData> tensors, string name)
    {
        Refuse(spec);
        (Spec, Name) = (spec, name);
        Cell = CellCatalogue.Spec(spec.Cell);
        string direction = $"{spec.Name}.forward";
        (Weight, InputFactor) = Factors(tensors, $"{direction}.weight", spec.Projection is null ? null : $"{spec.Name}.projection");
        if (Cell.Recurrent.Length > 0)
            (Recurrent, StateFactor) = Factors(tensors, $"{direction}.recurrent", spec.RecurrentRank is null ? null : $"{direction}.recurrent_projection");
        Vectors = Cell.Vectors.ToDictionary(vector => vector, vector => tensors[$"{direction}.{vector}"].Values);

        CellTrace trace = CellCatalogue.Visit(spec.Cell, new TraceVisitor());
        Dictionary<int, int> known = new() { [trace.Graph.Slot("Mask")] = Graph.Const(1) };
        for (int k = 0; k < Cell.Scalars.Length + Cell.Constants.Length; k++)
        {
            string scalar = Cell.Scalars.Concat(Cell.Constants).ElementAt(k);
            float value = tensors[$"{direction}.{scalar}"].Values[0];
            known[trace.Graph.Slot("Q" + k)] = Graph.Const(k < Cell.Scalars.Length ? 1 / (1 + MathF.Exp(-value)) : value);
            if (Cell.Zoneout && scalar == "keep") known[trace.Graph.Slot("Keep")] = Graph.Const(value);
        }
        int[] roots = trace.Graph.CopyTo(Graph, [.. trace.States, trace.Output], known);
        (States, Output) = (roots[..^1], roots[^1]);
    }

    public RecurrentSpec Spec { get; }

    /// <summary>Prefix of the layer's names in exports.</summary>
    public string Name { get; }

    public CellSpec Cell { get; }

    /// <summary>The step, with the layer's numbers in place of Q and without masks.</summary>
    public ExpressionGraph Graph { get; } = new();

    /// <summary>The new states, in the cell's order.</summary>
    public int[] States { get; }

    /// <summary>h.</summary>
    public int Output { get; }

    /// <summary>[blocks x hidden, input or rank].</summary>
    public SourceMatrix Weight { get; }

    /// <summary>[rank, input]; null for a full weight.</summary>
    public SourceMatrix? InputFactor { get; }

    /// <summary>U, [recurrent blocks x hidden, hidden or rank]; null for the scan family.</summary>
    public SourceMatrix? Recurrent { get; }

    /// <summary>[rank, hidden]; null for a full U.</summary>
    public SourceMatrix? StateFactor { get; }

    /// <summary>Biases and peepholes by name, [hidden] each.</summary>
    public IReadOnlyDictionary<string, float[]> Vectors { get; }

    /// <summary>The slot that block k of W is for: X0 ..., then Skip.</summary>
    public string BlockSlot(int k) => k < Cell.Input.Length ? "X" + k : "Skip";

    /// <summary>The slot that block k of U is for: that of the input block of its name, or U0 ...</summary>
    public string RecurrentSlot(int k)
    {
        int input = Array.IndexOf(Cell.Input, Cell.Recurrent[k]);
        return input >= 0 ? "X" + input : "U" + Array.IndexOf(Cell.OwnRecurrent, Cell.Recurrent[k]);
    }

    /// <summary>
    /// The name of what a slot holds, in exports and in the model's ranges: "x_w" where W x goes to it, "u_hn" where U h alone
    /// does, the letter of a state, "y" for an output that is no state.
    /// </summary>
    public string PartName(string slot) => slot[0] switch
    {
        'X' => "x_" + Cell.Input[slot[1] - '0'],
        'U' => "u_" + Cell.OwnRecurrent[slot[1] - '0'],
        'Y' => "y",
        'S' when slot.Length == 2 => Cell.State[slot[1] - '0'],
        _ => "x_skip",
    };

    /// <summary>The names of the factors' products.</summary>
    public const string InputRank = "a", StateRank = "b";

    /// <summary>The parts whose ranges are measured: all that have a format of their own.</summary>
    public IEnumerable<string> Parts()
    {
        if (InputFactor is not null) yield return InputRank;
        if (StateFactor is not null) yield return StateRank;
        for (int k = 0; k < Spec.Blocks; k++) yield return PartName(BlockSlot(k));
        foreach (string own in Cell.OwnRecurrent) yield return "u_" + own;
        for (int k = 0; k < States.Length; k++) yield return PartName("S" + k);
        if (!States.Contains(Output)) yield return PartName("Y");
    }

    static (SourceMatrix, SourceMatrix?) Factors(IReadOnlyDictionary<string, TensorData> tensors, string name, string? factor)
    {
        SourceMatrix? second = factor is null ? null : SourceMatrix.Of(tensors, factor);
        if (!ModelTensors.IsEncoded(tensors, name, out EncodedMatrix? encoded) || encoded.Encoding is not LowRankEncoding low)
            return (SourceMatrix.Of(tensors, name), second);
        if (second is not null)
            throw new TernException($"The model stores '{name}' as two factors and has '{factor}' beside it; the integer form knows two factors at most. Store '{name}' in another encoding.");
        PartReader parts = new("", encoded.Parts);
        return (SourceMatrix.Of(name, low.Left, encoded.Rows, low.Rank, parts.Factor(".left")), SourceMatrix.Of(name, low.Right, low.Rank, encoded.Columns, parts.Factor(".right")));
    }

    static void Refuse(RecurrentSpec spec)
    {
        string? part = spec.Bidirectional ? "reads both directions"
            : spec.LayerNorm != LayerNormPlace.None ? $"normalises its layer ({spec.LayerNorm.ToString().ToLowerInvariant()})"
            : CellCatalogue.HasFirstPhase(spec.Cell) ? $"has the cell {spec.Cell}, of two phases"
            : null;
        if (part is not null) throw new TernException($"The module '{spec.Name}' {part}, which the integer form lacks; train without it{(spec.Bidirectional ? "" : ", or export it in floats (--numbers float)")}.");
    }

    readonly struct TraceVisitor : ICellVisitor<CellTrace>
    {
        public CellTrace Visit<TCell>() where TCell : struct, ICell => CellTrace.Of<TCell>();
    }
}
