namespace Tern.Training.Native;

/// <summary>How libtorch is set up in this process.</summary>
public sealed record TorchOptions
{
    /// <summary>Threads of libtorch's operations; 0 leaves libtorch's own choice (one a core).</summary>
    public int Threads { get; init; }

    /// <summary>What the C library does with large freed buffers; the first load of a process decides.</summary>
    public CAllocator Allocator { get; init; } = CAllocator.Tuned;
}

/// <summary>What the C library's allocator does with large buffers between training steps.</summary>
public enum CAllocator
{
    /// <summary>
    /// Keeps freed buffers in the process (glibc only; elsewhere the same as <see cref="Default"/>). A training step
    /// asks for the same buffers as the one before it, and page faults otherwise cost up to half of its time.
    /// </summary>
    Tuned,

    /// <summary>As the C library is shipped: glibc returns big buffers to the system at each step.</summary>
    Default,
}
