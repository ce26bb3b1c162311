namespace Tern.Cells;

/// <summary>FastRNN in the catalogue.</summary>
sealed record FastRnnEntry() : CellEntry("fastrnn", "FastRNN (Kusupati et al. 2018): a plain recurrent network with a weighted residual connection",
[
    new("g", "nonlinearity of the candidate", "tanh", "relu", "sigmoid", "quantTanh", "quantSigm", "quantSigm4"),
    new("rates", "trained: alpha and beta; tied: beta = 1 - alpha; fixed: neither is trained", "trained", "tied", "fixed"),
    new("zoneout", "units keep their old output at random steps", "no", "yes"),
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
        "trained" => Visit<TG, TrainedRates, TResult>(variant, visitor),
        "tied" => Visit<TG, TiedRates, TResult>(variant, visitor),
        "fixed" => Visit<TG, FixedRates, TResult>(variant, visitor),
        _ => throw NotInCatalogue(variant),
    };

    static TResult Visit<TG, TRates, TResult>(CellVariant variant, ICellVisitor<TResult> visitor)
        where TG : struct, INonlinearity where TRates : struct, IFastRnnRates => variant.Options["zoneout"] switch
        {
            "no" => visitor.Visit<FastRnn<TG, TRates, NoZoneout>>(),
            "yes" => visitor.Visit<FastRnn<TG, TRates, Zoneout>>(),
            _ => throw NotInCatalogue(variant),
        };
}
