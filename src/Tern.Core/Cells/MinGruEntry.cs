namespace Tern.Cells;

/// <summary>minGRU in the catalogue.</summary>
sealed record MinGruEntry() : CellEntry("mingru", "minGRU (Feng et al. 2024): one gate, no reset, gates see the input alone",
[
    new("g", "nonlinearity of the candidate; positive: x + 0.5 for x > 0, else sigma(x)", "identity", "positive"),
])
{
    public override TResult Visit<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => variant.Options["g"] switch
    {
        "identity" => visitor.Visit<MinGru<Identity>>(),
        "positive" => visitor.Visit<MinGru<Positive>>(),
        _ => throw NotInCatalogue(variant),
    };
}
