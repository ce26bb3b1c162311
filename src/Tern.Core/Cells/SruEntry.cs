namespace Tern.Cells;

/// <summary>The SRU in the catalogue.</summary>
sealed record SruEntry() : CellEntry("sru", "Simple Recurrent Unit (Lei et al. 2018): gates see the input alone",
[
    new("g", "nonlinearity of the state before the output", "tanh", "identity", "relu"),
    new("output", "highway: h = r g(c) + (1 - r) x'; scaled-highway: x' times scale_x; no-highway: h = r g(c); forget-only: h = g(c)",
        "highway", "scaled-highway", "no-highway", "forget-only"),
    new("peephole", "the gates also see the state", "no", "yes"),
])
{
    public override TResult Visit<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => variant.Options["g"] switch
    {
        "tanh" => Visit<Tanh, TResult>(variant, visitor),
        "identity" => Visit<Identity, TResult>(variant, visitor),
        "relu" => Visit<Relu, TResult>(variant, visitor),
        _ => throw NotInCatalogue(variant),
    };

    static TResult Visit<TG, TResult>(CellVariant variant, ICellVisitor<TResult> visitor) where TG : struct, INonlinearity =>
        variant.Options["output"] switch
        {
            "highway" => Visit<TG, Highway, TResult>(variant, visitor),
            "scaled-highway" => Visit<TG, ScaledHighway, TResult>(variant, visitor),
            "no-highway" => Visit<TG, NoHighway, TResult>(variant, visitor),
            "forget-only" => Visit<TG, ForgetOnly, TResult>(variant, visitor),
            _ => throw NotInCatalogue(variant),
        };

    static TResult Visit<TG, TOutput, TResult>(CellVariant variant, ICellVisitor<TResult> visitor)
        where TG : struct, INonlinearity where TOutput : struct, ISruOutput => variant.Options["peephole"] switch
        {
            "no" => visitor.Visit<Sru<TG, TOutput, NoPeephole>>(),
            "yes" => visitor.Visit<Sru<TG, TOutput, Peephole>>(),
            _ => throw NotInCatalogue(variant),
        };
}
