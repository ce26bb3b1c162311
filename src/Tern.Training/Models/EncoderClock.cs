using System.Diagnostics;
using static TorchSharp.torch;

namespace Tern.Training.Models;

/// <summary>
/// Time spent in a model's encoder alone. Forward: from its call to its return. Backward: from when the gradient reaches
/// its output until it has left its input; libtorch's engine runs the nodes between the two one after the other, the
/// sums into the encoder's weight gradients included. Where the input takes no gradient (a frozen embedding, a series),
/// nothing lies behind the encoder, and the end of the whole backward pass is its own.
/// </summary>
public sealed class EncoderClock
{
    long ticks;
    long? entered;

    /// <summary>Seconds since the clock was made.</summary>
    public double Seconds => (double)ticks / Stopwatch.Frequency;

    /// <summary>Runs the encoder and measures it, here and in the backward pass to come.</summary>
    internal Tensor Measure(Tensor input, Func<Tensor, Tensor> encode)
    {
        Tensor marked = BackwardMark.Of(input, EndBackward);
        long start = Stopwatch.GetTimestamp();
        Tensor output = encode(marked);
        ticks += Stopwatch.GetTimestamp() - start;
        return BackwardMark.Of(output, () => entered = Stopwatch.GetTimestamp());
    }

    /// <summary>The encoder's backward pass has ended, at the latest.</summary>
    internal void EndBackward()
    {
        if (entered is not { } start)
            return;
        ticks += Stopwatch.GetTimestamp() - start;
        entered = null;
    }
}
