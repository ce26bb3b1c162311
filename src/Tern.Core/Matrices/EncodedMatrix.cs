using Tern.Model;

namespace Tern.Matrices;

/// <summary>A matrix as a model file stores it: how, and its parts. Checked when it is made, so it can be packed and decoded.</summary>
public sealed class EncodedMatrix
{
    /// <summary>Checks and keeps the parts.</summary>
    /// <param name="encoding">How it is stored.</param>
    /// <param name="rows">Outputs.</param>
    /// <param name="columns">Inputs.</param>
    /// <param name="parts">By what stands behind the matrix's name in a file: ".values", ".scales" ... as the encoding has it.</param>
    /// <exception cref="TernException">The parts are not of that encoding and size.</exception>
    public EncodedMatrix(MatrixEncoding encoding, int rows, int columns, IReadOnlyDictionary<string, StoredTensor> parts)
        : this("matrix", encoding, rows, columns, parts, "The encoded matrix ")
    {
    }

    internal EncodedMatrix(string name, MatrixEncoding encoding, int rows, int columns, IReadOnlyDictionary<string, StoredTensor> parts, string subject = "")
    {
        (Encoding, Rows, Columns, Parts) = (encoding, rows, columns, parts);
        try
        {
            CheckSize(name, encoding, rows, columns);
            encoding.CheckParts(name, rows, columns, new(name, parts));
            foreach (string part in parts.Keys)
                if (!encoding.Parts.Contains(part))
                    throw new TernException($"holds '{name}{part}', which is no part of the encoding {encoding.Print()}. {SafeTensors.Again}");
        }
        catch (TernException e) when (subject.Length > 0)
        {
            throw new TernException(subject + e.Message);
        }
    }

    /// <summary>How it is stored.</summary>
    public MatrixEncoding Encoding { get; }

    /// <summary>Outputs.</summary>
    public int Rows { get; }

    /// <summary>Inputs.</summary>
    public int Columns { get; }

    /// <summary>The stored tensors, by what stands behind the matrix's name in a file.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Parts { get; }

    /// <summary>Bytes of all parts.</summary>
    public long Bytes => Parts.Values.Sum(part => part.Bytes);

    /// <summary>Weights that are stored: of both factors, without those that are not kept; scales and indices do not count.</summary>
    public long Weights => CountWeights(Encoding, Rows, Columns, new("", Parts));

    /// <summary>Rows [from, to) as a matrix of their own: a scale of whole rows stays one, one that is cut through becomes one a row.</summary>
    internal EncodedMatrix Slice(int from, int to)
    {
        if ((from, to) == (0, Rows))
            return this;
        Dictionary<string, StoredTensor> parts = [];
        return new(Encoding.Slice(Rows, Columns, from, to, new("", Parts), parts), to - from, Columns, parts);
    }

    /// <summary>The factors, each as a matrix of its own; null where it is not of low rank.</summary>
    internal (EncodedMatrix Left, EncodedMatrix Right)? Factors => Encoding is not LowRankEncoding { Rank: var rank } factors ? null
        : (Factor(".left", factors.Left, Rows, rank), Factor(".right", factors.Right, rank, Columns));

    EncodedMatrix Factor(string prefix, MatrixEncoding encoding, int rows, int columns) =>
        new(encoding, rows, columns, encoding.Parts.ToDictionary(part => part, part => Parts[prefix + part]));

    static long CountWeights(MatrixEncoding encoding, int rows, int columns, PartReader parts) => encoding switch
    {
        LowRankEncoding { Rank: var rank } factors =>
            CountWeights(factors.Left, rows, rank, parts.Factor(".left")) + CountWeights(factors.Right, rank, columns, parts.Factor(".right")),
        SparseEncoding => parts[".values"].Values.LongLength,
        _ => (long)rows * columns,
    };

    /// <summary>Checks that a matrix of this size can be stored so.</summary>
    internal static void CheckSize(string name, MatrixEncoding encoding, int rows, int columns)
    {
        if (rows < 1 || columns < 1 || (encoding is not Float32Encoding && (long)rows * columns > MatrixEncoding.MaxValues))
            throw new TernException($"stores '{name}' [{rows}, {columns}] as {encoding.Print()}; expected sizes from 1 on and at most {MatrixEncoding.MaxValues} values. Store it as float32.");
        encoding.Check(name, rows, columns);
    }
}
