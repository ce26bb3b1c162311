namespace Tern.Cells;

/// <summary>The LSTM in the catalogue.</summary>
sealed record LstmEntry() : CellEntry("lstm", "Long Short-Term Memory (Hochreiter and Schmidhuber 1997)",
[
    new("peephole", "the gates also see c", "no", "yes"),
    new("state_norm", "c is layer-normalised before the output (Ba et al. 2016)", "no", "yes"),
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

    static TResult Visit<TPeephole, TZoneout, TResult>(CellVariant variant, ICellVisitor<TResult> visitor) where TPeephole : struct, IPeephole where TZoneout : struct, IZoneout =>
        variant.Options["state_norm"] == "yes" ? visitor.Visit<LstmOutput<TPeephole, TZoneout>>() : visitor.Visit<Lstm<TPeephole, TZoneout>>();

    public override bool HasFirstPhase(CellVariant variant) => variant.Options["state_norm"] == "yes";

    public override TResult VisitFirst<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) =>
        variant.Options["peephole"] == "yes" ? visitor.Visit<LstmState<Peephole>>() : visitor.Visit<LstmState<NoPeephole>>();
}
