using System.Text.Json.Serialization;
using Tern.Cells;

namespace Tern.Model;

/// <summary>Where a recurrent layer normalises its rows (Ba et al. 2016, "Layer Normalization"; epsilon 1e-5).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LayerNormPlace>))]
public enum LayerNormPlace
{
    /// <summary>Nowhere.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>The input of the products; an unprojected highway still gets the raw input.</summary>
    [JsonStringEnumMemberName("before")]
    Before,

    /// <summary>The output of the layer, both directions as one row.</summary>
    [JsonStringEnumMemberName("after")]
    After,

    /// <summary>The products W x, all of the cell's blocks of a direction as one row; a projected highway is left as it is.</summary>
    [JsonStringEnumMemberName("products")]
    Products,

    /// <summary>As <see cref="Products"/>, and the products U h as a row of their own, without a bias: for cells with a recurrent matrix (Ba et al. 2016, supplement).</summary>
    [JsonStringEnumMemberName("recurrent")]
    Recurrent,
}

/// <summary>
/// One recurrent layer. Tensors, for each direction ("forward", "backward"): DIRECTION.weight [blocks x hidden, input or
/// rank] (the cell's input blocks, then x' if it is projected), for a cell with a recurrent matrix DIRECTION.recurrent
/// [recurrent blocks x hidden, hidden, rank or recurrent projection] and perhaps DIRECTION.recurrent_projection [rank or projection, hidden],
/// DIRECTION.VECTOR [hidden] for each vector of the cell, DIRECTION.NUMBER [1] for each scalar (the argument of a sigmoid)
/// and constant; for the layer: projection [rank, input], norm.weight and norm.bias
/// (DIRECTION.norm.weight and DIRECTION.norm.bias where the products are normalised, and DIRECTION.recurrent_norm
/// [recurrent blocks x hidden] where those of the recurrent matrix are); DIRECTION.state_norm.weight and .bias [hidden] where
/// the cell normalises its state.
/// </summary>
public sealed record RecurrentSpec : ModuleSpec
{
    /// <summary>The cell.</summary>
    public required CellVariant Cell { get; init; }

    /// <summary>Columns of the input.</summary>
    public required int Input { get; init; }

    /// <summary>Units of a direction.</summary>
    public required int Hidden { get; init; }

    /// <summary>A second cell reads each sequence from its end; the output has 2 x hidden columns, forward first.</summary>
    [JsonRequired]
    public bool Bidirectional { get; init; }

    /// <summary>Rank of a projection of the input before the cell's weight; null for none.</summary>
    public int? Projection { get; init; }

    /// <summary>Rank of the recurrent matrix, U = recurrent x recurrent_projection; null for a full matrix, and for cells without one.</summary>
    public int? RecurrentRank { get; init; }

    /// <summary>
    /// Columns of recurrent_projection x h, which a direction gives and hands back to its recurrent matrix in the place of h (Sak et
    /// al. 2014, "Long Short-Term Memory Recurrent Neural Network Architectures for Large Scale Acoustic Modeling"); null for h itself.
    /// </summary>
    public int? RecurrentProjection { get; init; }

    /// <summary>x' of the highway is a learned projection of the input also where the sizes would let the input itself through.</summary>
    [JsonRequired]
    public bool ProjectHighway { get; init; }

    /// <summary>Layer normalisation.</summary>
    [JsonRequired]
    public LayerNormPlace LayerNorm { get; init; }

    /// <summary>1 or 2.</summary>
    [JsonIgnore]
    public int Directions => Bidirectional ? 2 : 1;

    /// <summary>Columns of the output.</summary>
    [JsonIgnore]
    public int Width => Directions * (RecurrentProjection ?? Hidden);

    /// <summary>Rows of recurrent_projection: the rank, or the columns that are handed back; null where the recurrent matrix multiplies h.</summary>
    [JsonIgnore]
    public int? RecurrentFactor => RecurrentProjection ?? RecurrentRank;

    /// <summary>The names of the directions in tensor names.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> DirectionNames => Bidirectional ? ["forward", "backward"] : ["forward"];

    /// <summary>
    /// Whether x' is the last block of the weight: where asked for, or where the input is not as wide as h. Else x' of
    /// a direction is its own part of the input (Lei et al., package sru 2.6).
    /// </summary>
    [JsonIgnore]
    public bool HasProjectedHighway => CellCatalogue.Spec(Cell).Skip && (ProjectHighway || Input != Directions * Hidden);

