namespace Tern.Training.Data;

/// <summary>Where data files lie.</summary>
public static class DataFiles
{
    /// <summary>The environment variable that names the folder of data sets.</summary>
    public const string Variable = "TERN_DATA";

    /// <summary>A file as given, or else below the folder of data sets.</summary>
    /// <exception cref="TernException">It is in neither.</exception>
    public static string Resolve(string path)
    {
        if (File.Exists(path))
            return path;
        string? folder = Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(folder) && File.Exists(Path.Combine(folder, path)))
            return Path.Combine(folder, path);
        if (Directory.Exists(path))
            throw new TernException($"{path} is a folder; give a file of labelled texts.");
        throw new TernException($"There is no file {path} here"
            + (string.IsNullOrEmpty(folder) ? $", and {Variable} is not set to a folder of data sets." : $" or in {folder} ({Variable})."));
    }
}
