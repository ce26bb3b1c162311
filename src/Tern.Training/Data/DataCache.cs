namespace Tern.Training.Data;

/// <summary>Where downloaded data sets lie: below the folder named by TERN_DATA, or else in the user's cache, in the same layout.</summary>
public static class DataCache
{
    /// <summary>The environment variable that names another cache folder.</summary>
    public const string Variable = "TERN_CACHE";

    /// <summary>The cache: TERN_CACHE, or tern in XDG_CACHE_HOME or ~/.cache, on Windows in the local application data.</summary>
    public static string Folder
    {
        get
        {
            if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
                return Path.GetFullPath(given);
            if (OperatingSystem.IsWindows())
                return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "tern");
            // the XDG specification has relative paths ignored
            return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathRooted(cache)
                ? Path.Combine(cache, "tern")
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "tern");
        }
    }

    /// <summary>The folders that data is looked for in, in this order.</summary>
    public static IEnumerable<string> Roots =>
        Environment.GetEnvironmentVariable(DataFiles.Variable) is { Length: > 0 } data ? [data, Folder] : [Folder];

    /// <summary>A file or folder below a root, as it is or packed as .gz or .zip; null where there is none.</summary>
    public static string? Find(string root, string path)
    {
        string whole = Path.Combine(root, path);
        if (Directory.Exists(whole))
            return Directory.EnumerateFileSystemEntries(whole).Any() ? whole : null;
        foreach (string packing in (string[])["", ".gz", ".zip"])
            if (File.Exists(whole + packing))
                return whole + packing;
        return null;
    }
}
