namespace Tern.Core.Tests;

/// <summary>Where the sources are.</summary>
static class Repository
{
    /// <summary>The folder of Tern.slnx, above the test program.</summary>
    public static string Root { get; } = Find();

    static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Tern.slnx")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("Tern.slnx is in no folder above the test.");
    }
}
