using System.Text.Json.Serialization;
using Tern.Matrices;
using Tern.Training.Compression;
using static TorchSharp.torch;

namespace Tern.Training.Weights;

/// <summary>How many weights share a scale.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ScaleSharing>))]
public enum ScaleSharing
{
    /// <summary>All of a matrix.</summary>
    [JsonStringEnumMemberName("matrix")]
    Matrix,

    /// <summary>Those of a gate.</summary>
    [JsonStringEnumMemberName("block")]
    Block,

    /// <summary>Those of a row, which is one output.</summary>
    [JsonStringEnumMemberName("row")]
    Row,
}

/// <summary>
/// Rounds a matrix to what the model file will store, with straight-through gradients: training sees the stored weights.
/// </summary>
/// <param name="Bits">8 or 16 for symmetric integers, 2 for ternary weights (Li and Liu 2016).</param>
/// <param name="Sharing">How many weights share a scale.</param>
public sealed record WeightQuantizer(int Bits, ScaleSharing Sharing) : IWeightTransform
{
    /// <summary>Bits of ternary weights.</summary>
    public const int TernaryBits = 2;

    /// <inheritdoc/>
    public Tensor Apply(Tensor value, Weight weight)
    {
        int scales = Scales(weight, value.size(0));
        return StraightThrough.Apply(value, dense => Bits == TernaryBits
            ? WeightQuantizers.PerBlock(dense, scales, WeightQuantizers.TernaryWeightNetwork)
            : WeightQuantizers.Symmetric(dense, Bits, scales));
    }

    /// <summary>How the file stores the matrix, without regard to zeros.</summary>
    internal MatrixEncoding Encoding(Weight weight, int rows)
    {
        int scales = Scales(weight, rows);
        return Bits == TernaryBits ? new TernaryEncoding { Scales = scales } : new IntegerEncoding { Bits = Bits, Scales = scales };
    }

    /// <summary>How the file stores what is not 0; null for ternary weights, whose zeros cost nothing more.</summary>
    internal MatrixEncoding? SparseEncoding(Weight weight, int rows) =>
        Bits == TernaryBits ? null : new SparseEncoding { Bits = Bits, Scales = Scales(weight, rows) };

    int Scales(Weight weight, long rows) => Sharing switch
    {
        ScaleSharing.Row => checked((int)rows),
        ScaleSharing.Block => weight.Blocks,
        _ => 1,
    };
}
