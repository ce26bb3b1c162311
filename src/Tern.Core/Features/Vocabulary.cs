using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tern.Features;

/// <summary>Tokens and their ids: 0 is padding, 1 is any unknown token, then tokens by falling count (ties in ordinal order). Immutable. JSON: the array of tokens from id 2 on.</summary>
[JsonConverter(typeof(VocabularyJson))]
public sealed class Vocabulary
{
    /// <summary>Id of padding.</summary>
    public const int Padding = 0;

    /// <summary>Id of any token that the vocabulary does not hold.</summary>
    public const int Unknown = 1;

    const int First = 2;
    readonly string[] tokens;
    readonly Dictionary<string, int> ids;
    readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;

    /// <summary>Restores a vocabulary from its tokens in id order, without padding and unknown.</summary>
    /// <exception cref="TernException">A token is empty or given twice.</exception>
    public Vocabulary(IEnumerable<string> tokens)
    {
        this.tokens = [.. tokens];
        ids = new(this.tokens.Length, StringComparer.Ordinal);
        for (int i = 0; i < this.tokens.Length; i++)
            if (string.IsNullOrEmpty(this.tokens[i]) || !ids.TryAdd(this.tokens[i], First + i))
                throw new TernException($"Token {First + i} of a vocabulary ('{this.tokens[i]}') is empty or occurs twice; expected distinct tokens.");
        lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The tokens from id 2 on.</summary>
    public IReadOnlyList<string> Tokens => tokens;

    /// <summary>Number of ids, padding and unknown included: rows of an embedding table.</summary>
    public int Count => First + tokens.Length;

    /// <summary>The id of a token, or <see cref="Unknown"/>.</summary>
    public int Id(ReadOnlySpan<char> token) => lookup.TryGetValue(token, out int id) ? id : Unknown;

    /// <summary>Orders counted tokens.</summary>
    /// <param name="counts">How often each token occurs.</param>
    /// <param name="minCount">Rarer tokens become unknown.</param>
    public static Vocabulary FromCounts(IReadOnlyDictionary<string, int> counts, int minCount) => new(counts
        .Where(c => c.Value >= minCount)
        .OrderByDescending(c => c.Value)
        .ThenBy(c => c.Key, StringComparer.Ordinal)
        .Select(c => c.Key));
}

sealed class VocabularyJson : JsonConverter<Vocabulary>
{
    public override Vocabulary Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("A vocabulary is an array of tokens.");
        List<string> tokens = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            tokens.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException("A token of a vocabulary is a string."));
        try
        {
            return new Vocabulary(tokens);
        }
        catch (TernException e)
        {
            throw new JsonException(e.Message);      // the reader adds the place in the document
        }
    }

    public override void Write(Utf8JsonWriter writer, Vocabulary value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (string token in value.Tokens)
            writer.WriteStringValue(token);
        writer.WriteEndArray();
    }
}
