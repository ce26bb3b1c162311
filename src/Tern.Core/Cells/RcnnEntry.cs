namespace Tern.Cells;

/// <summary>The recurrent convolution in the catalogue.</summary>
sealed record RcnnEntry() : CellEntry("rcnn", "recurrent convolution over 2-grams with a gated decay (Lei et al. 2017)",
[
    new("pair", "how the two words of a pair are combined", "sum", "product"),
])
{
    public override TResult Visit<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => variant.Options["pair"] switch
    {
        "sum" => visitor.Visit<Rcnn<PairSum>>(),
        "product" => visitor.Visit<Rcnn<PairProduct>>(),
        _ => throw NotInCatalogue(variant),
    };
}
