using System.Text.Json.Serialization;

namespace Tern.Matrices;

/// <summary>How a matrix [rows, columns] is stored (docs/model-file.md).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Float32Encoding), "float32")]
[JsonDerivedType(typeof(IntegerEncoding), "integer")]
[JsonDerivedType(typeof(TernaryEncoding), "ternary")]
[JsonDerivedType(typeof(SparseEncoding), "sparse")]
[JsonDerivedType(typeof(LowRankEncoding), "low-rank")]
public abstract record MatrixEncoding
{
    /// <summary>Most values of an encoded matrix if it were dense, 2^26: a small file must not claim a matrix that no memory holds.</summary>
    internal const long MaxValues = 1L << 26;

    private protected MatrixEncoding()
    {
    }

    /// <summary>32-bit floats as they are.</summary>
    public static MatrixEncoding Float32 { get; } = new Float32Encoding();

    /// <summary>Names of the parts behind the matrix's own: "" for the tensor itself, ".values" ...</summary>
    internal abstract IEnumerable<string> Parts { get; }

    /// <summary>Checks that a matrix of this size can be stored so.</summary>
    /// <exception cref="TernException">It cannot; the message lacks the subject.</exception>
    internal abstract void Check(string name, int rows, int columns);

    /// <summary>Checks the parts of a matrix whose encoding fits its size, every value of them.</summary>
    /// <exception cref="TernException">Parts lack or are damaged; the message lacks the subject.</exception>
    internal abstract void CheckParts(string name, int rows, int columns, PartReader parts);

    /// <summary>The parts of dense values.</summary>
    internal abstract void Encode(float[] dense, int rows, int columns, string prefix, Dictionary<string, StoredTensor> parts);

    /// <summary>The values that checked parts mean.</summary>
    internal abstract float[] Decode(int rows, int columns, PartReader parts);

    /// <summary>Checked parts in the form that multiplies.</summary>
    internal abstract PackedMatrix Pack(int rows, int columns, PartReader parts);

    /// <summary>Adds the parts of rows [from, to) of a matrix and returns how these are stored.</summary>
    internal abstract MatrixEncoding Slice(int rows, int columns, int from, int to, PartReader parts, Dictionary<string, StoredTensor> slice);

    /// <summary>How it is stored, in a few words: "8 bits, 3 scales".</summary>
    internal abstract string Print();

    private protected static string PrintScales(int scales) => scales == 1 ? "1 scale" : $"{scales} scales";

    private protected static void CheckScales(string name, int scales, int rows)
    {
        if (scales < 1 || scales > rows || rows % scales != 0)
            throw new TernException($"stores '{name}' with {scales} scales for {rows} rows; expected 1 for the matrix, {rows} for one a row, or another number that divides {rows}.");
    }
}
