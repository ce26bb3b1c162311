using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Tern.Kernels;

namespace Tern.Training.Native;

/// <summary>
/// Runs parts on the threads of libgomp, the OpenMP library that libtorch brings. They still spin after each of
/// libtorch's own operations: a call to them costs under a microsecond, where other threads would wait for a processor.
/// </summary>
sealed unsafe class GompWorkers : IDispatcher
{
    // libgomp/libgomp_g.h: void GOMP_parallel (void (*) (void *), void *, unsigned, unsigned)
    readonly delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<void*, void>, void*, uint, uint, void> parallel;
    readonly delegate* unmanaged[Cdecl]<int> maxThreads, threadNumber, threadCount;

    GompWorkers(nint library)
    {
        parallel = (delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<void*, void>, void*, uint, uint, void>)NativeLibrary.GetExport(library, "GOMP_parallel");
        maxThreads = (delegate* unmanaged[Cdecl]<int>)NativeLibrary.GetExport(library, "omp_get_max_threads");
        threadNumber = (delegate* unmanaged[Cdecl]<int>)NativeLibrary.GetExport(library, "omp_get_thread_num");
        threadCount = (delegate* unmanaged[Cdecl]<int>)NativeLibrary.GetExport(library, "omp_get_num_threads");
    }

    /// <summary>The libgomp in one of the folders, beside libtorch; null where there is none or it is another kind of OpenMP.</summary>
    public static GompWorkers? Find(IReadOnlyList<string> folders)
    {
        foreach (string folder in folders)
            if (File.Exists(Path.Combine(folder, "libtorch_cpu.so")))
                foreach (string file in Directory.EnumerateFiles(folder, "libgomp*.so*"))
                    if (NativeLibrary.TryLoad(file, out nint library) && NativeLibrary.TryGetExport(library, "GOMP_parallel", out _))
                        return new GompWorkers(library);
        return null;
    }

    /// <inheritdoc/>
    public void Run(int count, Action<int> body)
    {
        // Always as many threads as libtorch uses, some perhaps idle: libgomp ends the ones beyond a smaller number and
        // starts them anew at the next call.
        var call = new Call { Library = this, Count = count, Body = body };
        parallel(&RunParts, Unsafe.AsPointer(ref call), (uint)Math.Max(maxThreads(), 1), 0);
        if (call.Error is not null)
            ExceptionDispatchInfo.Throw(call.Error);
    }

    /// <summary>On the caller's stack, where it stays while the native call lasts.</summary>
    struct Call
    {
        public GompWorkers Library;
        public int Count;
        public Action<int> Body;
        public Exception? Error;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static void RunParts(void* data)
    {
        ref Call call = ref Unsafe.AsRef<Call>(data);
        try
        {
            // Inside another parallel call there is only one thread: it takes all parts.
            int threads = call.Library.threadCount();
            for (int part = call.Library.threadNumber(); part < call.Count; part += threads)
                call.Body(part);
        }
        catch (Exception e)
        {
            // no exception may pass through libgomp's frames
            Interlocked.CompareExchange(ref call.Error, e, null);
        }
    }
}
