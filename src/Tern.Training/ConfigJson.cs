using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Tern.Training;

/// <summary>
/// Configurations as JSON: keys in snake case, values left out take their defaults, comments and trailing commas are
/// allowed, unknown keys are errors that offer the nearest known one.
/// </summary>
public static class ConfigJson
{
    static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>All values, defaults included.</summary>
    public static string Write(TrainConfig config) => JsonSerializer.Serialize(config, Options);

    /// <summary>As <see cref="Write"/>, as an element for other documents.</summary>
    public static JsonElement Element(TrainConfig config) => JsonSerializer.SerializeToElement(config, Options);

    /// <summary>Reads a configuration file, such as a recipe or a run's config.json.</summary>
    /// <exception cref="TernException">The file cannot be read, or holds an unknown key or a wrong value.</exception>
    public static TrainConfig ReadFile(string path)
    {
        string json;
        try
        {
            json = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new TernException($"{path} cannot be read: {e.Message}");
        }
        return Read(json, path);
    }

    /// <summary>Reads a configuration; <paramref name="source"/> stands before errors.</summary>
    /// <exception cref="TernException">Not JSON, an unknown key or a wrong value.</exception>
    public static TrainConfig Read(string json, string source)
    {
        try
        {
            JsonNode? given = JsonNode.Parse(json, documentOptions: new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false });
            CheckKeys(given as JsonObject ?? throw new TernException($"{source}: expected a JSON object of configuration values, such as {{ \"epochs\": 5 }}."), Defaults(), "", source);
            return given.Deserialize<TrainConfig>(Options)!;
        }
        catch (JsonException e)
        {
            throw new TernException(e.Path is { Length: > 2 } path
                ? $"{source}: {path[2..]} has a value that does not fit: {FirstSentence(e.Message)}"
                : $"{source}: not JSON: {FirstSentence(e.Message)}");
        }
    }

    /// <summary>Changes one value, as <c>--set model.hidden=64</c> does.</summary>
    /// <param name="config">The configuration to change a copy of.</param>
    /// <param name="assignment">KEY=VALUE; the key's parts are separated by dots.</param>
    /// <exception cref="TernException">No such key, or the value does not fit.</exception>
    public static TrainConfig Set(TrainConfig config, string assignment)
    {
        int equals = assignment.IndexOf('=');
        if (equals <= 0)
            throw new TernException($"'{assignment}' is no assignment; expected KEY=VALUE, for example model.hidden=64.");
        string key = assignment[..equals].Trim(), text = assignment[(equals + 1)..].Trim();

        var root = (JsonObject)JsonSerializer.SerializeToNode(config, Options)!;
        JsonObject at = root;
        string[] parts = key.Split('.');
        for (int i = 0; i < parts.Length; i++)
        {
            bool free = i > 0 && IsFree(string.Join('.', parts[..i]));
            if (!free && !at.ContainsKey(parts[i]))
                throw Unknown("--set", key, parts[..i], parts[i], at);
            if (i + 1 < parts.Length)
                at = at[parts[i]] as JsonObject ?? throw new TernException($"--set: '{key}' goes too deep; {string.Join('.', parts[..(i + 1)])} is a single value.");
        }
        if (at[parts[^1]] is JsonObject)
            throw new TernException($"--set: '{key}' is a group; set one of {string.Join(", ", at[parts[^1]]!.AsObject().Select(p => $"{key}.{p.Key}"))}.");
        at[parts[^1]] = Value(text, at[parts[^1]], IsFree(string.Join('.', parts[..^1])));
        try
        {
            return root.Deserialize<TrainConfig>(Options)!;
        }
        catch (JsonException e)
        {
            string[] names = Names(parts);
            throw new TernException(names.Length == 0
                ? $"--set: {key} cannot be '{text}': {FirstSentence(e.Message)}"
                : $"--set: {key} cannot be '{text}'; expected {string.Join(", ", names)}.");
        }
    }

    /// <summary>The names that a value, or an item of a list, may have; none where it is no name out of a list.</summary>
    static string[] Names(string[] key)
    {
        Type? type = typeof(TrainConfig);
        foreach (string part in key)
            type = type is null ? null : Options.GetTypeInfo(type).Properties.FirstOrDefault(property => property.Name == part)?.PropertyType;
        if (type is { IsGenericType: true })
            type = type.GetGenericArguments()[0];
        return type is not { IsEnum: true } ? [] : [.. Enum.GetValues(type).Cast<object>().Select(value => JsonSerializer.Serialize(value, type, Options).Trim('"'))];
    }

    static JsonObject Defaults() => (JsonObject)JsonSerializer.SerializeToNode(new TrainConfig(), Options)!;

    // the names of a cell's options are the catalogue's affair, which checks them when the configuration is resolved
    static bool IsFree(string group) => group == "model.cell_options";

    static void CheckKeys(JsonObject given, JsonObject known, string prefix, string source)
    {
        foreach ((string key, JsonNode? value) in given)
        {
            if (!known.ContainsKey(key))
                throw Unknown(source, prefix + key, prefix.Split('.', StringSplitOptions.RemoveEmptyEntries), key, known);
            if (value is JsonObject inner && known[key] is JsonObject group && !IsFree(prefix + key))
                CheckKeys(inner, group, $"{prefix}{key}.", source);
        }
    }

    static TernException Unknown(string source, string key, string[] group, string name, JsonObject known)
    {
        string where = group.Length == 0 ? "" : $" of {string.Join('.', group)}";
        return new($"{source}: {Nearest.Message($"unknown key '{key}': no value{where} is named", name, known.Select(p => p.Key))}");
    }

    // Text where text stands now or is expected (the name of a cell, a file named 123), parts with commas between them where a list stands (numbers, if it holds numbers), else JSON
    static JsonNode? Value(string text, JsonNode? present, bool isText)
    {
        if (isText || present?.GetValueKind() == JsonValueKind.String)
            return JsonValue.Create(text);
        if (present is JsonArray list)
        {
            bool numbers = list is [JsonValue first, ..] && first.GetValueKind() == JsonValueKind.Number;
            return new JsonArray([.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part => Value(part, null, !numbers))]);
        }
        if (bool.TryParse(text, out bool flag))
            return JsonValue.Create(flag);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
            return JsonValue.Create(whole);
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
            return JsonValue.Create(number);
        return text is "null" or "" ? null : JsonValue.Create(text);
    }

    static string FirstSentence(string message)
    {
        int end = message.IndexOf(" Path:", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}
