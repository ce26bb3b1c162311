using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tern.Model;

namespace Tern.Cli.Fit;

/// <summary>What a search is for; a folder holds one search.</summary>
/// <param name="Config">What all trainings have in common, resolved.</param>
/// <param name="Budget">The budget.</param>
/// <param name="Cells">Cells that are tried.</param>
/// <param name="Rungs">Epochs of each rung.</param>
sealed record FitPlan(JsonElement Config, FitBudget Budget, IReadOnlyList<string> Cells, IReadOnlyList<int> Rungs);

/// <summary>fit.json: a search and how far it has come.</summary>
sealed record FitState
{
    static readonly JsonSerializerOptions Format = new(Output.Format) { Converters = { new JsonStringEnumConverter() } };

    public required FitPlan Plan { get; init; }

    /// <summary>Seconds that were spent on it.</summary>
    public double Seconds { get; init; }

    /// <summary>Candidates that were drawn, those that do not fit among them.</summary>
    public int Drawn { get; init; }

    /// <summary>Seconds of an epoch where nothing was trained yet.</summary>
    public double SecondsPerEpoch { get; init; }

    public IReadOnlyList<FitTrial> Trials { get; init; } = [];

    /// <summary>Writes the file under a temporary name and renames it.</summary>
    public void Save(string path) => WholeFile.Write(path, JsonSerializer.Serialize(this, Format) + "\n");

    /// <summary>The state of a folder; null where it holds none.</summary>
    /// <exception cref="TernException">The file is damaged.</exception>
    public static FitState? Load(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize<FitState>(File.ReadAllText(path), Format) ?? throw new JsonException("it holds null.");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new TernException($"{path} is no search: {e.Message} Remove the file, or choose another --out.");
        }
    }

    /// <summary>A search goes on only where it is asked for the same.</summary>
    /// <exception cref="TernException">It is another one.</exception>
    public void Check(FitPlan asked, string folder)
    {
        foreach ((string key, string? then, string? now) in (ReadOnlySpan<(string, string?, string?)>)
        [
            ("the budget", Plan.Budget.ToString(), asked.Budget.ToString()),
            ("--cells", string.Join(',', Plan.Cells), string.Join(',', asked.Cells)),
            ("the rungs of epochs", string.Join(',', Plan.Rungs), string.Join(',', asked.Rungs)),
        ])
            if (then != now) throw new TernException($"{folder} holds a search with {key} {then}, not {now}; choose another --out, or repeat the command of then.");
        if (!JsonNode.DeepEquals(JsonSerializer.SerializeToNode(Plan.Config), JsonSerializer.SerializeToNode(asked.Config)))
            throw new TernException($"{folder} holds a search with other data, seed or settings; choose another --out, or repeat the command of then.");
    }
}
