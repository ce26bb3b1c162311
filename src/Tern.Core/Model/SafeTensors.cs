using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tern.Model;

/// <summary>
/// The safetensors container (github.com/huggingface/safetensors, README "Format"): 8 bytes of header length, little-endian;
/// a JSON header with dtype, shape and data_offsets of each tensor and string metadata; then the values, gapless. Only F32.
/// Nothing that a file claims is believed before it is checked against the length of the file.
/// </summary>
static class SafeTensors
{
    const int HeaderLimit = 100_000_000;     // as in the reference implementation
    const long TensorLimit = int.MaxValue;   // bytes of one tensor, so that a span can hold them

    /// <summary>The next step where a file is broken.</summary>
    public const string Again = "Copy or download the file again, or train the model again.";

    /// <summary>Writes tensors in the given order, and one string of metadata.</summary>
    public static void Write(Stream stream, string key, ReadOnlySpan<byte> metadata, IReadOnlyList<KeyValuePair<string, TensorData>> tensors)
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
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (int size in tensor.Shape)
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += 4L * tensor.Values.Length);
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
            float[] values = BitConverter.IsLittleEndian ? tensor.Values : [.. tensor.Values];
            SwapToLittleEndian(values);
            stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        }
    }

    /// <summary>Reads the tensors and the metadata under <paramref name="key"/>.</summary>
    /// <exception cref="TernException">The file breaks the format; the message lacks the name of the file.</exception>
    public static (byte[] Metadata, Dictionary<string, TensorData> Tensors) Read(Stream stream, string key)
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
        Dictionary<string, TensorData> tensors = new(header.Tensors.Count, StringComparer.Ordinal);
        foreach (var entry in header.Tensors)
        {
            if (entry.End - entry.Begin > TensorLimit)
                throw new TernException($"holds tensor '{entry.Name}' of {entry.End - entry.Begin} bytes; at most {TensorLimit} can be read. Make the model smaller.");
            float[] values = new float[(entry.End - entry.Begin) / 4];
            stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            SwapToLittleEndian(values);
            tensors.Add(entry.Name, new TensorData(entry.Shape, values));
        }
        return (header.Metadata, tensors);
    }

    static void SwapToLittleEndian(float[] values)
    {
        if (BitConverter.IsLittleEndian)
            return;
        Span<int> words = MemoryMarshal.Cast<float, int>(values.AsSpan());
        BinaryPrimitives.ReverseEndianness(words, words);
    }
}
