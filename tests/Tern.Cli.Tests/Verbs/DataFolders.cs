using Tern.Training.Data;

namespace Tern.Cli.Tests.Verbs;

/// <summary>TERN_DATA and the cache, as a test wants them; put back after it.</summary>
sealed class DataFolders : IDisposable
{
    readonly string? data = Environment.GetEnvironmentVariable(DataFiles.Variable), cache = Environment.GetEnvironmentVariable(DataCache.Variable);

    public DataFolders()
    {
        Cache = Directory.CreateTempSubdirectory("tern-data-test-").FullName;
        Environment.SetEnvironmentVariable(DataFiles.Variable, null);
        Environment.SetEnvironmentVariable(DataCache.Variable, Cache);
    }

    public string Cache { get; }

    public string Put(string path, string content)
    {
        string whole = Path.Combine(Cache, path);
        Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
        File.WriteAllText(whole, content);
        return whole;
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(DataFiles.Variable, data);
        Environment.SetEnvironmentVariable(DataCache.Variable, cache);
        Directory.Delete(Cache, recursive: true);
    }
}
