namespace Tern.Training.Data;

/// <summary>Where data files lie.</summary>
public static class DataFiles
{
    /// <summary>The environment variable that names the folder of data sets.</summary>
    public const string Variable = "TERN_DATA";

    /// <summary>A file or folder as given, or else below the folder of data sets.</summary>
    /// <exception cref="TernException">It is in neither.</exception>
    public static string Resolve(string path)
    {
        if (path.Length == 0)
            throw new TernException("The name of a data file is empty; give a file or folder.");
        if (Path.Exists(path))
            return path;
        string? folder = Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(folder) && Path.Combine(folder, path) is { } below && Path.Exists(below))
            return below;
        throw new TernException($"There is no file or folder {path} here"
            + (string.IsNullOrEmpty(folder) ? $", and {Variable} is not set to a folder of data sets." : $" or in {folder} ({Variable}).")
            + Offer(path));
    }

    /// <summary>A name without folder and extension may have meant a known set.</summary>
    static string Offer(string path)
    {
        if (path.AsSpan().IndexOfAny('.', '/', '\\') >= 0)
            return "";
        string? near = Nearest.Of(path, KnownDatasets.All.Select(set => set.Name));
        return (near is null ? "" : $" Did you mean the known set {near}?") + " `tern data list` names the known sets.";
    }
}
