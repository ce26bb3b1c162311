using Tern.Model;

namespace Tern.Matrices;

/// <summary>From dense weights to what a file stores, and from there to what multiplies, or back to dense weights.</summary>
public static class MatrixPacker
{
    /// <summary>Encodes a dense matrix.</summary>
    /// <param name="dense">[rows, columns], finite.</param>
    /// <param name="encoding">How; not low rank, which wants two factors.</param>
    /// <exception cref="TernException">The encoding does not fit the matrix.</exception>
    public static EncodedMatrix Encode(TensorData dense, MatrixEncoding encoding)
    {
        (int rows, int columns) = Size(dense);
        Dictionary<string, StoredTensor> parts = [];
        CheckSize(encoding, rows, columns);
        encoding.Encode(dense.Values, rows, columns, "", parts);
        return new(encoding, rows, columns, parts);
    }

    /// <summary>Encodes a product of two factors.</summary>
    /// <param name="left">[rows, rank].</param>
    /// <param name="right">[rank, columns].</param>
    /// <param name="encoding">How; its rank is that of the factors.</param>
    /// <exception cref="TernException">The encoding does not fit the factors.</exception>
    public static EncodedMatrix Encode(TensorData left, TensorData right, LowRankEncoding encoding)
    {
        (int rows, int rank) = Size(left);
        (int inner, int columns) = Size(right);
        if (rank != inner || rank != encoding.Rank)
            throw new TernException($"Factors [{rows}, {rank}] and [{inner}, {columns}] do not fit rank {encoding.Rank}; expected [rows, {encoding.Rank}] and [{encoding.Rank}, columns].");
        CheckSize(encoding, rows, columns);
        Dictionary<string, StoredTensor> parts = [];
        encoding.Left.Encode(left.Values, rows, rank, ".left", parts);
        encoding.Right.Encode(right.Values, rank, columns, ".right", parts);
        return new(encoding, rows, columns, parts);
    }

    /// <summary>The form that multiplies.</summary>
    public static PackedMatrix Pack(EncodedMatrix matrix) => matrix.Encoding.Pack(matrix.Rows, matrix.Columns, new("", matrix.Parts));

    /// <summary>A dense matrix in the form that multiplies.</summary>
    /// <param name="dense">[rows, columns].</param>
    /// <exception cref="TernException">It is no matrix.</exception>
    public static PackedMatrix Pack(TensorData dense)
    {
        Size(dense);
        return new F32Matrix(dense);
    }

    /// <summary>The dense weights [rows, columns] that the stored form means: a product with them is the packed form's, up to rounding.</summary>
    public static TensorData Decode(EncodedMatrix matrix) => new([matrix.Rows, matrix.Columns], matrix.Encoding.Decode(matrix.Rows, matrix.Columns, new("", matrix.Parts)));

    static void CheckSize(MatrixEncoding encoding, int rows, int columns)
    {
        try
        {
            EncodedMatrix.CheckSize("matrix", encoding, rows, columns);
        }
        catch (TernException e)
        {
            throw new TernException("The encoding " + e.Message);
        }
    }

    static (int Rows, int Columns) Size(TensorData matrix)
    {
        if (matrix.Shape is not [var rows and > 0, var columns and > 0] || (long)rows * columns != matrix.Values.LongLength)
            throw new TernException($"A tensor {TensorData.Print(matrix.Shape)} of {matrix.Values.LongLength} values is no matrix; expected [rows, columns] from 1 on and as many values.");
        foreach (float value in matrix.Values)
            if (!float.IsFinite(value))
                throw new TernException($"A matrix {TensorData.Print(matrix.Shape)} holds {value}; expected finite values. Train the model again with a smaller learning rate or with clipping.");
        return (rows, columns);
    }
}
