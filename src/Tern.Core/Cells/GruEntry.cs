namespace Tern.Cells;

/// <summary>The GRU in the catalogue.</summary>
sealed record GruEntry() : CellEntry("gru", "Gated Recurrent Unit (Cho et al. 2014), the reset gate after the product as in cuDNN and PyTorch",
[
    new("zoneout", "units keep their old output at random steps", "no", "yes"),
])
{
    public override TResult Visit<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => variant.Options["zoneout"] switch
    {
        "no" => visitor.Visit<Gru<NoZoneout>>(),
        "yes" => visitor.Visit<Gru<Zoneout>>(),
        _ => throw NotInCatalogue(variant),
    };
}
