namespace Tern.Cells;

/// <summary>The LSTM in the catalogue.</summary>
sealed record LstmEntry() : CellEntry("lstm", "Long Short-Term Memory (Hochreiter and Schmidhuber 1997)",
[
    new("peephole", "the gates also see c", "no", "yes"),
    new("state_norm", "c is layer-normalised before the output (Ba et al. 2016)", "no", "yes"),
    new("highway", "h = r (o tanh c) + (1 - r) x', with a gate r of its own", "no", "yes"),
    new("zoneout", "units keep their old output at random steps", "no", "yes"),
])
{
    public override TResult Visit<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => (variant.Options["peephole"], variant.Options["zoneout"]) switch
    {
        ("no", "no") => Visit<NoPeephole, NoZoneout, TResult>(variant, visitor),
        ("yes", "no") => Visit<Peephole, NoZoneout, TResult>(variant, visitor),
        ("no", "yes") => Visit<NoPeephole, Zoneout, TResult>(variant, visitor),
        ("yes", "yes") => Visit<Peephole, Zoneout, TResult>(variant, visitor),
        _ => throw NotInCatalogue(variant),
    };

    static TResult Visit<TPeephole, TZoneout, TResult>(CellVariant variant, ICellVisitor<TResult> visitor)
        where TPeephole : struct, IPeephole where TZoneout : struct, IZoneout => (variant.Options["state_norm"], variant.Options["highway"]) switch
        {
            ("no", "no") => visitor.Visit<Lstm<TPeephole, TZoneout, NoLstmHighway>>(),
            ("no", "yes") => visitor.Visit<Lstm<TPeephole, TZoneout, LstmHighway>>(),
            ("yes", "no") => visitor.Visit<LstmOutput<TPeephole, TZoneout, NoLstmHighway>>(),
            ("yes", "yes") => visitor.Visit<LstmOutput<TPeephole, TZoneout, LstmHighway>>(),
            _ => throw NotInCatalogue(variant),
        };

    public override bool HasFirstPhase(CellVariant variant) => variant.Options["state_norm"] == "yes";

    public override TResult VisitFirst<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) =>
        variant.Options["peephole"] == "yes" ? visitor.Visit<LstmState<Peephole>>() : visitor.Visit<LstmState<NoPeephole>>();
}
