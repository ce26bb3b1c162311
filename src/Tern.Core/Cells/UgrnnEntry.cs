namespace Tern.Cells;

/// <summary>The UGRNN in the catalogue.</summary>
sealed record UgrnnEntry() : CellEntry("ugrnn", "Update Gate RNN (Collins et al. 2017): one gate between the past and a candidate",
[
    new("g", "nonlinearity of the candidate", "tanh", "relu"),
    new("zoneout", "units keep their old output at random steps", "no", "yes"),
])
{
    public override TResult Visit<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => (variant.Options["g"], variant.Options["zoneout"]) switch
    {
        ("tanh", "no") => visitor.Visit<Ugrnn<Tanh, NoZoneout>>(),
        ("tanh", "yes") => visitor.Visit<Ugrnn<Tanh, Zoneout>>(),
        ("relu", "no") => visitor.Visit<Ugrnn<Relu, NoZoneout>>(),
        ("relu", "yes") => visitor.Visit<Ugrnn<Relu, Zoneout>>(),
        _ => throw NotInCatalogue(variant),
    };
}