    /// <summary>Blocks of hidden rows in the weight of a direction.</summary>
    [JsonIgnore]
    public int Blocks => CellCatalogue.Spec(Cell).Input.Length + (HasProjectedHighway ? 1 : 0);

    /// <summary>Columns that the layer normalisation spans; 0 where there is none.</summary>
    [JsonIgnore]
    public int NormWidth => LayerNorm switch { LayerNormPlace.Before => Input, LayerNormPlace.After => Width, LayerNormPlace.Products or LayerNormPlace.Recurrent => CellCatalogue.Spec(Cell).Input.Length * Hidden, _ => 0 };

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, int[]>> Tensors()
    {
        CellSpec cell = CellCatalogue.Spec(Cell);
        if (Projection is { } rank)
            yield return Tensor("projection", rank, Input);
        foreach (string prefix in LayerNorm switch { LayerNormPlace.None => [], LayerNormPlace.Products or LayerNormPlace.Recurrent => DirectionNames.Select(name => name + "."), _ => [""] })
        {
            yield return Tensor($"{prefix}norm.weight", NormWidth);
            yield return Tensor($"{prefix}norm.bias", NormWidth);
        }
        foreach (string direction in DirectionNames)
        {
            yield return Tensor($"{direction}.weight", Blocks * Hidden, Projection ?? Input);
            if (cell.Recurrent.Length > 0)
                yield return Tensor($"{direction}.recurrent", cell.Recurrent.Length * Hidden, RecurrentFactor ?? Hidden);
            if (RecurrentFactor is { } factor)
                yield return Tensor($"{direction}.recurrent_projection", factor, Hidden);
            if (LayerNorm == LayerNormPlace.Recurrent)
                yield return Tensor($"{direction}.recurrent_norm", cell.Recurrent.Length * Hidden);
            if (cell.Normalised is not null)
            {
                yield return Tensor($"{direction}.state_norm.weight", Hidden);
                yield return Tensor($"{direction}.state_norm.bias", Hidden);
            }
            foreach (string vector in cell.Vectors)
                yield return Tensor($"{direction}.{vector}", Hidden);
            foreach (string number in cell.Scalars.Concat(cell.Constants))
                yield return Tensor($"{direction}.{number}", 1);
        }
    }

    /// <summary>A recurrent projection multiplies h twice: the last step's for the recurrent matrix, and this one's for the output.</summary>
    public override long MultiplyAdds() => base.MultiplyAdds() + (long)Directions * (RecurrentProjection ?? 0) * Hidden;

    /// <summary>Whether the products U h of a cell are one row: it has a recurrent matrix, and all of it multiplies h.</summary>
    public static bool NormalisesRecurrent(CellSpec cell) => cell.Recurrent.Length > 0 && cell.Linked.Length == 0;

    internal override Flow Check(Flow input)
    {
        CheckSize("input", Input);
        CheckSize("hidden size", Hidden);
        CheckSize("projection rank", Projection ?? 1);
        CheckInput(input, input.Kind == FlowKind.Sequence && input.Fits(Input), $"a sequence of {Input} columns");
        CheckSize("recurrent rank", RecurrentRank ?? 1);
        CheckSize("recurrent projection", RecurrentProjection ?? 1);
        if (RecurrentFactor is not null && CellCatalogue.Spec(Cell).Recurrent.Length == 0)
            throw new TernException($"has a module '{Name}' of recurrent rank or projection {RecurrentFactor} with cell {Cell}, which has no recurrent matrix. Train the model again.");
        if (RecurrentProjection is not null && RecurrentRank is not null)
            throw new TernException($"has a module '{Name}' of recurrent rank {RecurrentRank} and recurrent projection {RecurrentProjection}; expected one of the two. Train the model again.");
        if (!Enum.IsDefined(LayerNorm))
            throw new TernException($"has a module '{Name}' with layer_norm {(int)LayerNorm}; expected none, before, after, products or recurrent. Train the model again.");
        if (LayerNorm == LayerNormPlace.Recurrent && !NormalisesRecurrent(CellCatalogue.Spec(Cell)))
            throw new TernException($"has a module '{Name}' with layer_norm recurrent and cell {Cell}, which has no products U h of all of its blocks. Train the model again.");
        return new(FlowKind.Sequence, Width);
    }
}
