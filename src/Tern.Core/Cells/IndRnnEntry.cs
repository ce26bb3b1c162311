namespace Tern.Cells;

/// <summary>IndRNN in the catalogue.</summary>
sealed record IndRnnEntry() : CellEntry("indrnn", "IndRNN (Li et al. 2018): each unit sees its own past alone, by one weight",
[
    new("g", "nonlinearity", "relu", "tanh"),
])
{
    public override TResult Visit<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => variant.Options["g"] switch
    {
        "relu" => visitor.Visit<IndRnn<Relu>>(),
        "tanh" => visitor.Visit<IndRnn<Tanh>>(),
        _ => throw NotInCatalogue(variant),
    };
}
