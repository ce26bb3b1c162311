using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tern.Matrices;

namespace Tern.Model;

/// <summary>
/// The safetensors container (github.com/huggingface/safetensors, README "Format"): 8 bytes of header length, little-endian;
/// a JSON header with dtype, shape and data_offsets of each tensor and string metadata; then the values, gapless. F32 and, for the parts of encoded matrices, I8, I16, I32, U8 and U16.
/// Nothing that a file claims is believed before it is checked against the length of the file.
/// </summary>
static class SafeTensors
{
    const int HeaderLimit = 100_000_000;     // as in the reference implementation
    const long TensorLimit = int.MaxValue;   // bytes of one tensor, so that a span can hold them

    /// <summary>The next step where a file is broken.</summary>
    public const string Again = "Copy or download the file again, or train the model again.";

    /// <summary>Writes tensors of 32-bit floats in the given order, and one string of metadata.</summary>
    public static void Write(Stream stream, string key, ReadOnlySpan<byte> metadata, IReadOnlyList<KeyValuePair<string, TensorData>> tensors) =>
        Write(stream, key, metadata, [.. tensors.Select(tensor => KeyValuePair.Create(tensor.Key, new StoredTensor(tensor.Value.Shape, tensor.Value.Values)))]);

    /// <summary>As above, of all types that encoded matrices have.</summary>
    public static void Write(Stream stream, string key, ReadOnlySpan<byte> metadata, IReadOnlyList<KeyValuePair<string, StoredTensor>> tensors)
    {
        using MemoryStream header = new();
        using (Utf8JsonWriter json = new(header, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString(key, metadata);
            json.WriteEndObject();
            long offset = 0;
            foreach (var (name, tensor) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", tensor.Type);
                json.WriteStartArray("shape");
                foreach (int size in tensor.Shape)
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Bytes);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (header.Length % 8 != 0)       // values start aligned, as the reference implementation has it
            header.WriteByte((byte)' ');
        if (header.Length > HeaderLimit)
            throw new TernException($"needs a header of {header.Length} bytes; a safetensors header has at most {HeaderLimit}. Raise the minimum count of the vocabulary.");

        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        header.WriteTo(stream);
        foreach (var (_, tensor) in tensors)
        {
            Array values = BitConverter.IsLittleEndian ? tensor.Values : (Array)tensor.Values.Clone();
            SwapToLittleEndian(values);
            stream.Write(Bytes(values));
        }
    }

    /// <summary>Reads tensors of 32-bit floats and the metadata under <paramref name="key"/>.</summary>
    /// <exception cref="TernException">The file breaks the format or holds other tensors; the message lacks the name of the file.</exception>
    public static (byte[] Metadata, Dictionary<string, TensorData> Tensors) Read(Stream stream, string key)
    {
        var (metadata, tensors) = ReadStored(stream, key);
        return (metadata, Floats(tensors));
    }

    /// <summary>Tensors that must all be 32-bit floats.</summary>
    public static Dictionary<string, TensorData> Floats(Dictionary<string, StoredTensor> tensors)
    {
        Dictionary<string, TensorData> floats = new(tensors.Count, StringComparer.Ordinal);
        foreach (var (name, tensor) in tensors)
            floats.Add(name, new(tensor.Shape, tensor.Type == "F32" ? (float[])tensor.Values
                : throw new TernException($"holds tensor '{name}' of type {tensor.Type}; expected F32, as no encoding of it is described. {Again}")));
        return floats;
    }

    /// <summary>Reads the tensors and the metadata under <paramref name="key"/>.</summary>
    /// <exception cref="TernException">The file breaks the format; the message lacks the name of the file.</exception>
    public static (byte[] Metadata, Dictionary<string, StoredTensor> Tensors) ReadStored(Stream stream, string key)
    {
        long fileLength = stream.Length;
        if (fileLength < 8)
            throw new TernException($"has {fileLength} bytes; expected at least the 8 of a safetensors header length. {Again}");
        Span<byte> prefix = stackalloc byte[8];
        stream.ReadExactly(prefix);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > (ulong)(fileLength - 8) || headerLength > HeaderLimit)
            throw new TernException($"claims a header of {headerLength} bytes; expected at most {Math.Min(fileLength - 8, HeaderLimit)}: it is cut off, or no safetensors file. {Again}");
        byte[] bytes = new byte[headerLength];
        stream.ReadExactly(bytes);

        SafeTensorsHeader header = SafeTensorsHeader.Parse(bytes, key);
        header.CheckOffsets(fileLength - 8 - bytes.Length);
        Dictionary<string, StoredTensor> tensors = new(header.Tensors.Count, StringComparer.Ordinal);
        foreach (var entry in header.Tensors)
        {
            if (entry.End - entry.Begin > TensorLimit)
                throw new TernException($"holds tensor '{entry.Name}' of {entry.End - entry.Begin} bytes; at most {TensorLimit} can be read. Make the model smaller.");
            Array values = StoredTensor.Room(entry.Type, (entry.End - entry.Begin) / StoredTensor.SizeOf(entry.Type));
            stream.ReadExactly(Bytes(values));
            SwapToLittleEndian(values);
            tensors.Add(entry.Name, new(entry.Shape, values));
        }
        return (header.Metadata, tensors);
    }

    /// <summary>The bytes of an array of numbers.</summary>
    static Span<byte> Bytes(Array values) => MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(values), Buffer.ByteLength(values));

    static void SwapToLittleEndian(Array values)
    {
        if (BitConverter.IsLittleEndian || values.Length == 0)
            return;
        Span<byte> bytes = Bytes(values);
        if (bytes.Length / values.Length == 4)
            BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, int>(bytes), MemoryMarshal.Cast<byte, int>(bytes));
        else if (bytes.Length / values.Length == 2)
            BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, short>(bytes), MemoryMarshal.Cast<byte, short>(bytes));
    }
}
