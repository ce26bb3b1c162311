using System.Text.Json;
using System.Text.Json.Serialization;
using Tern.Matrices;

namespace Tern.Model;

/// <summary>The encodings of a model's matrices as JSON: "float32" for what is stored as it is, an object for the others.</summary>
sealed class EncodingsConverter : JsonConverter<IReadOnlyDictionary<string, MatrixEncoding>>
{
    const string Plain = "float32";

    public override IReadOnlyDictionary<string, MatrixEncoding> Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException($"The encodings are a JSON {reader.TokenType}; expected an object.");
        Dictionary<string, MatrixEncoding> encodings = new(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            MatrixEncoding? encoding = reader.TokenType == JsonTokenType.String
                ? reader.ValueTextEquals(Plain) ? MatrixEncoding.Float32 : null
                : JsonSerializer.Deserialize(ref reader, ModelJsonContext.Default.MatrixEncoding);
            if (encoding is null || !encodings.TryAdd(name, encoding))
                throw new JsonException($"The encoding of '{name}' is unknown or given twice; expected \"{Plain}\" or an object, once.");
        }
        return encodings;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, MatrixEncoding> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, encoding) in value)
        {
            writer.WritePropertyName(name);
            if (encoding is Float32Encoding) writer.WriteStringValue(Plain);
            else JsonSerializer.Serialize(writer, encoding, ModelJsonContext.Default.MatrixEncoding);
        }
        writer.WriteEndObject();
    }
}
