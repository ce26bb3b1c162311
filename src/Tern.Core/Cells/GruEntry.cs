namespace Tern.Cells;

/// <summary>The GRU in the catalogue.</summary>
sealed record GruEntry() : CellEntry("gru", "Gated Recurrent Unit (Cho et al. 2014)",
[
    new("reset", "the reset gate after the product U h, as in cuDNN and PyTorch, or before it, as in the paper", "after", "before"),
    new("zoneout", "units keep their old output at random steps", "no", "yes"),
])
{
    public override TResult Visit<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => (variant.Options["reset"], variant.Options["zoneout"]) switch
    {
        ("after", "no") => visitor.Visit<Gru<NoZoneout>>(),
        ("after", "yes") => visitor.Visit<Gru<Zoneout>>(),
        ("before", "no") => visitor.Visit<GruUpdate<NoZoneout>>(),
        ("before", "yes") => visitor.Visit<GruUpdate<Zoneout>>(),
        _ => throw NotInCatalogue(variant),
    };

    public override bool HasFirstPhase(CellVariant variant) => variant.Options["reset"] == "before";

    public override TResult VisitFirst<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => visitor.Visit<GruReset>();
}
