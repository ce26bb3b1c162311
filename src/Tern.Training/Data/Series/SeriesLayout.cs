using System.Buffers.Binary;
using System.IO.Compression;

namespace Tern.Training.Data.Series;

/// <summary>Tells the layout of series by names, and by the first bytes of a file.</summary>
static class SeriesLayout
{
    /// <summary>Settings of a search in folders: hidden files, such as the "._" files of macOS, are no data.</summary>
    static readonly EnumerationOptions Deep = new() { RecurseSubdirectories = true, MaxRecursionDepth = 16 };

    /// <summary>The layout that the configuration names, or else that of the file or folder; auto for what is not a series.</summary>
    /// <exception cref="TernException">A folder is in no known layout, or a zip archive cannot be read.</exception>
    public static DataFormat Of(string path, DataConfig config)
    {
        if (config.Format != DataFormat.Auto)
            return config.Format;
        return Directory.Exists(path) ? OfFolder(path) : File.Exists(path) ? OfFile(path, config) : DataFormat.Auto;
    }

    /// <summary>The files of a folder whose names pass, in ordinal order.</summary>
    public static string[] Files(string folder, Func<string, bool> accepts, bool deep = false)
    {
        try
        {
            string[] files = [.. Directory.EnumerateFiles(folder, "*", deep ? Deep : new()).Where(file => accepts(Path.GetFileName(file)))];
            Array.Sort(files, StringComparer.Ordinal);
            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TernException($"{folder} cannot be read: {e.Message}");
        }
    }

    /// <summary>The folders in a folder, in ordinal order.</summary>
    public static string[] Folders(string folder)
    {
        string[] folders = [.. Directory.EnumerateDirectories(folder, "*", new EnumerationOptions())];
        Array.Sort(folders, StringComparer.Ordinal);
        return folders;
    }

    /// <summary>A file of a folder, packed by gzip or not; null where there is neither.</summary>
    public static string? Packed(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        return File.Exists(path) ? path : File.Exists(path + ".gz") ? path + ".gz" : null;
    }

    /// <summary>Whether a name, without .gz, ends so.</summary>
    public static bool HasExtension(string name, string extension) =>
        (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name.AsSpan(0, name.Length - 3) : name).EndsWith(extension, StringComparison.OrdinalIgnoreCase);

    static DataFormat OfFolder(string folder)
    {
        if (UciHar.Is(folder))
            return DataFormat.UciHar;
        if (Files(folder, TsFile.Is).Length > 0)
            return DataFormat.Ts;
        if (Files(folder, IdxImages.IsImages).Length > 0)
            return DataFormat.Idx;
        if (Directory.EnumerateFiles(folder, "*", Deep).Any(WavSource.Is))
            return DataFormat.Wav;
        if (NumericCsv.IsFolder(folder))
            return DataFormat.NumericCsv;
        throw new TernException(
            $"{folder} is a folder in no known layout; expected NAME_TRAIN.ts, y_train.txt, train-images-idx3-ubyte, wav files or a folder of csv files a class, or give a file.");
    }

    static DataFormat OfFile(string path, DataConfig config)
    {
        string name = DataStream.PlainName(path);
        if (TsFile.Is(name))
            return DataFormat.Ts;
        if (WavSource.Is(name))
            return DataFormat.Wav;
        if (path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
        {
            using ZipArchive archive = DataStream.OpenZip(path);
            if (archive.Entries.Any(entry => WavSource.Is(entry.FullName)))
                return DataFormat.Wav;
            if (archive.Entries.Count(entry => entry.Name.Length > 0) != 1)
                return DataFormat.Auto;
        }
        if (!config.Columns.Channels.IsDefaultOrEmpty && NumericCsv.Is(name))
            return DataFormat.NumericCsv;
        return IdxImages.IsImages(name) || StartsAsIdx(path) ? DataFormat.Idx : DataFormat.Auto;
    }

    /// <summary>Whether the first four bytes are those of IDX: 0, 0, a type, a number of dimensions. No text starts so.</summary>
    static bool StartsAsIdx(string path)
    {
        if (new FileInfo(path).Length < 4) // and a pipe, of which nothing may be lost, has length 0
            return false;
        using Stream stream = DataStream.Open(path);
        Span<byte> start = stackalloc byte[4];
        return stream.ReadAtLeast(start, 4, throwOnEndOfStream: false) == 4
            && BinaryPrimitives.ReadUInt16BigEndian(start) == 0 && start[2] is >= 8 and <= 14 && start[3] is >= 1 and <= 8;
    }
}
