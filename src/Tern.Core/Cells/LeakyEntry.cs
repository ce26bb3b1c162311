namespace Tern.Cells;

/// <summary>The leaky unit in the catalogue.</summary>
sealed record LeakyEntry() : CellEntry("leaky", "leaky unit: an exponential average of fixed decay, then a nonlinearity",
[
    new("g", "nonlinearity of the average", "tanh", "relu", "identity"),
])
{
    public override TResult Visit<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => variant.Options["g"] switch
    {
        "tanh" => visitor.Visit<Leaky<Tanh>>(),
        "relu" => visitor.Visit<Leaky<Relu>>(),
        "identity" => visitor.Visit<Leaky<Identity>>(),
        _ => throw NotInCatalogue(variant),
    };
}
