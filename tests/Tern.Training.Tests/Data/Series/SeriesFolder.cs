using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Tern.Training.Data;

namespace Tern.Training.Tests.Data.Series;

/// <summary>A test's own folder, and the files of series that tests write there.</summary>
sealed class SeriesFolder : IDisposable
{
    readonly TemporaryFolder folder = new();

    public string Path => folder.Path;

    public void Dispose() => folder.Dispose();

    /// <summary>Writes a file, in sub-folders where its name has them.</summary>
    public string Write(string name, ReadOnlySpan<byte> content)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    public string WriteZip(string name, params (string Name, byte[] Content)[] entries)
    {
        string path = System.IO.Path.Combine(Path, name);
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach ((string entry, byte[] content) in entries)
        {
            using Stream stream = archive.CreateEntry(entry).Open();
            stream.Write(content);
        }
        return path;
    }

    /// <summary>Reads the training part as series.</summary>
    public static SeriesExample[] Read(string path, DataConfig? config = null) => [.. DataReader.Read(path, config ?? new()).Train.Cast<SeriesExample>()];

    /// <summary>Expects an error of one line that says so.</summary>
    public static void Refuses(string path, string expected, DataConfig? config = null)
    {
        var error = Assert.Throws<TernException>(() => DataReader.Read(path, config ?? new()));
        Assert.Contains(expected, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(content);
        return packed.ToArray();
    }

    /// <summary>An IDX file with this header and content.</summary>
    public static byte[] Idx(uint[] dimensions, byte[] content, byte type = 8)
    {
        byte[] file = new byte[4 + 4 * dimensions.Length + content.Length];
        file[2] = type;
        file[3] = (byte)dimensions.Length;
        for (int i = 0; i < dimensions.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(4 + 4 * i), dimensions[i]);
        content.CopyTo(file, 4 + 4 * dimensions.Length);
        return file;
    }

    /// <summary>A wav file of these samples, interleaved where there are several channels.</summary>
    public static byte[] Wav(double[] samples, int rate = 8000, int channels = 1, int bits = 16, bool isFloat = false, bool extensible = false)
    {
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        int bytes = bits / 8, code = isFloat ? 3 : 1;
        writer.Write("RIFF"u8);
        writer.Write(0); // readers do without
        writer.Write("WAVE"u8);
        writer.Write("LIST"u8); // a chunk of odd length to skip
        writer.Write(3);
        writer.Write("abc\0"u8);
        writer.Write("fmt "u8);
        writer.Write(extensible ? 40 : 16);
        writer.Write((ushort)(extensible ? 0xFFFE : code));
        writer.Write((ushort)channels);
        writer.Write(rate);
        writer.Write(rate * channels * bytes);
        writer.Write((ushort)(channels * bytes));
        writer.Write((ushort)bits);
        if (extensible)
        {
            writer.Write((ushort)22);
            writer.Write((ushort)bits);
            writer.Write(0);
            writer.Write(new Guid(code, 0, 0x10, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71).ToByteArray());
        }
        writer.Write("data"u8);
        writer.Write(samples.Length * bytes);
        foreach (double sample in samples)
            Write(writer, sample, bits, isFloat);
        return file.ToArray();
    }

    static void Write(BinaryWriter writer, double sample, int bits, bool isFloat)
    {
        switch (bits, isFloat)
        {
            case (32, true): writer.Write((float)sample); break;
            case (64, true): writer.Write(sample); break;
            case (8, _): writer.Write((byte)(Math.Round(sample * 128) + 128)); break;
            case (16, _): writer.Write((short)Math.Round(sample * 32768)); break;
            case (24, _):
                int value = (int)Math.Round(sample * 8388608);
                writer.Write((byte)value);
                writer.Write((byte)(value >> 8));
                writer.Write((byte)(value >> 16));
                break;
            default: writer.Write((int)Math.Round(sample * 2147483648.0)); break;
        }
    }
}
