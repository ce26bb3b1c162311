using System.Runtime.InteropServices;

namespace Tern.Training.Native;

/// <summary>Settings of glibc's malloc, which libtorch allocates its CPU tensors by.</summary>
static unsafe class Malloc
{
    // malloc.h
    const int TrimThreshold = -1;
    const int MmapThreshold = -3;

    /// <summary>Raises the sizes from which glibc returns memory to the system; says what was done.</summary>
    public static string Tune()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out nint libc)
            || !NativeLibrary.TryGetExport(libc, "mallopt", out nint address))
            return "default (no glibc)";

        var mallopt = (delegate* unmanaged[Cdecl]<int, int, int>)address;
        // glibc before 2.35 refuses more than 32 MB
        bool mmap = mallopt(MmapThreshold, 1 << 30) != 0 || mallopt(MmapThreshold, 32 << 20) != 0;
        bool trim = mallopt(TrimThreshold, 2_000_000_000) != 0;
        return mmap && trim ? "tuned" : "default (mallopt refused)";
    }
}
