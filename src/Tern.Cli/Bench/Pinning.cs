using System.Runtime.InteropServices;

namespace Tern.Cli.Bench;

/// <summary>Keeps the measuring thread on the core that it is on, until disposed. Linux alone has the calls for it.</summary>
sealed unsafe partial class Pinning : IDisposable
{
    // 1024 cores, as glibc's cpu_set_t
    const int Words = 16;
    readonly ulong[] before = new ulong[Words];

    Pinning(int core) => Core = core;

    public int Core { get; }

    /// <summary>Pins the calling thread; null where the system has no such call or refuses.</summary>
    public static Pinning? ToThisCore()
    {
        if (!OperatingSystem.IsLinux() || sched_getcpu() is not (>= 0 and < Words * 64 and var core)) return null;
        var pinning = new Pinning(core);
        var mask = new ulong[Words];
        mask[core / 64] = 1UL << core % 64;
        fixed (ulong* old = pinning.before)
            if (sched_getaffinity(0, Words * sizeof(ulong), old) < 0) return null;
        return Set(mask) ? pinning : null;
    }

    public void Dispose() => Set(before);

    static bool Set(ulong[] mask)
    {
        fixed (ulong* words = mask) return sched_setaffinity(0, Words * sizeof(ulong), words) == 0;
    }

    [LibraryImport("libc")]
    private static partial int sched_getcpu();

    [LibraryImport("libc")]
    private static partial int sched_getaffinity(int thread, nuint bytes, ulong* mask);

    [LibraryImport("libc")]
    private static partial int sched_setaffinity(int thread, nuint bytes, ulong* mask);
}
