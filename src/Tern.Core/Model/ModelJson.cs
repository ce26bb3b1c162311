using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tern.Matrices;

namespace Tern.Model;

/// <summary>The model description as JSON. Unknown fields, repeated fields and newer formats are errors that say which version is needed.</summary>
static class ModelJson
{
    static readonly ModelJsonContext Context = new(new JsonSerializerOptions(ModelJsonContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,     // the vocabulary stays readable and short
    });

    public static byte[] Write(ModelSpec spec) => JsonSerializer.SerializeToUtf8Bytes(spec, Context.ModelSpec);

    public static ModelSpec Read(ReadOnlySpan<byte> json)
    {
        string needs = "a newer version";
        try
        {
            (int format, string? version) = ReadVersion(json);
            needs = version is null ? needs : $"Tern {version}";
            if (format is < 1 or > ModelSpec.CurrentFormat)
                throw new TernException($"has format {format}, which needs {needs}; this is Tern {ModelSpec.TernVersion}, which reads formats 1 to {ModelSpec.CurrentFormat}. Install {needs}.");
            ModelSpec spec = JsonSerializer.Deserialize(json, Context.ModelSpec) ?? throw new JsonException("It is null.");
            if (spec.Training?.Config is { } config)
                JsonSerializer.Serialize(config, Context.JsonElement);      // broken strings show only now, not when `info` prints it
            return spec;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or NotSupportedException)
        {
            throw new TernException($"has a model description that Tern {ModelSpec.TernVersion} cannot read; it was written by {needs} ({e.Message}). Use {needs}, or train the model again.");
        }
    }

    /// <summary>Format and writer alone, whatever else the document holds.</summary>
    static (int Format, string? Version) ReadVersion(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        int format = 0;
        string? version = null;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isFormat = reader.ValueTextEquals("format"), isNeeds = reader.ValueTextEquals("needs");
            reader.Read();
            if (isFormat)
                format = reader.GetInt32();
            else if (isNeeds)
                version = reader.GetString();
            else
                reader.Skip();
        }
        return (format, version);
    }
}

/// <remarks>Fields with a default are [JsonRequired]: files are complete, and generated code would set absent init-only properties to zero or null (dotnet/runtime issue 84484).</remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,     // a metric may be NaN
    AllowOutOfOrderMetadataProperties = true,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ModelSpec))]
[JsonSerializable(typeof(MatrixEncoding))]
sealed partial class ModelJsonContext : JsonSerializerContext;
