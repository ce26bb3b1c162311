namespace Tern.Cells;

/// <summary>FastRNN in the catalogue.</summary>
sealed record FastRnnEntry() : CellEntry("fastrnn", "FastRNN (Kusupati et al. 2018): a plain recurrent network with a weighted residual connection",
[
    new("g", "nonlinearity of the candidate", "tanh", "relu", "sigmoid", "quantTanh", "quantSigm", "quantSigm4"),
    new("rates", "trained: alpha and beta; tied: beta = 1 - alpha; fixed: neither is trained", "trained", "tied", "fixed"),
])
{
    public override TResult Visit<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => variant.Options["g"] switch
    {
        "tanh" => Visit<Tanh, TResult>(variant, visitor),
        "relu" => Visit<Relu, TResult>(variant, visitor),
        "sigmoid" => Visit<Sigmoid, TResult>(variant, visitor),
        "quantTanh" => Visit<QuantTanh, TResult>(variant, visitor),
        "quantSigm" => Visit<QuantSigm, TResult>(variant, visitor),
        "quantSigm4" => Visit<QuantSigm4, TResult>(variant, visitor),
        _ => throw NotInCatalogue(variant),
    };

    static TResult Visit<TG, TResult>(CellVariant variant, ICellVisitor<TResult> visitor) where TG : struct, INonlinearity => variant.Options["rates"] switch
    {
        "trained" => visitor.Visit<FastRnn<TG, TrainedRates>>(),
        "tied" => visitor.Visit<FastRnn<TG, TiedRates>>(),
        "fixed" => visitor.Visit<FastRnn<TG, FixedRates>>(),
        _ => throw NotInCatalogue(variant),
    };
}
