using System.Text.Json;
using Tern.Matrices;

namespace Tern.Model;

/// <summary>One tensor of a header: where its bytes lie, counted from the end of the header.</summary>
readonly record struct SafeTensorsEntry(string Name, string Type, int[] Shape, long Begin, long End);

/// <summary>The JSON header of a safetensors file, checked.</summary>
sealed class SafeTensorsHeader
{
    const int MaxRank = 8;

    /// <summary>Tensors in the order of their bytes.</summary>
    public List<SafeTensorsEntry> Tensors { get; } = [];

    /// <summary>The metadata asked for, as UTF-8.</summary>
    public byte[] Metadata { get; private set; } = [];

    /// <summary>Parses and checks all but the offsets' fit to the file.</summary>
    public static SafeTensorsHeader Parse(ReadOnlySpan<byte> json, string key)
    {
        SafeTensorsHeader header = new();
        bool found = false;
        try
        {
            Utf8JsonReader reader = new(json);
            Expect(ref reader, JsonTokenType.StartObject, "the header");
            HashSet<string> names = new(StringComparer.Ordinal);
            while (NextName(ref reader, "the header") is { } name)
            {
                if (!names.Add(name))
                    throw new TernException($"names '{name}' twice in its header; expected distinct names. {SafeTensors.Again}");
                if (name == "__metadata__")
                    found = header.ReadMetadata(ref reader, key);
                else
                    header.Tensors.Add(ReadEntry(ref reader, name));
            }
            while (reader.Read())            // throws on anything but white space after the object
            {
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new TernException($"has a header that is not valid JSON ({e.Message}); expected a safetensors header. {SafeTensors.Again}");
        }
        if (!found)
            throw new TernException($"has no '{key}' entry in its safetensors metadata: it holds tensors, but no Tern model. Use a file that `tern train` wrote.");
        return header;
    }

    /// <summary>Tensors must fill the data without a gap or an overlap.</summary>
    public void CheckOffsets(long dataLength)
    {
        Tensors.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        long position = 0;
        foreach (var entry in Tensors)
        {
            if (entry.Begin != position || entry.End > dataLength)
                throw new TernException($"places tensor '{entry.Name}' at bytes {entry.Begin} to {entry.End} of its data; expected a start at {position} and an end within {dataLength}: it is cut off or damaged. {SafeTensors.Again}");
            position = entry.End;
        }
        if (position != dataLength)
            throw new TernException($"has {dataLength} bytes of data; its tensors take {position}. {SafeTensors.Again}");
    }

    bool ReadMetadata(ref Utf8JsonReader reader, string key)
    {
        Expect(ref reader, JsonTokenType.StartObject, "__metadata__");
        bool found = false;
        while (NextName(ref reader, "__metadata__") is { } name)
        {
            Expect(ref reader, JsonTokenType.String, $"metadata '{name}'");
            if (name != key)
                continue;
            if (found)
                throw new TernException($"has metadata '{key}' twice; expected it once. {SafeTensors.Again}");
            byte[] value = new byte[reader.ValueSpan.Length];    // unescaped it is no longer than escaped
            Metadata = value[..reader.CopyString(value)];
            found = true;
        }
        return found;
    }

    static SafeTensorsEntry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        Expect(ref reader, JsonTokenType.StartObject, $"tensor '{name}'");
        string? type = null;
        long[]? shape = null, offsets = null;
        while (NextName(ref reader, $"tensor '{name}'") is { } field)
        {
            bool fresh = field switch { "dtype" => type is null, "shape" => shape is null, "data_offsets" => offsets is null, _ => false };
            if (!fresh)
                throw new TernException($"has an unexpected or repeated field '{field}' in tensor '{name}'; expected dtype, shape and data_offsets. {SafeTensors.Again}");
            if (field == "dtype")
            {
                Expect(ref reader, JsonTokenType.String, $"dtype of tensor '{name}'");
                type = reader.GetString();
            }
            else if (field == "shape")
                shape = ReadNumbers(ref reader, name, field, MaxRank);
            else
                offsets = ReadNumbers(ref reader, name, field, 2);
        }
        if (type is null || shape is null || offsets is not { Length: 2 })
            throw new TernException($"lacks dtype, shape or the two data_offsets of tensor '{name}'. {SafeTensors.Again}");
        long width = StoredTensor.SizeOf(type), bytes = width;
        if (width == 0)
            throw new TernException($"holds tensor '{name}' of type {type}; expected F32, or I8, I16, I32, U8 or U16 for an encoded matrix. Save the model as 32-bit floats.");
        foreach (long size in shape)
            if (size > int.MaxValue || (bytes *= Math.Max(size, 1)) > int.MaxValue * width)
                throw new TernException($"holds tensor '{name}' of shape [{string.Join(", ", shape)}]; expected at most {int.MaxValue} values. {SafeTensors.Again}");
        bytes = shape.Contains(0) ? 0 : bytes;
        if (offsets[1] - offsets[0] != bytes)
            throw new TernException($"gives tensor '{name}' of shape [{string.Join(", ", shape)}] the bytes {offsets[0]} to {offsets[1]}; expected {bytes} bytes. {SafeTensors.Again}");
        return new(name, type, [.. shape.Select(size => (int)size)], offsets[0], offsets[1]);
    }

    static long[] ReadNumbers(ref Utf8JsonReader reader, string tensor, string field, int limit)
    {
        Expect(ref reader, JsonTokenType.StartArray, $"{field} of tensor '{tensor}'");
        List<long> numbers = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
                throw new TernException($"has {Print(ref reader)} in the {field} of tensor '{tensor}'; expected whole numbers from 0 on. {SafeTensors.Again}");
            if (numbers.Count == limit)
                throw new TernException($"has more than {limit} numbers in the {field} of tensor '{tensor}'. {SafeTensors.Again}");
            numbers.Add(number);
        }
        return [.. numbers];
    }

    static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string what)
    {
        if (!reader.Read() || reader.TokenType != type)
            throw new TernException($"has {Print(ref reader)} where {what} should be a JSON {type}. {SafeTensors.Again}");
    }

    static string? NextName(ref Utf8JsonReader reader, string what)
    {
        if (!reader.Read())
            throw new TernException($"ends within {what}. {SafeTensors.Again}");
        return reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null;   // else the end of the object
    }

    static string Print(ref Utf8JsonReader reader) => reader.TokenType is JsonTokenType.Number ? System.Text.Encoding.UTF8.GetString(reader.ValueSpan) : $"a JSON {reader.TokenType}";
}
