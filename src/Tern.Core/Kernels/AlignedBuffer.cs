namespace Tern.Kernels;

/// <summary>Pinned memory that starts on a cache line, owned by the garbage collector. Keep the owner alive while the pointer is in use.</summary>
sealed unsafe class AlignedBuffer<T> where T : unmanaged
{
    const int Alignment = 64;
    readonly byte[] memory;

    /// <summary>Zeroed room for a number of elements.</summary>
    public AlignedBuffer(long length)
    {
        long bytes = length * sizeof(T) + Alignment - 1;
        if (bytes > Array.MaxLength)
            throw new TernException($"A buffer of {bytes} bytes is beyond {Array.MaxLength}; use fewer or shorter sequences at a time.");
        Length = (int)length;
        memory = GC.AllocateArray<byte>((int)bytes, pinned: true);
        nint start = (nint)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0);
        Pointer = (T*)((start + Alignment - 1) & ~(nint)(Alignment - 1));
    }

    /// <summary>Elements.</summary>
    public int Length { get; }

    /// <summary>The first element.</summary>
    public T* Pointer { get; }

    /// <summary>The elements.</summary>
    public Span<T> Span => new(Pointer, Length);
}
