using Tern.Matrices;
using Tern.Model;
using Tern.Training.Native;
using static TorchSharp.torch;

namespace Tern.Training.Weights;

/// <summary>From a trained weight to what the model file stores: the smallest of the forms that mean the same matrix.</summary>
static class WeightPacker
{
    /// <summary>The dense matrix, and its stored form where it is another.</summary>
    public static (TensorData Dense, EncodedMatrix? Encoded) Pack(Weight weight)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        TensorData dense = weight.Dense.ToData();
        int rows = dense.Shape[0];
        bool hasZeros = Array.IndexOf(dense.Values, 0f) >= 0;
        EncodedMatrix? sparse = hasZeros && (weight.Quantizer is null ? new SparseEncoding { Bits = 32 } : weight.Quantizer.SparseEncoding(weight, rows)) is { } encoding
            ? MatrixPacker.Encode(dense, encoding) : null;
        EncodedMatrix? whole = weight.Quantizer is { } quantizer ? MatrixPacker.Encode(dense, quantizer.Encoding(weight, rows)) : null;
        long wholeBytes = whole?.Bytes ?? dense.Values.LongLength * sizeof(float);
        return (dense, sparse is not null && sparse.Bytes < wholeBytes ? sparse : whole);
    }
}
