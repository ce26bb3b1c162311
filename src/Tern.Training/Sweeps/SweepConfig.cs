using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tern.Training.Sweeps;

/// <summary>
/// A study: every model on every data set, each several times. Read from JSON: <c>base</c>, a training configuration;
/// <c>sets</c> and <c>models</c>, the columns and rows of its table, each with a <c>name</c> and a list <c>set</c> of
/// KEY=VALUE as <c>tern train --set</c> takes them, the model's after the set's; <c>repeat</c> and <c>tune</c>, see
/// <see cref="SweepSet.Repeat"/> and <see cref="SweepModel.Tune"/>.
/// </summary>
public sealed record SweepConfig
{
    /// <summary>Name in titles and of the folder.</summary>
    public required string Name { get; init; }

    /// <summary>What all runs have in common.</summary>
    public required TrainConfig Base { get; init; }

    /// <summary>The columns.</summary>
    public required IReadOnlyList<SweepSet> Sets { get; init; }

    /// <summary>The rows.</summary>
    public required IReadOnlyList<SweepModel> Models { get; init; }

    /// <summary>Reads a study.</summary>
    /// <exception cref="TernException">The file cannot be read or is no study.</exception>
    public static SweepConfig ReadFile(string path)
    {
        try
        {
            return Read(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new TernException($"{path} cannot be read: {e.Message}");
        }
    }

    /// <summary>Reads a study; <paramref name="source"/> stands before errors.</summary>
    /// <exception cref="TernException">It is none.</exception>
    public static SweepConfig Read(string json, string source)
    {
        try
        {
            var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false };
            JsonObject study = JsonNode.Parse(json, documentOptions: options) as JsonObject ?? throw new TernException("expected a JSON object with base, sets and models.");
            Known(study, "the study", ["name", "base", "sets", "models", "repeat", "tune"]);
            string repeat = Text(study, "repeat", "seed=1"), tune = Text(study, "tune", "");
            var config = new SweepConfig
            {
                Name = Text(study, "name", Path.GetFileNameWithoutExtension(source)),
                Base = ConfigJson.Read((study["base"] ?? new JsonObject()).ToJsonString(), "base"),
                Sets = [.. Rows(study, "sets", ["name", "set", "repeat"]).Select(row => new SweepSet(Named(row), Settings(row), SweepAxis.Parse(Text(row, "repeat", repeat))))],
                Models = [.. Rows(study, "models", ["name", "set", "tune"]).Select(row => new SweepModel(Named(row), Settings(row), Text(row, "tune", tune) is { Length: > 0 } axis ? SweepAxis.Parse(axis) : null))],
            };
            config.Check();
            return config;
        }
        catch (JsonException e)
        {
            throw new TernException($"{source}: not JSON: {e.Message}");
        }
        catch (TernException e)
        {
            throw new TernException($"{source}: {e.Message}");
        }
    }

    /// <summary>The name as part of a path.</summary>
    public static string FolderName(string name) => string.Concat(name.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')).Trim('-');

    void Check()
    {
        foreach (string[] names in (string[][])[[.. Sets.Select(set => set.Name)], [.. Models.Select(model => model.Name)]])
            if (names.GroupBy(FolderName).FirstOrDefault(same => same.Count() > 1 || same.Key.Length == 0) is { } bad)
                throw new TernException($"the name '{bad.Last()}' is there twice, or has no letter or digit to name a folder by; give each set and each model a name of its own.");
    }

    static JsonObject[] Rows(JsonObject study, string key, string[] known)
    {
        if (study[key] is not JsonArray { Count: > 0 } rows)
            throw new TernException($"{key} is missing; expected a list such as \"{key}\": [{{ \"name\": \"SRU\", \"set\": [\"model.cell=sru\"] }}].");
        return [.. rows.Select(row =>
        {
            JsonObject found = row as JsonObject ?? throw new TernException($"{key} holds {row?.ToJsonString() ?? "null"}; expected objects with a name.");
            Known(found, key, known);
            return found;
        })];
    }

    static void Known(JsonObject found, string where, string[] known)
    {
        foreach ((string key, _) in found)
            if (!known.Contains(key))
                throw new TernException(Nearest.Message($"unknown key '{key}': no value of {where} is named", key, known));
    }

    static string Named(JsonObject row) => Text(row, "name", "") is { Length: > 0 } name ? name : throw new TernException($"{row.ToJsonString()} has no name; give it one.");

    static string[] Settings(JsonObject row) => row["set"] switch
    {
        null => [],
        JsonArray list when list.All(item => item?.GetValueKind() == JsonValueKind.String) => [.. list.Select(item => (string)item!)],
        var other => throw new TernException($"set is {other.ToJsonString()}; expected a list such as [\"model.cell=sru\"]."),
    };

    static string Text(JsonObject row, string key, string otherwise) => row[key] switch
    {
        null => otherwise,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => (string)value!,
        var other => throw new TernException($"{key} is {other.ToJsonString()}; expected a text."),
    };
}

/// <summary>A data set of a study: a column of its table.</summary>
/// <param name="Name">Heading.</param>
/// <param name="Set">Values of the configuration, KEY=VALUE.</param>
/// <param name="Repeat">What differs between the runs of an entry of the table, of which mean and deviation are taken: folds or seeds.</param>
public sealed record SweepSet(string Name, IReadOnlyList<string> Set, SweepAxis Repeat);

/// <summary>A model of a study: a row of its table.</summary>
/// <param name="Name">Heading.</param>
/// <param name="Set">Values of the configuration, KEY=VALUE.</param>
/// <param name="Tune">
/// Values that are tried on the first repeat of each set; the one with the best validation accuracy serves the other
/// repeats. Null tries none.
/// </param>
public sealed record SweepModel(string Name, IReadOnlyList<string> Set, SweepAxis? Tune);
