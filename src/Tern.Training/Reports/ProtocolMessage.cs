using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Tern.Training.Reports;

/// <summary>A protocol buffer as it grows: fields by number, in the order they are added.</summary>
sealed class ProtocolMessage
{
    readonly List<byte> bytes = [];

    /// <summary>Its bytes so far.</summary>
    public ReadOnlySpan<byte> Bytes => CollectionsMarshal.AsSpan(bytes);

    /// <summary>Adds an integer (int64 or an enumeration); 0, which readers take where there is none, is left out.</summary>
    public ProtocolMessage Whole(int field, long value) => value == 0 ? this : Tag(field, 0).Varint((ulong)value);

    /// <summary>Adds a double.</summary>
    public ProtocolMessage Double(int field, double value)
    {
        Span<byte> fixed64 = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(fixed64, value);
        return Tag(field, 1).Raw(fixed64);
    }

    /// <summary>Adds a float.</summary>
    public ProtocolMessage Float(int field, float value)
    {
        Span<byte> fixed32 = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(fixed32, value);
        return Tag(field, 5).Raw(fixed32);
    }

    /// <summary>Adds a string.</summary>
    public ProtocolMessage Text(int field, string value) => Delimited(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Adds a message as a field.</summary>
    public ProtocolMessage Inner(int field, ProtocolMessage value) => Delimited(field, value.Bytes);

    /// <summary>Adds all fields of another message.</summary>
    public ProtocolMessage Append(ProtocolMessage other) => Raw(other.Bytes);

    ProtocolMessage Delimited(int field, ReadOnlySpan<byte> value) => Tag(field, 2).Varint((ulong)value.Length).Raw(value);

    ProtocolMessage Tag(int field, int wireType) => Varint((ulong)(field << 3 | wireType));

    ProtocolMessage Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return this;
    }

    ProtocolMessage Raw(ReadOnlySpan<byte> value)
    {
        bytes.AddRange(value);
        return this;
    }
}
