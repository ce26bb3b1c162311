using Tern.Export.C.Avr;
using Tern.Export.C.Mel;
using Tern.Export.C.Thumb;
using Tern.FixedPoint;

namespace Tern.Export.C;

/// <summary>What the printers of one export share: the network, its names, and how each product is done.</summary>
sealed class CModel
{
    /// <summary>A model whose products take the form that its budget allows.</summary>
    public CModel(FixedNetwork network, CExportOptions options) : this(network, options, null) => StraightLine = Costs.StraightLine.Choose(this);

    /// <summary>A model whose products in straight-line code are given.</summary>
    public CModel(FixedNetwork network, CExportOptions options, IReadOnlyCollection<ProductOperation>? straightLine)
    {
        StraightLine = straightLine ?? [];
        options.Check();
        (Network, Options, Name, Upper) = (network, options, options.Name, options.Name.ToUpperInvariant());
        States = [.. network.Vectors.Where(vector => vector.Role == VectorRole.State)];
        Scratch = [.. network.Vectors.Where(vector => vector.Role == VectorRole.Scratch && vector != network.Pooling?.To)];
        Products = [.. network.Operations.OfType<ProductOperation>()];
        Pointwise = [.. network.Operations.OfType<PointwiseOperation>()];
        Mel = CMel.Tables(network, options.Target);
    }

    readonly Dictionary<FixedOperation, bool> inC = new(ReferenceEqualityComparer.Instance);

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

    /// <summary>Products that are done in straight-line code.</summary>
    public IReadOnlyCollection<ProductOperation> StraightLine { get; }

    /// <summary>What makes the input's frames of sound; null where there is none.</summary>
    public FixedMelTables? Mel { get; }

    /// <summary>Whether assembly for AVR does what it can.</summary>
    public bool IsAvr => Options.Target == CTarget.Atmega328p;

    /// <summary>Whether assembly for Cortex-M does what it can.</summary>
    public bool IsThumb => Options.Target is CTarget.CortexM0Plus or CTarget.CortexM4;

    /// <summary>Whether C has an operation; else assembly.</summary>
    public bool InC(FixedOperation operation)
    {
        // to know it for a step of AVR's means to print that
        if (!inC.TryGetValue(operation, out bool known)) inC[operation] = known = Decide(operation);
        return known;
    }

    bool Decide(FixedOperation operation) => operation switch
    {
        NormalizeOperation normalize => !(IsAvr && AvrInput.Does(normalize) || IsThumb && normalize.Mean is null),
        ProductOperation product => !(StraightLine.Contains(product) || IsAvr && AvrKernel.Does(product) || ThumbRows.Does(this, product)),
        PointwiseOperation pointwise => !(IsAvr && AvrPointwise.Knows(this, pointwise) || IsThumb),
        _ => true,
    };

    /// <summary>The assembly beside the C code; null where there is none.</summary>
    public string? AssemblyFile => IsAvr ? $"{Name}_avr.S" : IsThumb ? $"{Name}_thumb.S" : null;

    /// <summary>The matrices that C multiplies row by row.</summary>
    public IEnumerable<FixedMatrix> RowByRow => Products.Where(InC).Select(product => product.Matrix).Append(Network.Head.Matrix);

    /// <summary>Words of a vector in the state: kernels write whole blocks of rows; AVR's read an even number of words, the Cortex-M4's four at once.</summary>
    public int Room(FixedVector vector)
    {
        if (Options.Target == CTarget.CortexM4) return vector.Length + ThumbRows.Slack - vector.Length % 2;
        if (!IsAvr) return vector.Length;
        return Products.Any(product => product.To == vector && !product.Matrix.IsSparse) ? vector.Length + AvrKernel.Block - 1 : vector.Length + vector.Length % 2;
    }

    /// <summary>Bytes of the caller's state.</summary>
    public int StateBytes
    {
        get
        {
            int alignment = !IsAvr && Network.Pooling is not null ? 4 : 2;
            return (Offset(null) + alignment - 1) / alignment * alignment;
        }
    }

    /// <summary>Where a vector lies in the state, in bytes; of null where the last ends. Sums of 32 bits are aligned, but for 8-bit processors.</summary>
    public int Offset(FixedVector? vector)
    {
        int offset = 0;
        foreach (FixedVector state in States)
        {
            if (state == vector) return offset;
            offset += 2 * Room(state);
        }
        if (Network.Pooling is { } mean) offset = (IsAvr ? offset : (offset + 3) / 4 * 4) + 4 * mean.To.Length + 2;
        foreach (FixedVector scratch in Scratch)
        {
            if (scratch == vector) return offset;
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
