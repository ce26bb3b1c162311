namespace Tern.Cells;

/// <summary>The LSTM in the catalogue.</summary>
sealed record LstmEntry() : CellEntry("lstm", "Long Short-Term Memory (Hochreiter and Schmidhuber 1997)",
[
    new("peephole", "the gates also see c", "no", "yes"),
    new("zoneout", "units keep their old output at random steps", "no", "yes"),
])
{
    public override TResult Visit<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => (variant.Options["peephole"], variant.Options["zoneout"]) switch
    {
        ("no", "no") => visitor.Visit<Lstm<NoPeephole, NoZoneout>>(),
        ("yes", "no") => visitor.Visit<Lstm<Peephole, NoZoneout>>(),
        ("no", "yes") => visitor.Visit<Lstm<NoPeephole, Zoneout>>(),
        ("yes", "yes") => visitor.Visit<Lstm<Peephole, Zoneout>>(),
        _ => throw NotInCatalogue(variant),
    };
}
