namespace Tern.Cells;

/// <summary>IndRNN in the catalogue.</summary>
sealed record IndRnnEntry() : CellEntry("indrnn", "IndRNN (Li et al. 2018): each unit sees its own past alone, by one weight",
[
    new("g", "nonlinearity", "relu", "tanh"),
    new("zoneout", "units keep their old state at random steps", "no", "yes"),
])
{
    public override TResult Visit<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => (variant.Options["g"], variant.Options["zoneout"]) switch
    {
        ("relu", "no") => visitor.Visit<IndRnn<Relu, NoZoneout>>(),
        ("tanh", "no") => visitor.Visit<IndRnn<Tanh, NoZoneout>>(),
        ("relu", "yes") => visitor.Visit<IndRnn<Relu, Zoneout>>(),
        ("tanh", "yes") => visitor.Visit<IndRnn<Tanh, Zoneout>>(),
        _ => throw NotInCatalogue(variant),
    };
}
