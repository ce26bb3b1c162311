using Tern.Export.C.Avr;
using Tern.Export.C.Mel;
using Tern.Export.C.Thumb;
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
        Pointwise = [.. network.Operations.OfType<PointwiseOperation>()];
        Mel = CMel.Tables(network, options.Target);
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

    public IReadOnlyList<PointwiseOperation> Pointwise { get; }

    /// <summary>What makes the input's frames of sound; null where there is none.</summary>
    public FixedMelTables? Mel { get; }

    /// <summary>Whether assembly for AVR does what it can.</summary>
    public bool IsAvr => Options.Target == CTarget.Atmega328p;

    /// <summary>Whether C has an operation; else assembly.</summary>
    public bool InC(FixedOperation operation) => !IsAvr ? operation is not ProductOperation thumb || !ThumbProducts.Does(this, thumb) : operation switch
    {
        NormalizeOperation normalize => !AvrInput.Does(normalize),
        ProductOperation product => !AvrKernel.Does(product),
        PointwiseOperation pointwise => !AvrPointwise.Knows(this, pointwise),
        _ => true,
    };

    /// <summary>The matrices that C multiplies row by row.</summary>
    public IEnumerable<FixedMatrix> RowByRow => Products.Where(product => InC(product) && !CPairs.Does(this, product)).Select(product => product.Matrix).Append(Network.Head.Matrix);

    /// <summary>Words of a vector in the state: AVR's dense kernels write whole blocks of rows, and read an even number of words; the Cortex-M4's read four at once.</summary>
    public int Room(FixedVector vector) =>
        Options.Target == CTarget.CortexM4 ? vector.Length + CPairs.Slack - vector.Length % 2 : !IsAvr ? vector.Length : Products.Any(product => product.To == vector && !product.Matrix.IsSparse) ? vector.Length + AvrKernel.Block - 1 : vector.Length + vector.Length % 2;

    int SumBytes => Network.Pooling is { } mean ? 4 * mean.To.Length + 2 : 0;

    /// <summary>Bytes of the caller's state.</summary>
    public int StateBytes => States.Concat(Scratch).Sum(vector => 2 * Room(vector)) + SumBytes;

    /// <summary>Where a vector lies in the state of an 8-bit processor, in bytes: nothing is aligned there.</summary>
    public int AvrOffset(FixedVector vector)
    {
        int offset = 0;
        foreach (FixedVector state in States)
        {
            if (state == vector) return offset;
            offset += 2 * Room(state);
        }
        offset += SumBytes;
        foreach (FixedVector scratch in Scratch)
        {
            if (scratch == vector) break;
            offset += 2 * Room(scratch);
        }
        return offset;
    }

    /// <summary>What a header or source says of itself first.</summary>
    public string Banner(string what) =>
        $"/* {what}\n   Made by tern {Model.ModelSpec.TernVersion} from a trained model; integers only, bit for bit as docs/fixed-point.md defines them. */";

    /// <summary>"value = word / 2^12", or the unit where it is no power of two.</summary>
    public static string Format(FixedVector vector) =>
        double.IsPow2(vector.Unit) ? $"value = word / 2^{vector.Fraction}" : FormattableString.Invariant($"value = word x {vector.Unit:g6}");
}
