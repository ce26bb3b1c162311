using System.Text.Json;

namespace Tern.Training.Data;

/// <summary>A JSON object a line. The label is a string, a number or a truth value; with data.multi_label an array of them.</summary>
static class JsonLines
{
    static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    public static IReadOnlyList<Example> Read(string path, TextInput input, DataConfig config)
    {
        var examples = new TextExamples(path, config);
        foreach ((int number, string line) in input.ContentLines())
        {
            string where = $"{path}:{number}";
            try
            {
                using JsonDocument document = JsonDocument.Parse(line, Options);
                if (document.RootElement.ValueKind != JsonValueKind.Object)
                    throw NoObject(where, line);
                JsonProperty[] fields = [.. document.RootElement.EnumerateObject()];
                string[] names = Array.ConvertAll(fields, field => field.Name);
                string text = Scalar(where, fields[Named.Find(where, "field", names, config.Columns.Text, "data.columns.text")], stringOnly: true);
                JsonProperty label = fields[Named.Find(where, "field", names, config.Columns.Label, "data.columns.label")];
                string group = config.Columns.Group.Length == 0 ? "" : Scalar(where, fields[Named.Find(where, "field", names, config.Columns.Group, "data.columns.group")]);
                if (label.Value.ValueKind == JsonValueKind.Array)
                    examples.Add(number, text, [.. label.Value.EnumerateArray().Select(value => Scalar(where, value, label.Name))], group);
                else if (label.Value.ValueKind == JsonValueKind.Null && config.MultiLabel)
                    examples.Add(number, text, [], group);
                else
                    examples.Add(number, text, [Scalar(where, label)], group);
            }
            catch (JsonException e)
            {
                if (line.AsSpan().TrimStart() is not ['{', ..])
                    throw NoObject(where, line);
                throw new TernException($"{where}: not JSON at character {(e.BytePositionInLine ?? 0) + 1}; expected one object a line.");
            }
            catch (InvalidOperationException)
            {
                throw new TernException($"{where}: a string has half a surrogate pair (\\uD800 to \\uDFFF); repair the text.");
            }
        }
        return examples.Finish();
    }

    static TernException NoObject(string where, string line) =>
        new($"{where}: '{Named.Shorten(line)}' is no JSON object; expected one a line, such as {{\"text\": \"...\", \"label\": \"...\"}}.");

    static string Scalar(string where, JsonProperty field, bool stringOnly = false) => Scalar(where, field.Value, field.Name, stringOnly);

    static string Scalar(string where, JsonElement value, string name, bool stringOnly = false)
    {
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False when !stringOnly => value.GetRawText(),
            _ => throw new TernException($"{where}: the field '{Named.Shorten(name)}' is {Kind(value)}; expected {(stringOnly ? "a string" : "a string or number")}."),
        };
    }

    static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.Null => "null",
        JsonValueKind.Number => "a number",
        _ => "a truth value",
    };
}
