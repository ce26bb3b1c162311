using System.Buffers.Binary;

namespace Tern.Training.Data;

/// <summary>
/// Walks a Parquet file's footer (a struct in Thrift's compact protocol) before the library reads it: every length and
/// count is compared with what is left. The library believes them, and then loops for hours over a broken footer.
/// </summary>
/// <remarks>github.com/apache/thrift, doc/specs/thrift-compact-protocol.md; the numbers of types are its.</remarks>
ref struct ParquetFooter
{
    const int MaxDepth = 32; // the format nests to 7
    const int Tail = 8; // length of the footer, PAR1
    ReadOnlySpan<byte> rest;

    /// <summary>Whether a stream is a Parquet file with a footer that ends where it says.</summary>
    public static bool IsSound(Stream file)
    {
        if (file.Length < Tail + 4)
            return false;
        Span<byte> tail = stackalloc byte[Tail];
        file.Position = file.Length - Tail;
        file.ReadExactly(tail);
        int length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (!tail[4..].SequenceEqual("PAR1"u8) || length <= 0 || length > file.Length - Tail)
            return false;
        byte[] bytes = new byte[length];
        file.Position = file.Length - Tail - length;
        file.ReadExactly(bytes);
        return new ParquetFooter { rest = bytes }.Struct(0);
    }

    bool Struct(int depth)
    {
        while (depth < MaxDepth && TryByte(out int header))
        {
            if (header == 0)
                return true;
            bool shortForm = header >> 4 != 0; // the field's number, as a difference
            if ((!shortForm && !TryVariable(out _)) || !Value(header & 15, inList: false, depth))
                return false;
        }
        return false;
    }

    bool Value(int type, bool inList, int depth) => type switch
    {
        1 or 2 => !inList || TryByte(out _), // true, false: of a field they are in its header
        3 => TryByte(out _),
        4 or 5 or 6 => TryVariable(out _), // whole numbers
        7 => Skip(8), // double
        8 => TryVariable(out ulong length) && Skip(length), // bytes
        9 or 10 => List(depth + 1), // list, set
        12 => Struct(depth + 1),
        _ => false, // Parquet has no maps
    };

    bool List(int depth)
    {
        if (depth >= MaxDepth || !TryByte(out int header))
            return false;
        ulong count = (ulong)header >> 4;
        if ((count == 15 && !TryVariable(out count)) || count > (ulong)rest.Length)
            return false;
        for (; count > 0; count--)
            if (!Value(header & 15, inList: true, depth))
                return false;
        return true;
    }

    bool TryByte(out int value)
    {
        value = rest.IsEmpty ? 0 : rest[0];
        return Skip(1);
    }

    bool TryVariable(out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 64 && TryByte(out int part); shift += 7)
        {
            value |= (ulong)(part & 127) << shift;
            if (part < 128)
                return true;
        }
        return false;
    }

    bool Skip(ulong count)
    {
        if (count > (ulong)rest.Length)
            return false;
        rest = rest[(int)count..];
        return true;
    }
}
