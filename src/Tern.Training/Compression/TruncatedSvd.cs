using Tern.Model;
using Tern.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Compression;

/// <summary>
/// The two factors of a rank whose product is nearest to a matrix in the sum of squares (Eckart and Young 1936): the
/// largest singular values, the root of each to either side.
/// </summary>
public static class TruncatedSvd
{
    /// <summary>weight [rows, columns] to left [rows, rank] and right [rank, columns], in its own type; computed in double.</summary>
    /// <param name="weight">A matrix.</param>
    /// <param name="rank">1 to the smaller size.</param>
    /// <exception cref="TernException">It is no matrix, the rank is beyond its size, or values are not finite.</exception>
    public static (Tensor Left, Tensor Right) Factors(Tensor weight, int rank)
    {
        if (weight.dim() != 2)
            throw new TernException($"A tensor [{string.Join(", ", weight.shape)}] has no singular values; expected a matrix.");
        CheckRank(rank, weight.size(0), weight.size(1), "The rank");
        using var scope = NewDisposeScope();
        using var none = no_grad();
        Tensor matrix = weight.detach().to(ScalarType.Float64);
        if (!matrix.isfinite().all().item<bool>())
            throw new TernException($"A matrix [{string.Join(", ", weight.shape)}] has values that are not finite, and so no factors. Train again with a smaller learning rate or with clipping.");
        var (u, s, vt) = linalg.svd(matrix, fullMatrices: false);
        Tensor root = s.narrow(0, 0, rank).sqrt();
        Tensor left = (u.narrow(1, 0, rank) * root).to(weight.dtype).contiguous(), right = (root.unsqueeze(1) * vt.narrow(0, 0, rank)).to(weight.dtype).contiguous();
        return (left.MoveToOuterDisposeScope(), right.MoveToOuterDisposeScope());
    }

    /// <summary>As above, outside libtorch.</summary>
    /// <param name="weight">[rows, columns].</param>
    /// <param name="rank">1 to the smaller size.</param>
    /// <exception cref="TernException">It is no matrix, the rank is beyond its size, or values are not finite.</exception>
    public static (TensorData Left, TensorData Right) Factors(TensorData weight, int rank)
    {
        TorchRuntime.Load();
        using var scope = NewDisposeScope();
        var (left, right) = Factors(tensor(weight.Values, [.. weight.Shape.Select(size => (long)size)]), rank);
        return (left.ToData(), right.ToData());
    }

    /// <summary>A rank that factors of such a matrix can have.</summary>
    /// <param name="rank">The rank.</param>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="what">What the rank is called where it was given.</param>
    /// <exception cref="TernException">It is below 1 or above the smaller size.</exception>
    public static int CheckRank(int rank, long rows, long columns, string what) => rank >= 1 && rank <= Math.Min(rows, columns) ? rank
        : throw new TernException($"{what} is {rank}; expected 1 to {Math.Min(rows, columns)} for a matrix [{rows}, {columns}].");
}
