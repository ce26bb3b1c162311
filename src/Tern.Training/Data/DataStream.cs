using System.IO.Compression;

namespace Tern.Training.Data;

/// <summary>Opens data files; what is compressed is decompressed as it is read.</summary>
static class DataStream
{
    /// <summary>A stream of a file's content: a .gz file is unpacked, a .zip file must hold one file and gives that.</summary>
    /// <exception cref="TernException">The file cannot be read, or the archive is not as expected.</exception>
    public static Stream Open(string path)
    {
        if (HasExtension(path, ".zip"))
            return OpenOnlyEntry(path);
        FileStream file = OpenFile(path);
        return HasExtension(path, ".gz")
            ? new CheckedStream(path, new GZipStream(file, CompressionMode.Decompress), UnpackedLimit(file.Length))
            : new CheckedStream(path, file, long.MaxValue);
    }

    /// <summary>Opens a zip archive to read from.</summary>
    /// <exception cref="TernException">The file cannot be read or is no zip archive.</exception>
    public static ZipArchive OpenZip(string path)
    {
        FileStream file = OpenFile(path);
        try
        {
            var archive = new ZipArchive(file, ZipArchiveMode.Read);
            _ = archive.Entries; // reads the directory now, so that its errors come here
            return archive;
        }
        catch (Exception e)
        {
            file.Dispose();
            if (IsReadError(e))
                throw new TernException($"{path} cannot be read as a zip archive: {e.Message}");
            throw;
        }
    }

    /// <summary>A stream of an entry's content.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="name">The entry in errors.</param>
    /// <param name="limit">Unpacked bytes at most.</param>
    /// <param name="owner">What is closed with the stream.</param>
    /// <exception cref="TernException">The entry cannot be read.</exception>
    public static CheckedStream OpenEntry(ZipArchiveEntry entry, string name, long limit, IDisposable? owner = null)
    {
        try
        {
            return new CheckedStream(name, entry.Open(), limit, owner);
        }
        catch (Exception e) when (IsReadError(e))
        {
            throw new TernException($"{name} cannot be read: {e.Message}");
        }
    }

    /// <summary>Bytes that so many packed bytes may unpack to: data sets pack to a tenth, at times a hundredth.</summary>
    public static long UnpackedLimit(long packed) => (64L << 20) + 200 * Math.Min(packed, 1L << 50);

    /// <summary>The name of a file without .gz or .zip, which its layout is told by.</summary>
    public static string PlainName(string path) =>
        Path.GetExtension(path).ToLowerInvariant() is ".gz" or ".zip" ? Path.GetFileNameWithoutExtension(path) : Path.GetFileName(path);

    static CheckedStream OpenOnlyEntry(string path)
    {
        ZipArchive archive = OpenZip(path);
        try
        {
            ZipArchiveEntry[] files = [.. archive.Entries.Where(e => e.Name.Length > 0)];
            if (files.Length != 1)
                throw new TernException($"{path} holds {files.Length} files; expected one, or unpack it and name the file.");
            return OpenEntry(files[0], path, UnpackedLimit(new FileInfo(path).Length), archive);
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    static FileStream OpenFile(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (Exception e) when (IsReadError(e))
        {
            throw new TernException(Directory.Exists(path) ? $"{path} is a folder; give a file." : $"{path} cannot be read: {e.Message}");
        }
    }

    static bool HasExtension(string path, string extension) => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase);

    static bool IsReadError(Exception e) =>
        e is IOException or UnauthorizedAccessException or ArgumentException or InvalidDataException or NotSupportedException;
}
