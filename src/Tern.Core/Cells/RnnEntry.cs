namespace Tern.Cells;

/// <summary>The plain recurrent network in the catalogue.</summary>
sealed record RnnEntry() : CellEntry("rnn", "plain recurrent network (Elman 1990): h = g(W x + U h + b)",
[
    new("g", "nonlinearity", "tanh", "relu"),
    new("zoneout", "units keep their old output at random steps", "no", "yes"),
])
{
    public override TResult Visit<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => (variant.Options["g"], variant.Options["zoneout"]) switch
    {
        ("tanh", "no") => visitor.Visit<Rnn<Tanh, NoZoneout>>(),
        ("tanh", "yes") => visitor.Visit<Rnn<Tanh, Zoneout>>(),
        ("relu", "no") => visitor.Visit<Rnn<Relu, NoZoneout>>(),
        ("relu", "yes") => visitor.Visit<Rnn<Relu, Zoneout>>(),
        _ => throw NotInCatalogue(variant),
    };
}
