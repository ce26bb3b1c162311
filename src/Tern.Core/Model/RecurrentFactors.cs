using Tern.Cells;
using Tern.Kernels;
using Tern.Matrices;

namespace Tern.Model;

/// <summary>The recurrent matrix of a direction as the factors of a pass: rows cut between its kinds of blocks, as they are stored.</summary>
static class RecurrentFactors
{
    /// <summary>Blocks, rank and factors; the matrix [blocks x hidden, hidden or the first factor's rows] may be encoded, and so may its first factor.</summary>
    public static RecurrentPass Pack(string direction, CellSpec cell, RecurrentSpec layer, IReadOnlyDictionary<string, TensorData> tensors)
    {
        PackedMatrix? first = layer.RecurrentFactor is null ? null : ModelTensors.Matrix(tensors, $"{direction}.recurrent_projection");
        string name = $"{direction}.recurrent";
        Func<int, int, PackedMatrix> rows;
        if (ModelTensors.IsEncoded(tensors, name, out EncodedMatrix? matrix))
        {
            // the right factor multiplies h once for all blocks, as a first factor does
            if (matrix.Factors is var (left, right))
            {
                PackedMatrix then = MatrixPacker.Pack(right);
                (matrix, first) = (left, first is null ? then : new LowRankMatrix(then, first));
            }
            rows = (from, to) => MatrixPacker.Pack(matrix.Slice(from, to));
        }
        else
        {
            TensorData dense = tensors[name];
            rows = (from, to) => new F32Matrix(dense, from, to);
        }
        int all = cell.Recurrent.Length * layer.Hidden, last = (cell.OwnRecurrent.Length + cell.Linked.Length) * layer.Hidden;
        Factor added = last < all ? new(rows(0, all - last)) : default, behind = last > 0 ? new(rows(all - last, all)) : default;
        return new()
        {
            Blocks = cell.Recurrent.Length,
            OwnBlocks = cell.OwnRecurrent.Length,
            LinkedBlocks = cell.Linked.Length,
            Rank = first?.Rows ?? 0,
            Added = added,
            Own = behind,
            Linked = behind,
            First = first is null ? default : new(first),
        };
    }
}
