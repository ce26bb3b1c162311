using Tern.Cells;
using Tern.Cells.Derivation;
using Tern.FixedPoint;
using Tern.Model;

namespace Tern.Export.C.Floats;

/// <summary>
/// A recurrent layer of one direction: products, normalisation where the layer has it, and the cell's one or two phases,
/// in the order of the session (<see cref="Kernels.ScanForward"/>). A row of products is the blocks of W, then the cell's
/// own blocks of U.
/// </summary>
sealed class CFloatLayer : CFloatModule
{
    readonly RecurrentSpec spec;
    readonly CellSpec cell;
    readonly IReadOnlyDictionary<string, TensorData> tensors;
    readonly string name, direction;
    readonly CFloatPhase? first;
    readonly CFloatPhase last;
    readonly IReadOnlyList<CFloatMatrix> weight, projected = [], before = [];      // before: what multiplies h ahead of U
    readonly CFloatMatrix? recurrent, linked;

    public CFloatLayer(RecurrentSpec spec, IReadOnlyDictionary<string, TensorData> tensors)
    {
        if (spec.Bidirectional) throw new TernException($"The module '{spec.Name}' reads both directions, which the C code lacks; train without --bidirectional.");
        (this.spec, this.tensors, cell, name, direction) = (spec, tensors, CellCatalogue.Spec(spec.Cell), CName.Of(spec.Name), $"{spec.Name}.forward");
        float[] numbers = [.. cell.Scalars.Select(scalar => 1 / (1 + MathF.Exp(-Number(scalar)))), .. cell.Constants.Select(Number)];
        last = new(CellCatalogue.Visit(spec.Cell, new CFloatPhase.Tracer()), numbers, cell.Zoneout ? Number("keep") : 1);
        if (cell.First is not null) first = new(CellCatalogue.VisitFirst(spec.Cell, new CFloatPhase.Tracer()), [], keep: 1);
        weight = [.. spec.Projection is null ? [] : CFloatMatrix.Of(tensors, $"{spec.Name}.projection", $"{name}_projection"), .. CFloatMatrix.Of(tensors, $"{direction}.weight", $"{name}_w")];
        if (cell.Recurrent.Length == 0) return;
        if (spec.RecurrentFactor is not null) before = CFloatMatrix.Of(tensors, $"{direction}.recurrent_projection", $"{name}_u_projection");
        if (spec.RecurrentProjection is not null) projected = before;
        IReadOnlyList<CFloatMatrix> u = CFloatMatrix.Of(tensors, $"{direction}.recurrent", $"{name}_u");
        before = [.. before, .. u.SkipLast(1)];
        int all = u[^1].Rows, own = all - cell.Linked.Length * Hidden;
        if (own > 0) recurrent = u[^1].Block($"{name}_u_h", 0, own);
        if (own < all) linked = u[^1].Block($"{name}_u_first", own, all);

        float Number(string number) => tensors[$"{direction}.{number}"].Values[0];
    }

    int Hidden => spec.Hidden;

    public override int Width => spec.Width;

    /// <summary>The functions that its step calls.</summary>
    public IEnumerable<Op> Functions => last.Functions.Concat(first?.Functions ?? []);

    /// <summary>Whether rows of any kind are normalised with weight and bias.</summary>
    public bool NormalisesRows => spec.LayerNorm != LayerNormPlace.None || cell.Normalised is not null;

    /// <summary>Whether products U h are normalised.</summary>
    public bool NormalisesRecurrent => spec.LayerNorm == LayerNormPlace.Recurrent;

    /// <summary>Where h goes past the state: normalised or projected behind the step, or another output than the state.</summary>
    bool HasOutput => !last.OutputIsState || spec.RecurrentProjection is not null || spec.LayerNorm == LayerNormPlace.After;

    string State(string state) => $"{name}_{CName.Of(state)}";

