using Tern.Model;
using static TorchSharp.torch;

namespace Tern.Training.Native;

/// <summary>Between libtorch's tensors and those of files.</summary>
static unsafe class TensorCopy
{
    /// <summary>A copy outside libtorch.</summary>
    public static TensorData ToData(this Tensor tensor)
    {
        using Tensor whole = tensor.detach().contiguous();
        return new(Array.ConvertAll(tensor.shape, size => (int)size), new ReadOnlySpan<float>(whole.Pointer(), (int)whole.numel()).ToArray());
    }

    /// <summary>Overwrites a contiguous tensor.</summary>
    /// <exception cref="TernException">The shapes differ.</exception>
    public static void CopyFrom(this Tensor tensor, TensorData data)
    {
        if (!data.Shape.Select(size => (long)size).SequenceEqual(tensor.shape))
            throw new TernException($"A tensor of shape {TensorData.Print(data.Shape)} does not fit one of [{string.Join(", ", tensor.shape)}].");
        data.Values.CopyTo(new Span<float>(tensor.Pointer(), data.Values.Length));
    }
}
