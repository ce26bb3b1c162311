namespace Tern.Cli.Tests;

/// <summary>Where the sources lie: the tests run from artifacts/, below the root.</summary>
static class Repository
{
    public static string Root { get; } = Find();

    static string Find()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "Tern.slnx"))) return folder;
        throw new DirectoryNotFoundException($"No Tern.slnx above {AppContext.BaseDirectory}.");
    }
}
