namespace Tern.Cells;

/// <summary>The plain recurrent network in the catalogue.</summary>
sealed record RnnEntry() : CellEntry("rnn", "plain recurrent network (Elman 1990): h = g(W x + U h + b)",
[
    new("g", "nonlinearity", "tanh", "relu"),
])
{
    public override TResult Visit<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => variant.Options["g"] switch
    {
        "tanh" => visitor.Visit<Rnn<Tanh>>(),
        "relu" => visitor.Visit<Rnn<Relu>>(),
        _ => throw NotInCatalogue(variant),
    };
}
