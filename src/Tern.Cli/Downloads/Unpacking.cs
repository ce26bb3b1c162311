using System.Formats.Tar;
using System.IO.Compression;
using Tern.Training.Data;

namespace Tern.Cli.Downloads;

/// <summary>Brings a downloaded archive into the layout that the readers know. What is at the destination is whole or not there.</summary>
static class Unpacking
{
    /// <summary>Unpacks an archive to its place, and deletes it.</summary>
    /// <exception cref="TernException">The archive is broken or holds nothing that is wanted.</exception>
    public static void Unpack(string archive, string destination, KnownPacking packing)
    {
        string part = destination + Download.Part;
        try
        {
            int files = packing == KnownPacking.TarToZip ? TarToZip(archive, part) : UnzipTexts(archive, part);
            if (files == 0) throw new InvalidDataException("it holds no files of the kind that was expected");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new TernException($"{archive} cannot be unpacked: {e.Message.TrimEnd('.')}; delete it and run the command again.");
        }
        if (packing == KnownPacking.TarToZip) File.Move(part, destination, overwrite: true);
        else Directory.Move(part, destination);
        File.Delete(archive);
    }

    static int TarToZip(string archive, string part)
    {
        int files = 0;
        using var unzipped = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
        using var tar = new TarReader(unzipped);
        using var zip = new ZipArchive(File.Create(part), ZipArchiveMode.Create);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || entry.DataStream is not { } content) continue;
            if (entry.Name.Split('/').Contains("..")) continue; // would be a trap for whoever unpacks the zip
            using Stream file = zip.CreateEntry(entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name, CompressionLevel.Fastest).Open();
            content.CopyTo(file);
            files++;
        }
        return files;
    }

    /// <summary>The .txt files of a zip and of zips in it, by their bare names: no entry can name a place outside of the folder.</summary>
    static int UnzipTexts(string archive, string part)
    {
        if (Directory.Exists(part)) Directory.Delete(part, recursive: true);
        Directory.CreateDirectory(part);
        using var zip = new ZipArchive(File.OpenRead(archive), ZipArchiveMode.Read);
        return Texts(zip, part, nested: true);
    }

    static int Texts(ZipArchive zip, string folder, bool nested)
    {
        int files = 0;
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            string name = Path.GetFileName(entry.FullName.Replace('\\', '/'));
            if (name.StartsWith("._", StringComparison.Ordinal)) continue; // macOS's
            if (nested && name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
            {
                string inner = Path.Combine(folder, "inner.zip");
                entry.ExtractToFile(inner, overwrite: true);
                using (ZipArchive within = ZipFile.OpenRead(inner)) files += Texts(within, folder, nested: false);
                File.Delete(inner);
            }
            else if (name.EndsWith(".txt", StringComparison.OrdinalIgnoreCase))
            {
                entry.ExtractToFile(Path.Combine(folder, name), overwrite: true);
                files++;
            }
        }
        return files;
    }
}
