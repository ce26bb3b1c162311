namespace Tern.Cli;

/// <summary>Folders for results, checked before any work is done.</summary>
static class OutFolder
{
    /// <summary>Makes the folder and tries to write into it.</summary>
    /// <exception cref="TernException">It cannot be made or written.</exception>
    public static string Prepare(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            string probe = Path.Combine(path, $".writable-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new TernException($"--out {path} cannot be written: {e.Message.TrimEnd('.')}; choose another folder.");
        }
    }

    /// <summary>Takes a prepared folder away again where the work did not begin.</summary>
    public static void RemoveIfEmpty(string path)
    {
        if (Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any()) Directory.Delete(path);
    }

    /// <summary>The name, or with -2, -3 ... where a folder of that name holds something.</summary>
    public static string Unused(string path)
    {
        for (int number = 1; ; number++)
        {
            string candidate = number == 1 ? path : $"{path}-{number}";
            if (!File.Exists(candidate) && !(Directory.Exists(candidate) && Directory.EnumerateFileSystemEntries(candidate).Any())) return candidate;
        }
    }
}
