using System.Diagnostics;
using System.Runtime.InteropServices;
using Tern.Model;

namespace Tern.Training.Optimizers;

/// <summary>What an optimizer remembers of a parameter: one or two numbers of each value, 0 at first.</summary>
sealed unsafe class Moments : IDisposable
{
    readonly long count;
    readonly bool hasSecond;
    float* memory;

    /// <summary>Moments of <paramref name="count"/> values.</summary>
    public Moments(long count, bool hasSecond)
    {
        (this.count, this.hasSecond) = (count, hasSecond);
        memory = (float*)NativeMemory.AllocZeroed(checked((nuint)count * (hasSecond ? 2u : 1u)), sizeof(float));
    }

    /// <summary>The first moment of some values.</summary>
    public Span<float> First(long at, int length) => Part(0, at, length);

    /// <summary>Their second moment; empty where there is none.</summary>
    public Span<float> Second(long at, int length) => hasSecond ? Part(1, at, length) : default;

    /// <summary>A copy of a moment of all values.</summary>
    public TensorData Copy(int moment, int[] shape) => new(shape, Part(moment, 0, checked((int)count)).ToArray());

    /// <summary>Overwrites a moment of all values.</summary>
    public void Fill(int moment, ReadOnlySpan<float> values) => values.CopyTo(Part(moment, 0, checked((int)count)));

    Span<float> Part(int moment, long at, int length)
    {
        Debug.Assert(memory is not null && at >= 0 && at + length <= count && moment <= (hasSecond ? 1 : 0));
        return new(memory + moment * count + at, length);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        NativeMemory.Free(memory);
        memory = null;
    }
}