    public override IReadOnlyList<CFloatField> Fields =>
    [
        .. cell.State.Select(state => new CFloatField(State(state), Hidden, Carried: true, $"{state} of {spec.Name}")),
        .. HasOutput ? (CFloatField[])[new(name + "_output", Width, Carried: true, $"output of {spec.Name}")] : [],
    ];

    public override IReadOnlyList<CFloatMatrix> Matrices => [.. ((CFloatMatrix?[])[.. weight, .. before, recurrent, linked]).OfType<CFloatMatrix>()];

    public override IReadOnlyList<(string Name, float[] Values)> Vectors =>
    [
        .. spec.LayerNorm switch
        {
            LayerNormPlace.None => [],
            LayerNormPlace.Before or LayerNormPlace.After => (string[])[$"{spec.Name}.norm.weight", $"{spec.Name}.norm.bias"],
            LayerNormPlace.Products => [$"{direction}.norm.weight", $"{direction}.norm.bias"],
            _ => [$"{direction}.norm.weight", $"{direction}.norm.bias", $"{direction}.recurrent_norm"],
        } is var norms ? norms.Select(tensor => ($"{name}_{(tensor.EndsWith("recurrent_norm", StringComparison.Ordinal) ? "u_norm" : tensor.EndsWith("weight", StringComparison.Ordinal) ? "norm" : "norm_bias")}", tensors[tensor].Values)) : [],
        .. cell.Normalised is null ? [] : ((string, float[])[])[($"{name}_state_norm", tensors[$"{direction}.state_norm.weight"].Values), ($"{name}_state_norm_bias", tensors[$"{direction}.state_norm.bias"].Values)],
        .. cell.Vectors.Select(vector => ($"{name}_{CName.Of(vector)}", tensors[$"{direction}.{vector}"].Values)),
    ];

    int WeightBlocks => spec.Blocks * Hidden;

    int OwnBlocks => last.Spec.OwnRecurrent.Length * Hidden;

    public override (int Products, int Between, int Row) Work =>
    (
        WeightBlocks + OwnBlocks,
        Math.Max(Between(weight), before.Sum(factor => factor.Rows)),
        ((int[])
        [
            spec.LayerNorm == LayerNormPlace.Before ? spec.Input : 0, spec.LayerNorm == LayerNormPlace.Recurrent ? recurrent!.Rows : 0,
            first is not null ? Hidden : 0, projected.Count > 0 && !last.OutputIsState ? Hidden : 0,
        ]).Max()
    );

    public override string Row(string x) => HasOutput ? $"state->{name}_output" : $"state->{State(cell.State[0])}";

    public override void PrintStep(CFloatModel model, CText text, string x) => text.Line($"{model.Name}_{name}_step(state, {x});");

    public override void PrintFunction(CFloatModel model, CText text)
    {
        text.Line($"/* {spec.Name}: {CHeader.Comment(spec.Cell.ToString())}, {Hidden} units. */");
        text.Line($"static void {model.Name}_{name}_step({model.Name}_state *state, const float *x)").Line("{").Line("uint16_t i;").Line();
        Products(model, text);
        if (first is not null) First(model, text);
        string h = $"state->{State(cell.State[0])}";
        string? output = !HasOutput || (last.OutputIsState && projected.Count > 0) ? null : projected.Count > 0 ? "state->row" : $"state->{name}_output";
        last.Print(model, text, Hidden, slot => Load(model, slot, cell.Input.Length - last.Spec.Input.Length, cell.Vectors.Length - last.Spec.Vectors.Length, h), [.. last.Spec.State.Select(state => $"state->{State(state)}")], output);
        if (projected.Count > 0)
        {
            text.Line("/* Its projection is the output. */");
            Multiply(model, text, projected, last.OutputIsState ? h : "state->row", $"state->{name}_output", add: false, "state->between");
        }
        if (spec.LayerNorm == LayerNormPlace.After) text.Line($"{model.Name}_normalize(state->{name}_output, {model.Name}_{name}_norm, {model.Name}_{name}_norm_bias, {Width});");
        text.Line("}").Line();
    }

