using System.Runtime.InteropServices;

namespace Tern.Training.Native;

/// <summary>Loads a library from memory by way of a file in the user's cache folder.</summary>
static class CopiedLibrary
{
    /// <summary>
    /// Loads <paramref name="image"/> from the cache folder's file <paramref name="name"/>, which is written where it is
    /// not there or differs, or else from a private temporary folder. Processes that start at once do not disturb each
    /// other: a file is written under a name of its own and renamed when complete.
    /// </summary>
    /// <exception cref="TernException">No folder could be written, or the library does not load.</exception>
    public static nint Load(string name, byte[] image)
    {
        var failures = new List<string>();
        if (CacheFolder() is { } cache && TryLoad(Path.Combine(cache, name), image, failures, out nint library))
            return library;

        // A folder that only this user can read, since others may write to the temporary folder itself; a loaded
        // library needs its file no longer.
        try
        {
            DirectoryInfo own = Directory.CreateTempSubdirectory("tern-");
            try
            {
                if (TryLoad(Path.Combine(own.FullName, name), image, failures, out library))
                    return library;
            }
            finally
            {
                own.Delete(recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failures.Add(e.Message);
        }
        throw new TernException(
            "TorchSharp's native library needs a copy fitted to this system's libstdc++, which could not be written or loaded "
            + $"({TorchLibraries.OneLine(string.Join('\n', failures))}); set XDG_CACHE_HOME to a folder that can be written.");
    }

    /// <summary>tern/ in XDG_CACHE_HOME or ~/.cache; null where there is neither.</summary>
    public static string? CacheFolder()
    {
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathRooted(cache))
            return Path.Combine(cache, "tern");
        return Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home && Directory.Exists(home)
            ? Path.Combine(home, ".cache", "tern")
            : null;
    }

    static bool TryLoad(string path, byte[] image, List<string> failures, out nint library)
    {
        library = 0;
        try
        {
            if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(image))
                Write(path, image);
            library = NativeLibrary.Load(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DllNotFoundException or BadImageFormatException)
        {
            failures.Add(e.Message);
            return false;
        }
    }

    static void Write(string path, byte[] image)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string unfinished = $"{path}.{Guid.NewGuid():N}";
        try
        {
            File.WriteAllBytes(unfinished, image);
            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }
}
