namespace Tern.Kernels;

/// <summary>Parts of one request for scratch, each starting on a cache line of its own.</summary>
struct ScratchPlan
{
    /// <summary>Floats of all parts.</summary>
    public long Floats { get; private set; }

    /// <summary>A further part; returns where it starts.</summary>
    public long Add(long floats)
    {
        long start = Floats;
        Floats += Scratch.Aligned(floats);
        return start;
    }
}