    void Products(CFloatModel model, CText text)
    {
        string x = "x";
        if (spec.LayerNorm == LayerNormPlace.Before)
        {
            text.Line($"for (i = 0; i < {spec.Input}; i++) {{").Line("state->row[i] = x[i];").Line("}");
            text.Line($"{model.Name}_normalize(state->row, {model.Name}_{name}_norm, {model.Name}_{name}_norm_bias, {spec.Input});");
            x = "state->row";
        }
        string[] blocks = [.. cell.Input, .. spec.HasProjectedHighway ? (string[])["x'"] : []];
        text.Line($"/* W x: {string.Join(", ", blocks)}{(weight.Count > 1 ? "; of low rank" : "")}. */");
        Multiply(model, text, weight, x, "state->products", add: false, "state->between");
        if (spec.LayerNorm is LayerNormPlace.Products or LayerNormPlace.Recurrent) text.Line($"{model.Name}_normalize(state->products, {model.Name}_{name}_norm, {model.Name}_{name}_norm_bias, {spec.NormWidth});");
        if (recurrent is null) return;

        int ownBlocks = cell.OwnRecurrent.Length * Hidden, at = (cell.Input.Length - cell.Recurrent.Length) * Hidden + ownBlocks;
        string column = at == 0 ? "state->products" : $"state->products + {at}", h = $"state->{State(cell.State[0])}";
        text.Line($"/* U h: {string.Join(", ", cell.Recurrent.SkipLast(cell.Linked.Length))}. */");
        if (ownBlocks > 0) text.Line($"{model.Name}_clear(state->products + {WeightBlocks}, {ownBlocks});");
        if (spec.LayerNorm == LayerNormPlace.Recurrent)
        {
            Multiply(model, text, [.. before, recurrent], h, "state->row", add: false, "state->between");
            text.Line($"{model.Name}_add_normalized(state->row, {column}, {model.Name}_{name}_u_norm, {recurrent.Rows});");
        }
        else Multiply(model, text, [.. before, recurrent], h, column, add: true, "state->between");
    }

    /// <summary>The first phase, and the product or normalisation of its output.</summary>
    void First(CFloatModel model, CText text)
    {
        text.Line("/* First phase. */");
        first!.Print(model, text, Hidden, slot => Load(model, slot, 0, 0, $"state->{State(first.Spec.State[0])}"), [.. first.Spec.State.Select(state => $"state->{State(state)}")], "state->row");
        if (cell.Normalised is null)
            Multiply(model, text, [.. before, linked!], "state->row", $"state->products + {(cell.Input.Length - cell.Linked.Length) * Hidden}", add: true, "state->between");
        else
        {
            text.Line($"{model.Name}_normalize(state->row, {model.Name}_{name}_state_norm, {model.Name}_{name}_state_norm_bias, {Hidden});");
            text.Line($"for (i = 0; i < {Hidden}; i++) {{").Line($"state->products[{WeightBlocks} + i] = state->row[i];").Line("}");
        }
    }

    /// <summary>Where a slot of a phase is read that begins with some block and some vector of the cell.</summary>
    string Load(CFloatModel model, string slot, int block, int vector, string state) => slot[0] switch
    {
        'X' => $"state->products[{At((block + Index(slot)) * Hidden)}]",
        'U' => $"state->products[{At(WeightBlocks + Index(slot) * Hidden)}]",
        'P' => $"{model.Upper}_READF(&{model.Name}_{name}_{CName.Of(cell.Vectors[vector + Index(slot)])}[i])",
        _ when slot == "Skip" => spec.HasProjectedHighway ? $"state->products[{At(cell.Input.Length * Hidden)}]" : "x[i]",
        _ => Index(slot) == 0 ? $"{state}[i]" : $"state->{State(cell.State[Index(slot)])}[i]",
    };

    static int Index(string slot) => slot[1] - '0';

    static string At(int offset) => offset == 0 ? "i" : $"i + {offset}";
}
