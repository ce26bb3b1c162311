using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace Tern.Training.Layers;

/// <summary>
/// An exception that leaves a custom backward function aborts the process: libtorch's engine calls it through native
/// frames. So it is caught there, kept, and thrown again after backward() has returned.
/// </summary>
static class BackwardGuard
{
    static ExceptionDispatchInfo? failure;

    /// <summary>Runs a backward function; when it fails, remembers why and returns no gradients.</summary>
    /// <param name="body">The gradients, one an input.</param>
    /// <param name="inputs">How many inputs there are.</param>
    public static List<Tensor> Run(Func<List<Tensor?>> body, int inputs)
    {
        try
        {
            return body()!;   // TorchSharp's signature does not say so, but null stands for no gradient
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
            return [.. new Tensor[inputs]];
        }
    }

    /// <summary>Throws what a backward function has thrown since the last call; to be called after each backward().</summary>
    public static void ThrowIfFailed() => Interlocked.Exchange(ref failure, null)?.Throw();
}
