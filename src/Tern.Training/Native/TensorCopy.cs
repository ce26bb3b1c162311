using Tern.Model;
using static TorchSharp.torch;

namespace Tern.Training.Native;

/// <summary>Between libtorch's tensors and those of the model file.</summary>
static unsafe class TensorCopy
{
    /// <summary>A copy outside libtorch.</summary>
    public static TensorData ToData(this Tensor tensor)
    {
        using Tensor whole = tensor.detach().contiguous();
        return new(Array.ConvertAll(tensor.shape, size => (int)size), new ReadOnlySpan<float>(whole.Pointer(), (int)whole.numel()).ToArray());
    }
}
