namespace Tern.Cells;

/// <summary>The LSTM without h in its gates, in the catalogue.</summary>
sealed record InputLstmEntry() : CellEntry("lstm-no-h", "LSTM whose gates see the input alone (Table 6 of Lei et al. 2018)",
[
    new("highway", "h = o tanh(c) + (1 - o) x'", "no", "yes"),
])
{
    public override TResult Visit<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => variant.Options["highway"] switch
    {
        "no" => visitor.Visit<InputLstm<NoHighway>>(),
        "yes" => visitor.Visit<InputLstm<Highway>>(),
        _ => throw NotInCatalogue(variant),
    };
}
