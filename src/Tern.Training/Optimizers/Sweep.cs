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
        int lanes = Vector<float>.Count, i = 0;
        for (; i <= values.Length - lanes; i += lanes)
        {
            var value = new Vector<float>(values[i..]);
            var m = new Vector<float>(first[i..]);
            Vector<float> v = TUpdate.HasSecond ? new(second[i..]) : default;
            rule.Move(value, Shaped(shape, new(gradient[i..]), value), ref m, ref v).CopyTo(values[i..]);
            m.CopyTo(first[i..]);
            if (TUpdate.HasSecond)
                v.CopyTo(second[i..]);
        }
        if (i < values.Length)
        {
            // the rest goes through the same lanes, filled up with 0
            Vector<float> value = Part(values[i..]), m = Part(first[i..]), v = TUpdate.HasSecond ? Part(second[i..]) : default;
            Store(rule.Move(value, Shaped(shape, Part(gradient[i..]), value), ref m, ref v), values[i..]);
            Store(m, first[i..]);
            if (TUpdate.HasSecond)
                Store(v, second[i..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<float> Shaped(in GradientShape shape, Vector<float> gradient, Vector<float> value)
    {
        var limit = new Vector<float>(shape.Limit);
        return Vector.Min(Vector.Max(gradient * shape.Scale, -limit), limit) + shape.Decay * value;
    }

    static Vector<float> Part(ReadOnlySpan<float> values)
    {
        Vector<float> lanes = default;
        values.CopyTo(Lanes(ref lanes));
        return lanes;
    }

    static void Store(Vector<float> lanes, Span<float> values) => Lanes(ref lanes)[..values.Length].CopyTo(values);

    static Span<float> Lanes(ref Vector<float> vector) => MemoryMarshal.CreateSpan(ref Unsafe.As<Vector<float>, float>(ref vector), Vector<float>.Count);
}
