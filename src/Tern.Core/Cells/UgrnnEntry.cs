namespace Tern.Cells;

/// <summary>The UGRNN in the catalogue.</summary>
sealed record UgrnnEntry() : CellEntry("ugrnn", "Update Gate RNN (Collins et al. 2017): one gate between the past and a candidate",
[
    new("g", "nonlinearity of the candidate", "tanh", "relu"),
])
{
    public override TResult Visit<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => variant.Options["g"] switch
    {
        "tanh" => visitor.Visit<Ugrnn<Tanh>>(),
        "relu" => visitor.Visit<Ugrnn<Relu>>(),
        _ => throw NotInCatalogue(variant),
    };
}
