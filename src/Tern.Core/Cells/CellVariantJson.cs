using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tern.Cells;

/// <summary>A variant in configurations and model files: <c>{"name": "sru", "g": "tanh", ...}</c>. Options that are left out get their defaults.</summary>
public sealed class CellVariantJson : JsonConverter<CellVariant>
{
    /// <inheritdoc/>
    public override CellVariant Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("A cell is an object with a name and options.");
        string? cell = null;
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!reader.Read() || reader.TokenType != JsonTokenType.String)
                throw new JsonException($"Option '{name}' of a cell is a string.");
            if (name == "name" && cell is null)
                cell = reader.GetString();
            else if (!values.TryAdd(name, reader.GetString()!))
                throw new JsonException($"Option '{name}' of a cell occurs twice.");
        }
        try
        {
            return CellCatalogue.Resolve(cell ?? throw new JsonException("A cell has a name."), values);
        }
        catch (TernException e)
        {
            throw new JsonException(e.Message);      // the reader adds the place in the document
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, CellVariant value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("name", value.Cell);
        foreach (var (name, option) in value.Options)
            writer.WriteString(name, option);
        writer.WriteEndObject();
    }
}
