using System.Runtime.InteropServices;

namespace Tern.Kernels;

/// <summary>Aligned memory of the calling thread that grows to the largest request and is reused: valid until the thread's next request.</summary>
sealed unsafe class Scratch
{
    [ThreadStatic] static Scratch? current;

    float* memory;
    long capacity;

    /// <summary>At least this many floats, 64-byte aligned, with anything in them.</summary>
    public static float* Rent(long floats)
    {
        var own = current ??= new Scratch();
        if (floats > own.capacity)
        {
            NativeMemory.AlignedFree(own.memory);
            own.memory = null;
            own.capacity = 0;
            own.memory = (float*)NativeMemory.AlignedAlloc(checked((nuint)floats * sizeof(float)), 64);
            own.capacity = floats;
        }
        return own.memory;
    }

    /// <summary>Rounded up, so that neighbouring parts of one request start on cache lines of their own.</summary>
    public static long Aligned(long floats) => (floats + 15) / 16 * 16;

    ~Scratch() => NativeMemory.AlignedFree(memory);
}
