namespace Tern.Cells;

/// <summary>FastGRNN in the catalogue.</summary>
sealed record FastGrnnEntry() : CellEntry("fastgrnn", "FastGRNN (Kusupati et al. 2018): one gate that shares its weights with the candidate",
[
    new("gate", "nonlinearity of the gate", "sigmoid", "tanh", "quantTanh", "quantSigm", "quantSigm4"),
    new("update", "nonlinearity of the candidate", "tanh", "sigmoid", "relu", "quantTanh", "quantSigm", "quantSigm4"),
    new("zoneout", "units keep their old output at random steps", "no", "yes"),
])
{
    public override TResult Visit<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => variant.Options["gate"] switch
    {
        "sigmoid" => Visit<Sigmoid, TResult>(variant, visitor),
        "tanh" => Visit<Tanh, TResult>(variant, visitor),
        "quantTanh" => Visit<QuantTanh, TResult>(variant, visitor),
        "quantSigm" => Visit<QuantSigm, TResult>(variant, visitor),
        "quantSigm4" => Visit<QuantSigm4, TResult>(variant, visitor),
        _ => throw NotInCatalogue(variant),
    };

    static TResult Visit<TGate, TResult>(CellVariant variant, ICellVisitor<TResult> visitor) where TGate : struct, INonlinearity => variant.Options["update"] switch
    {
        "tanh" => Visit<TGate, Tanh, TResult>(variant, visitor),
        "sigmoid" => Visit<TGate, Sigmoid, TResult>(variant, visitor),
        "relu" => Visit<TGate, Relu, TResult>(variant, visitor),
        "quantTanh" => Visit<TGate, QuantTanh, TResult>(variant, visitor),
        "quantSigm" => Visit<TGate, QuantSigm, TResult>(variant, visitor),
        "quantSigm4" => Visit<TGate, QuantSigm4, TResult>(variant, visitor),
        _ => throw NotInCatalogue(variant),
    };

    static TResult Visit<TGate, TUpdate, TResult>(CellVariant variant, ICellVisitor<TResult> visitor)
        where TGate : struct, INonlinearity where TUpdate : struct, INonlinearity => variant.Options["zoneout"] switch
        {
            "no" => visitor.Visit<FastGrnn<TGate, TUpdate, NoZoneout>>(),
            "yes" => visitor.Visit<FastGrnn<TGate, TUpdate, Zoneout>>(),
            _ => throw NotInCatalogue(variant),
        };
}
