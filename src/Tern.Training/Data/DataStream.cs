using System.IO.Compression;

namespace Tern.Training.Data;

/// <summary>Opens data files; what is compressed is decompressed as it is read.</summary>
static class DataStream
{
    /// <summary>A stream of a file's content: a .gz file is unpacked, a .zip file must hold one file and gives that.</summary>
    /// <exception cref="TernException">The file cannot be read, or the archive is not as expected.</exception>
    public static Stream Open(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
                return new GZipStream(file, CompressionMode.Decompress);
            if (!path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
                return file;
            var archive = new ZipArchive(file, ZipArchiveMode.Read);
            ZipArchiveEntry[] files = [.. archive.Entries.Where(e => e.Name.Length > 0)];
            return files.Length == 1
                ? files[0].Open()
                : throw new TernException($"{path} holds {files.Length} files; expected one, or unpack it and name the file.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidDataException)
        {
            throw new TernException(Directory.Exists(path) ? $"{path} is a folder; give a file." : $"{path} cannot be read: {e.Message}");
        }
    }

    /// <summary>The name of a file without .gz or .zip, which its layout is told by.</summary>
    public static string PlainName(string path) =>
        Path.GetExtension(path).ToLowerInvariant() is ".gz" or ".zip" ? Path.GetFileNameWithoutExtension(path) : Path.GetFileName(path);
}
