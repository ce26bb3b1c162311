using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tern.Training.Optimizers;

/// <summary>
/// What becomes of a gradient before any rule sees it: multiplied by a factor (accumulation, clipping by norm), then cut,
/// then the parameter's share is added (coupled weight decay), in this order.
/// </summary>
/// <param name="Scale">Factor.</param>
/// <param name="Limit">Largest absolute value, infinity where there is none.</param>
/// <param name="Decay">Factor of the parameter that is added.</param>
readonly record struct GradientShape(float Scale, float Limit, float Decay);

/// <summary>
/// Drives a rule over a block of memory, in one pass: libtorch's own optimizers take several over each parameter, which in
/// a small model weigh as much as the recurrence.
/// </summary>
static class Sweep
{
    /// <summary>Moves values against their gradient and renews their moments.</summary>
    /// <param name="rule">The rule in this step.</param>
    /// <param name="shape">What becomes of the gradient first.</param>
    /// <param name="values">Parameters.</param>
    /// <param name="gradient">Their gradients, not changed.</param>
    /// <param name="first">First moment.</param>
    /// <param name="second">Second moment; empty where the rule has none.</param>
    public static void Apply<TUpdate>(
        in TUpdate rule, in GradientShape shape, Span<float> values, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second)
        where TUpdate : struct, IUpdate
    {
        Debug.Assert(gradient.Length == values.Length && first.Length == values.Length && second.Length == (TUpdate.HasSecond ? values.Length : 0));
        var (scale, limit, decay) = (new Vector<float>(shape.Scale), new Vector<float>(shape.Limit), new Vector<float>(shape.Decay));
        TUpdate own = rule; // a copy: the stores below might change what is behind a reference, so that it would be read for each lane
        ref float x = ref MemoryMarshal.GetReference(values), g = ref MemoryMarshal.GetReference(gradient);
        ref float m = ref MemoryMarshal.GetReference(first), v = ref MemoryMarshal.GetReference(second);
        nuint lanes = (nuint)Vector<float>.Count, count = (nuint)values.Length, i = 0;
        for (; i + lanes <= count; i += lanes)
        {
            Vector<float> value = Vector.LoadUnsafe(ref x, i), mean = Vector.LoadUnsafe(ref m, i), other = TUpdate.HasSecond ? Vector.LoadUnsafe(ref v, i) : default;
            Vector<float> shaped = Cut(Vector.LoadUnsafe(ref g, i) * scale, limit) + decay * value;
            own.Move(value, shaped, ref mean, ref other).StoreUnsafe(ref x, i);
            mean.StoreUnsafe(ref m, i);
            if (TUpdate.HasSecond)
                other.StoreUnsafe(ref v, i);
        }
        for (; i < count; i++)
        {
            // what is left goes through the same lanes one by one, each lane the same
            Vector<float> value = new(Unsafe.Add(ref x, i)), mean = new(Unsafe.Add(ref m, i)), other = TUpdate.HasSecond ? new(Unsafe.Add(ref v, i)) : default;
            Vector<float> shaped = Cut(new Vector<float>(Unsafe.Add(ref g, i)) * scale, limit) + decay * value;
            Unsafe.Add(ref x, i) = own.Move(value, shaped, ref mean, ref other).ToScalar();
            Unsafe.Add(ref m, i) = mean.ToScalar();
            if (TUpdate.HasSecond)
                Unsafe.Add(ref v, i) = other.ToScalar();
        }
    }

    // gradients are finite here, so that what Min and Max do with NaN does not matter
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<float> Cut(Vector<float> gradient, Vector<float> limit) => Vector.MinNative(Vector.MaxNative(gradient, -limit), limit);
}
