namespace Tern.Cells;

/// <summary>The Quasi-RNN in the catalogue.</summary>
sealed record QrnnEntry() : CellEntry("qrnn", "Quasi-RNN (Bradbury et al. 2017): convolution gates and a pooling over time",
[
    new("pooling", "fo: h = o c; f: h = c", "fo", "f"),
    new("highway", "h = r (its output) + (1 - r) x'", "no", "yes"),
])
{
    public override TResult Visit<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => (variant.Options["pooling"], variant.Options["highway"]) switch
    {
        ("fo", "no") => visitor.Visit<Qrnn<FoPooling>>(),
        ("f", "no") => visitor.Visit<Qrnn<FPooling>>(),
        ("fo", "yes") => visitor.Visit<Qrnn<FoHighway>>(),
        ("f", "yes") => visitor.Visit<Qrnn<FHighway>>(),
        _ => throw NotInCatalogue(variant),
    };
}
