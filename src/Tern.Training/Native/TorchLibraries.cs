using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TorchSharp;

namespace Tern.Training.Native;

/// <summary>
/// Loads libtorch and TorchSharp's native half on Linux, also where libstdc++ is older than that of gcc 13.2.
/// </summary>
/// <remarks>
/// libLibTorchSharp.so 0.107.0 asks for version GLIBCXX_3.4.32 of libstdc++, which Debian 12, Ubuntu 22.04 and others
/// lack. Its one symbol of that version (<c>std::ios_base_library_init</c>, an anchor for the linker) is never called,
/// so a copy in which the need is marked weak works. Trying the original first is no way to find out: the loader
/// unloads libtorch again after the failure, and the process crashes.
/// </remarks>
static class TorchLibraries
{
    const string TorchSharpName = "libLibTorchSharp.so";
    const string MissingVersion = "GLIBCXX_3.4.32";
    const string SymbolOfMissingVersion = "_ZSt21ios_base_library_initv";

    /// <summary>Loads the libraries of <paramref name="folders"/>; returns TorchSharp's native half and how it was loaded.</summary>
    /// <exception cref="TernException">A library is missing, damaged or does not load.</exception>
    public static (nint Library, string How) Load(IReadOnlyList<string> folders)
    {
        // the loader finds the dependencies of a copy elsewhere only where they are in the process already
        LoadFile(Find("libtorch_cpu.so", folders));
        LoadFile(Find("libtorch.so", folders));
        string path = Find(TorchSharpName, folders);
        if (StandardLibraryHasVersion())
            return (LoadFile(path), "as shipped");

        byte[] image = File.ReadAllBytes(path);
        string name = $"libLibTorchSharp-{Convert.ToHexStringLower(SHA256.HashData(image))[..16]}.so";
        try
        {
            if (!ElfVersionNeed.Weaken(image, MissingVersion))
                return (LoadFile(path), "as shipped");
        }
        catch (InvalidDataException e)
        {
            throw Damaged(path, e.Message);
        }
        return (CopiedLibrary.Load(name, image), $"copy without the need of {MissingVersion}");
    }

    /// <summary>
    /// The folders in which the runtime looks for the native libraries of the packages: those of the program's
    /// .deps.json, or the program's own folder.
    /// </summary>
    public static IReadOnlyList<string> SearchFolders()
    {
        string listed = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return [
            .. listed.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
            AppContext.BaseDirectory,
            Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"),
        ];
    }

    static bool StandardLibraryHasVersion() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out nint library)
        && NativeLibrary.TryGetExport(library, SymbolOfMissingVersion, out _);

    static string Find(string name, IReadOnlyList<string> folders)
    {
        foreach (string folder in folders)
            if (File.Exists(Path.Combine(folder, name)))
                return Path.Combine(folder, name);
        throw new TernException(
            $"The native library {name} was not found in {AppContext.BaseDirectory} or the package folders; run `dotnet restore` "
            + $"and build again (packages TorchSharp and libtorch-cpu-linux-x64, {RuntimeInformation.RuntimeIdentifier} is this system).");
    }

    static nint LoadFile(string path)
    {
        try
        {
            byte[] head = new byte[4096];
            using (FileStream file = File.OpenRead(path))
            {
                int read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
                ElfVersionNeed.CheckComplete(head.AsSpan(0, read), file.Length);
            }
            return NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw Damaged(path, e.Message);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new TernException($"The native library {path} does not load: {OneLine(e.Message)}");
        }
    }

    static TernException Damaged(string path, string what) => new(
        $"The native library {path} {what}; delete the package's folder in the NuGet cache and the output folder, and build again.");

    internal static string OneLine(string text) =>
        string.Join("; ", text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct());
}
