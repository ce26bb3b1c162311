using System.Reflection;
using System.Runtime.InteropServices;
using Tern.Kernels;
using TorchSharp;

namespace Tern.Training.Native;

/// <summary>
/// Loads libtorch. To be called before the first use of TorchSharp: on systems whose libstdc++ is older than that of
/// gcc 13.2 (Debian 12, Ubuntu 22.04) TorchSharp does not load by itself.
/// </summary>
public static class TorchRuntime
{
    static readonly Lock Gate = new();
    static nint library;
    static string loaded = "";
    static string allocator = "";

    /// <summary>How libtorch was loaded: versions, allocator, threads. Empty before <see cref="Load"/>.</summary>
    public static string Description => library == 0 ? "" : $"{loaded}, allocator {allocator}, {torch.get_num_threads()} threads";

    /// <summary>The allocator in force: "tuned", or "default" with a reason. Empty before <see cref="Load"/>.</summary>
    public static string Allocator => allocator;

    /// <summary>Where a copy of a native library goes on systems that need one; null where there is no such folder.</summary>
    public static string? CacheFolder => CopiedLibrary.CacheFolder();

    /// <summary>
    /// Loads libtorch once; later calls set the number of threads only (where it is not 0). Safe from several threads.
    /// </summary>
    /// <exception cref="TernException">
    /// A native library is missing, damaged or does not load, or a later call asks for another allocator.
    /// </exception>
    public static void Load(TorchOptions? options = null)
    {
        lock (Gate)
        {
            if (library == 0)
                LoadOnce(options?.Allocator ?? CAllocator.Tuned);
            else if (options is { Allocator: CAllocator.Default } && allocator == "tuned")
                throw new TernException("The allocator is tuned in this process already; ask for the default one at the first TorchRuntime.Load.");

            if (options is { Threads: > 0 })
                torch.set_num_threads(options.Threads);
        }
    }

    static void LoadOnce(CAllocator wanted)
    {
        allocator = wanted == CAllocator.Tuned ? Malloc.Tune() : "default";
        GompSpin.Limit();
        string how = "as shipped";
        nint handle;
        if (OperatingSystem.IsLinux())
        {
            IReadOnlyList<string> folders = TorchLibraries.SearchFolders();
            (handle, how) = TorchLibraries.Load(folders);
            Workers.Dispatcher = GompWorkers.Find(folders) ?? Workers.Dispatcher;
            // TorchSharp's own calls then need no search, which would try the original file again
            nint found = handle;
            NativeLibrary.SetDllImportResolver(typeof(torch).Assembly, (name, _, _) => name == "LibTorchSharp" ? found : 0);
        }
        else if (!NativeLibrary.TryLoad("LibTorchSharp", typeof(torch).Assembly, null, out handle))
        {
            throw new TernException(
                $"TorchSharp's native library does not load on {RuntimeInformation.RuntimeIdentifier}; it is there for linux-x64, win-x64 "
                + "and osx-arm64: run `dotnet restore` and build again on one of these.");
        }

        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception e) when (e is NotSupportedException or TypeInitializationException or DllNotFoundException)
        {
            throw new TernException($"libtorch does not start: {TorchLibraries.OneLine(e.Message)}");
        }
        string version = typeof(torch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";
        loaded = $"TorchSharp {version} ({how}), libtorch {torch.__version__}";
        library = handle;
    }

    /// <summary>The address of a function of TorchSharp's native half.</summary>
    internal static nint Export(string name)
    {
        Load();
        return NativeLibrary.GetExport(library, name);
    }
}
