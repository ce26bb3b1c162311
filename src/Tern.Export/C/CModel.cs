using Tern.FixedPoint;

namespace Tern.Export.C;

/// <summary>What the printers of one export share: the network, its names, and how each product is done.</summary>
sealed class CModel
{
    public CModel(FixedNetwork network, CExportOptions options)
    {
        options.Check();
        (Network, Options, Name, Upper) = (network, options, options.Name, options.Name.ToUpperInvariant());
        States = [.. network.Vectors.Where(vector => vector.Role == VectorRole.State)];
        Scratch = [.. network.Vectors.Where(vector => vector.Role == VectorRole.Scratch && vector != network.Pooling?.To)];
        Products = [.. network.Operations.OfType<ProductOperation>()];
    }

    public FixedNetwork Network { get; }

    public CExportOptions Options { get; }

    /// <summary>Prefix of names.</summary>
    public string Name { get; }

    /// <summary>Prefix of macros.</summary>
    public string Upper { get; }

    public IReadOnlyList<FixedVector> States { get; }

    public IReadOnlyList<FixedVector> Scratch { get; }

    public IReadOnlyList<ProductOperation> Products { get; }

    /// <summary>Bytes of the caller's state.</summary>
    public int StateBytes => States.Concat(Scratch).Sum(vector => 2 * vector.Length) + (Network.Pooling is { } mean ? 4 * mean.To.Length + 2 : 0);

    /// <summary>What a header or source says of itself first.</summary>
    public string Banner(string what) =>
        $"/* {what}\n   Made by tern {Model.ModelSpec.TernVersion} from a trained model; integers only, bit for bit as docs/fixed-point.md defines them. */";

    /// <summary>"value = word / 2^12", or the unit where it is no power of two.</summary>
    public static string Format(FixedVector vector) =>
        double.IsPow2(vector.Unit) ? $"value = word / 2^{vector.Fraction}" : FormattableString.Invariant($"value = word x {vector.Unit:g6}");
}
