using System.Buffers.Binary;

namespace Tern.Training.Data.Series;

/// <summary>
/// A file of unsigned bytes in IDX (LeCun, the MNIST database): two zeros, type 8, the number of dimensions, each of them as
/// 32 bits big-endian, then the bytes.
/// </summary>
sealed class IdxFile : IDisposable
{
    /// <summary>Bytes of an item at most: 2048 x 2048 pixels.</summary>
    const int MaxItem = 1 << 22;

    const byte UnsignedBytes = 8;

    readonly Stream stream;
    readonly byte[] item;

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dimensions">Dimensions expected: 3 for images, 1 for labels.</param>
    /// <exception cref="TernException">It is no IDX file, of another type, or of other dimensions.</exception>
    public IdxFile(string path, int dimensions)
    {
        Path = path;
        stream = DataStream.Open(path);
        try
        {
            Span<byte> start = stackalloc byte[4 * (1 + dimensions)];
            int count = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            if (count < 4 || BinaryPrimitives.ReadUInt16BigEndian(start) != 0)
                throw Error(count < 4 ? $"is {count} bytes long" : $"starts with 0x{Convert.ToHexString(start[..4])}", $"the magic number 0x0000080{dimensions} of IDX");
            if (start[2] != UnsignedBytes)
                throw Error($"holds values of type 0x{start[2]:X2}", "type 0x08, unsigned bytes");
            if (start[3] != dimensions)
                throw Error($"has {start[3]} dimension(s)", dimensions == 3 ? "3: images, rows, columns (the magic number 0x00000803)" : "1: the labels (the magic number 0x00000801)");
            if (count < start.Length)
                throw Error($"ends in its header, after {count} bytes", $"{start.Length} bytes of header");
            Count = BinaryPrimitives.ReadUInt32BigEndian(start[4..]);
            Rows = dimensions == 3 ? Size(start[8..]) : 1;
            Columns = dimensions == 3 ? Size(start[12..]) : 1;
            if ((long)Rows * Columns > MaxItem)
                throw Error($"has images of {Rows} x {Columns} pixels", $"at most {MaxItem} pixels an image");
            if (stream.CanSeek && stream.Length != start.Length + Count * Rows * Columns)
                throw Error($"is {stream.Length} bytes long", $"{start.Length + Count * Rows * Columns}: a header of {start.Length} and {Count} items of {Rows} x {Columns}");
            if (Count == 0)
                throw Error("holds 0 items", "at least one");
            item = new byte[Rows * Columns];
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Items that the header promises.</summary>
    public long Count { get; }

    /// <summary>Rows of an image.</summary>
    public int Rows { get; }

    /// <summary>Columns of an image.</summary>
    public int Columns { get; }

    /// <summary>The next item; valid until the next call.</summary>
    /// <param name="index">Its number from 0, for errors.</param>
    public ReadOnlySpan<byte> Next(long index) =>
        stream.ReadAtLeast(item, item.Length, throwOnEndOfStream: false) == item.Length
            ? item
            : throw Error($"ends in item {index + 1} of {Count}", "all of them; the file is truncated");

    /// <summary>Checks that nothing follows the last item.</summary>
    public void ExpectEnd()
    {
        if (stream.Read(item.AsSpan(0, 1)) > 0)
            throw Error($"goes on after its {Count} items", "its end there");
    }

    public void Dispose() => stream.Dispose();

    int Size(ReadOnlySpan<byte> bytes)
    {
        uint size = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return size is > 0 and <= MaxItem ? (int)size : throw Error($"has images with a side of {size} pixels", $"1 to {MaxItem}");
    }

    TernException Error(string what, string expected) => new($"{Path} {what}; expected {expected}.");
}
