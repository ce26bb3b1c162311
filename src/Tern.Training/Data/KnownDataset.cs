namespace Tern.Training.Data;

/// <summary>A public data set: what it is, where it is at home, and how Tern reads it.</summary>
/// <param name="Name">Its name in configurations and commands.</param>
/// <param name="Title">What it holds, in a line.</param>
/// <param name="Task">What it is for.</param>
/// <param name="Home">Page of its authors, or of the archive that keeps it.</param>
/// <param name="Licence">As its home states it.</param>
/// <param name="Examples">Examples of all parts.</param>
/// <param name="Files">What <c>tern data get</c> fetches; empty where nothing is to be fetched.</param>
/// <param name="Config">How it is read, paths being relative to TERN_DATA or the cache; null where it is no set of labelled examples.</param>
public sealed record KnownDataset(
    string Name, string Title, string Task, string Home, string Licence, int Examples, IReadOnlyList<KnownFile> Files, DataConfig? Config)
{
    /// <summary>The first folder that holds every file of the set; null where none does.</summary>
    public string? Root() => Files.Count == 0 ? null : DataCache.Roots.FirstOrDefault(root => Files.All(file => DataCache.Find(root, file.Path) is not null));

    /// <summary>Whether it can be used on this machine without a download.</summary>
    public bool IsPresent => Files.Count == 0 || Root() is not null;
}

/// <summary>A file of a known data set.</summary>
/// <param name="Url">Where it comes from; empty where it cannot be fetched.</param>
/// <param name="Path">Where it lies below the cache; a folder if it is unpacked.</param>
/// <param name="Bytes">Length of the download, where it is known.</param>
/// <param name="Sha256">SHA-256 of the download in lower-case hexadecimal, where it is known.</param>
/// <param name="Packing">What is done with the download.</param>
public sealed record KnownFile(string Url, string Path, long? Bytes = null, string? Sha256 = null, KnownPacking Packing = KnownPacking.AsIs);

/// <summary>What is done with a download.</summary>
public enum KnownPacking
{
    /// <summary>It is kept as it is.</summary>
    AsIs,

    /// <summary>The text files of a zip, and of zips in it, are put into one folder.</summary>
    UnzipTexts,

    /// <summary>A .tar.gz is packed again as a zip.</summary>
    TarToZip,
}
