using System.IO.Compression;

namespace Tern.Training.Data.Series;

/// <summary>A wav file of a folder or zip archive.</summary>
/// <param name="Name">The file in errors: its path, in an archive below the archive's.</param>
/// <param name="FileName">The last part of its name.</param>
/// <param name="Folder">Name of the folder that it lies in, below the one given; empty for none.</param>
/// <param name="Open">Opens its content.</param>
sealed record WavSource(string Name, string FileName, string Folder, Func<Stream> Open)
{
    const long MaxEntry = 2L << 30;

    /// <summary>Whether a path is one of a wav file, hidden ones left out.</summary>
    public static bool Is(string path)
    {
        path = path.Replace('\\', '/');
        return path.EndsWith(".wav", StringComparison.OrdinalIgnoreCase) && path[path.LastIndexOf('/') + 1] != '.'
            && !path.StartsWith("__MACOSX/", StringComparison.Ordinal);
    }

    /// <summary>The wav files of a folder with its sub-folders or of an archive, in ordinal order of their names; a file alone is itself.</summary>
    /// <exception cref="TernException">It cannot be read, or an entry's path leads out of the archive.</exception>
    public static IEnumerable<WavSource> Of(string path)
    {
        if (path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) && !Directory.Exists(path))
            return OfArchive(path);
        if (!Directory.Exists(path))
            return [new(path, Path.GetFileName(path), Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path))) ?? "", () => DataStream.Open(path))];
        return SeriesLayout.Files(path, Is, deep: true).Select(file => new WavSource(
            file, Path.GetFileName(file), Path.GetFileName(Path.GetDirectoryName(Path.GetRelativePath(path, file))) ?? "", () => DataStream.Open(file)));
    }

    static IEnumerable<WavSource> OfArchive(string path)
    {
        using ZipArchive archive = DataStream.OpenZip(path);
        var entries = new List<(string Name, ZipArchiveEntry Entry)>();
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            string name = entry.FullName.Replace('\\', '/');
            if (name is ['/', ..] or [_, ':', ..] || name.Split('/').Contains(".."))
                throw new TernException($"{path} has an entry '{SeriesNumber.Shorten(name)}' whose path leads out of the archive; expected paths below it, pack it anew.");
            if (Is(name))
                entries.Add((name, entry));
        }
        entries.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));

        long packed = new FileInfo(path).Length, left = DataStream.UnpackedLimit(packed); // of all entries: they may overlap
        foreach ((string name, ZipArchiveEntry entry) in entries)
        {
            CheckedStream? stream = null;
            string shown = $"{path}/{Shown(name)}", folder = name.Contains('/') ? name[..name.LastIndexOf('/')] : "";
            long limit = Math.Min(Math.Min(left, MaxEntry), DataStream.UnpackedLimit(Math.Min(entry.CompressedLength, packed)));
            yield return new(shown, name[(name.LastIndexOf('/') + 1)..], folder[(folder.LastIndexOf('/') + 1)..],
                () => stream = DataStream.OpenEntry(entry, shown, limit));
            left -= stream?.BytesRead ?? 0;
        }
    }

    /// <summary>A name of any length on one line.</summary>
    static string Shown(string name) => string.Concat(name.Take(200).Select(c => char.IsControl(c) ? '?' : c));
}
