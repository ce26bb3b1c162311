namespace Tern.Cells;

/// <summary>minLSTM in the catalogue.</summary>
sealed record MinLstmEntry() : CellEntry("minlstm", "minLSTM (Feng et al. 2024): forget and input gate of the input alone, their sum normalised to 1",
[
    new("g", "nonlinearity of the candidate; positive: x + 0.5 for x > 0, else sigma(x)", "identity", "positive"),
])
{
    public override TResult Visit<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => variant.Options["g"] switch
    {
        "identity" => visitor.Visit<MinLstm<Identity>>(),
        "positive" => visitor.Visit<MinLstm<Positive>>(),
        _ => throw NotInCatalogue(variant),
    };
}
