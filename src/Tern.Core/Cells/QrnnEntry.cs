namespace Tern.Cells;

/// <summary>The Quasi-RNN in the catalogue.</summary>
sealed record QrnnEntry() : CellEntry("qrnn", "Quasi-RNN (Bradbury et al. 2017): convolution gates and a pooling over time",
[
    new("pooling", "fo: h = o c; f: h = c", "fo", "f"),
    new("highway", "h = r (its output) + (1 - r) x'", "no", "yes"),
    new("zoneout", "units keep their old state at random steps", "no", "yes"),
])
{
    public override TResult Visit<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => (variant.Options["pooling"], variant.Options["highway"]) switch
    {
        ("fo", "no") => Visit<FoPooling, TResult>(variant, visitor),
        ("f", "no") => Visit<FPooling, TResult>(variant, visitor),
        ("fo", "yes") => Visit<FoHighway, TResult>(variant, visitor),
        ("f", "yes") => Visit<FHighway, TResult>(variant, visitor),
        _ => throw NotInCatalogue(variant),
    };

    static TResult Visit<TPooling, TResult>(CellVariant variant, ICellVisitor<TResult> visitor) where TPooling : struct, IQrnnPooling => variant.Options["zoneout"] switch
    {
        "no" => visitor.Visit<Qrnn<TPooling, NoZoneout>>(),
        "yes" => visitor.Visit<Qrnn<TPooling, Zoneout>>(),
        _ => throw NotInCatalogue(variant),
    };
}
