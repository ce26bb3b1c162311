using System.Runtime.InteropServices;
using Xunit;

namespace Tern.Core.Tests.Kernels;

/// <summary>
/// Floats that end where a page begins that may not be touched: reading or writing behind them ends the process (but not
/// on Windows). All start as NaN, which shows where a value is used or kept that was never given.
/// </summary>
sealed unsafe class GuardedFloats : IDisposable
{
    static readonly nuint Page = (nuint)Environment.SystemPageSize;
    readonly byte* memory;
    readonly byte* guard;
    readonly int front;

    public GuardedFloats(long count)
    {
        nuint bytes = ((nuint)count * sizeof(float) / Page + 2) * Page;
        memory = (byte*)NativeMemory.AlignedAlloc(bytes, Page);
        guard = memory + bytes - Page;
        Count = (int)count;
        Pointer = (float*)guard - count;
        front = (int)(Pointer - (float*)memory);
        new Span<float>(memory, front + Count).Fill(float.NaN);
        if (!OperatingSystem.IsWindows()) Assert.Equal(0, Protect(guard, Page, 0));
    }

    public GuardedFloats(long count, Random random) : this(count)
    {
        foreach (ref float x in Span) x = random.NextSingle() * 2 - 1;
    }

    public float* Pointer { get; }

    public int Count { get; }

    public Span<float> Span => new(Pointer, Count);

    /// <summary>Whether nothing was written in front.</summary>
    public bool FrontIsUntouched
    {
        get
        {
            foreach (float x in new ReadOnlySpan<float>(memory, front))
                if (!float.IsNaN(x)) return false;
            return true;
        }
    }

    public void Dispose()
    {
        const int readAndWrite = 3;
        if (!OperatingSystem.IsWindows()) Protect(guard, Page, readAndWrite);
        NativeMemory.AlignedFree(memory);
    }

    [DllImport("libc", EntryPoint = "mprotect")]
    static extern int Protect(void* address, nuint length, int protection);
}
