namespace Tern.Cells;

/// <summary>FastGRNN in the catalogue.</summary>
sealed record FastGrnnEntry() : CellEntry("fastgrnn", "FastGRNN (Kusupati et al. 2018): one gate that shares its weights with the candidate",
[
    new("gate", "nonlinearity of the gate", "sigmoid", "tanh", "quantTanh", "quantSigm", "quantSigm4"),
    new("update", "nonlinearity of the candidate", "tanh", "sigmoid", "relu", "quantTanh", "quantSigm", "quantSigm4"),
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
        "tanh" => visitor.Visit<FastGrnn<TGate, Tanh>>(),
        "sigmoid" => visitor.Visit<FastGrnn<TGate, Sigmoid>>(),
        "relu" => visitor.Visit<FastGrnn<TGate, Relu>>(),
        "quantTanh" => visitor.Visit<FastGrnn<TGate, QuantTanh>>(),
        "quantSigm" => visitor.Visit<FastGrnn<TGate, QuantSigm>>(),
        "quantSigm4" => visitor.Visit<FastGrnn<TGate, QuantSigm4>>(),
        _ => throw NotInCatalogue(variant),
    };
}
