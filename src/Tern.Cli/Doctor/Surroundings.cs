using System.Globalization;
using System.Runtime.InteropServices;
using Tern.Training.Data;
using Tern.Training.Native;

namespace Tern.Cli.Doctor;

/// <summary>System, memory and folders.</summary>
static class Surroundings
{
    /// <summary>libtorch alone takes some 200 MB of a process.</summary>
    const double Enough = 2e9, Least = 0.4e9;

    public static Finding Versions() => Finding.Ok("tern", $"{VersionAction.Version} on {RuntimeInformation.FrameworkDescription}");

    public static Finding System() => Finding.Ok("system", $"{RuntimeInformation.OSDescription} ({RuntimeInformation.RuntimeIdentifier})");

    public static Finding Memory()
    {
        double all = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, free = Math.Min(Free() ?? all, all);
        string text = $"{Gigabytes(free)} free of {Gigabytes(all)}";
        return free < Least ? Finding.Problem("memory", $"{text}; training takes at least {Gigabytes(Least)}: end other programs, or raise the container's limit")
            : free < Enough ? Finding.Note("memory", $"{text}; enough for small models only")
            : Finding.Ok("memory", text);
    }

    public static Finding Data()
    {
        const string Name = "data";
        if (Environment.GetEnvironmentVariable("TERN_DATA") is not { Length: > 0 } folder)
            return Finding.Note(Name, "TERN_DATA is not set; data is looked for at the paths as they are given");
        try
        {
            if (!Directory.Exists(folder)) return Finding.Note(Name, $"TERN_DATA={folder} is no folder; set it to the folder of the data sets, or unset it");
            string[] found = [.. Directory.GetDirectories(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
            return Finding.Ok(Name, found.Length == 0 ? $"TERN_DATA={folder}, without folders" : $"TERN_DATA={folder}: {string.Join(", ", found)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Note(Name, $"TERN_DATA={folder} cannot be read: {e.Message}");
        }
    }

    public static Finding Documentation()
    {
        try
        {
            return Finding.Ok("quickstart", $"{ReferenceDocumentation.FindFiles().Count} files of the SDK's reference documentation");
        }
        catch (TernException e)
        {
            return Finding.Note("quickstart", e.Message);
        }
    }

    /// <summary>A copy of a native library goes here on older systems, else into a temporary folder.</summary>
    public static Finding Cache() => TorchRuntime.CacheFolder is not { } folder
        ? Finding.Note("cache", "no folder: neither XDG_CACHE_HOME nor HOME is set to one; temporary files are used")
        : CanWrite(folder) is { } failure ? Finding.Note("cache", $"{folder} cannot be written ({failure}); temporary files are used") : Finding.Ok("cache", folder);

    public static Finding Runs()
    {
        string folder = Path.GetFullPath("runs");
        return CanWrite(folder) is { } failure ? Finding.Problem("runs", $"{folder} cannot be written ({failure}); go to another folder, or give one with --out") : Finding.Ok("runs", $"{folder} can be written");
    }

    /// <summary>Null, or why not. Leaves nothing behind.</summary>
    static string? CanWrite(string folder)
    {
        try
        {
            bool there = Directory.Exists(folder);
            OutFolder.Prepare(folder);
            if (!there) OutFolder.RemoveIfEmpty(folder);
            return null;
        }
        catch (TernException e)
        {
            return (e.InnerException ?? e).Message.Split(": ", 2)[^1].Split("; choose", 2)[0];
        }
    }

    /// <summary>What the system could give without swapping; null where it does not say (it does on Linux).</summary>
    static double? Free()
    {
        try
        {
            string? line = File.Exists("/proc/meminfo") ? File.ReadLines("/proc/meminfo").FirstOrDefault(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal)) : null;
            return line is not null && long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture, out long kilobytes) ? kilobytes * 1024.0 : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static string Gigabytes(double bytes) => (bytes / 1e9).ToString("N1", CultureInfo.InvariantCulture) + " GB";
}
