using System.Runtime.InteropServices;

namespace Tern.Cli.Bench;

/// <summary>Keeps the measuring thread on one core.</summary>
static unsafe partial class Pinning
{
    /// <summary>Pins the calling thread to the core that it is on; null where the system has no such call or refuses.</summary>
    public static int? PinToThisCore()
    {
        if (!OperatingSystem.IsLinux()) return null;
        int core = sched_getcpu();
        const int Words = 16;   // 1024 cores, as glibc's cpu_set_t
        if (core is < 0 or >= Words * 64) return null;
        ulong* mask = stackalloc ulong[Words];
        new Span<ulong>(mask, Words).Clear();
        mask[core / 64] = 1UL << core % 64;
        return sched_setaffinity(0, Words * sizeof(ulong), mask) == 0 ? core : null;
    }

    [LibraryImport("libc")]
    private static partial int sched_getcpu();

    [LibraryImport("libc")]
    private static partial int sched_setaffinity(int thread, nuint bytes, ulong* mask);
}
