using System.Text.Json;
using Tern.Model;

namespace Tern.Training;

/// <summary>
/// last.checkpoint: everything that a run needs to go on, in the container of the model file: weights, those of the best
/// epoch, the optimizer's moments, and <see cref="TrainState"/> as JSON.
/// </summary>
/// <param name="State">Where the run stands.</param>
/// <param name="Tensors">All tensors, by name with a prefix: what they are for.</param>
sealed record Checkpoint(TrainState State, IReadOnlyDictionary<string, TensorData> Tensors)
{
    /// <summary>Prefix of the present weights.</summary>
    public const string Model = "model.";

    /// <summary>Prefix of the best epoch's weights.</summary>
    public const string Best = "best.";

    const string Key = "tern_checkpoint";

    static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true };

    /// <summary>The tensors of one prefix, under their names without it.</summary>
    public Dictionary<string, TensorData> Part(string prefix) =>
        Tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(t => t.Key[prefix.Length..], t => t.Value, StringComparer.Ordinal);

    /// <summary>Writes the file.</summary>
    /// <exception cref="TernException">It cannot be written; an older checkpoint is then still there.</exception>
    public void Save(string path)
    {
        try
        {
            WholeFile.Write(path, stream => SafeTensors.Write(stream, Key, JsonSerializer.SerializeToUtf8Bytes(State, Options), [.. Tensors]));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TernException($"The checkpoint {path} cannot be written: {e.Message} Make room or rights, then go on from the one before with `tern resume`.");
        }
    }

    /// <summary>Reads a checkpoint; null where there is none yet.</summary>
    /// <exception cref="TernException">The file is damaged or cannot be read.</exception>
    public static Checkpoint? Load(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            (byte[] json, Dictionary<string, TensorData> tensors) = SafeTensors.Read(stream, Key);
            return new(JsonSerializer.Deserialize<TrainState>(json, Options) ?? throw new JsonException("It is null."), tensors);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new TernException($"The checkpoint {path} cannot be read: {e.Message.ReplaceLineEndings(" ")} Train again; best.safetensors, where it is there, is whole.");
        }
        catch (TernException e)
        {
            throw new TernException($"The checkpoint {path} {e.Message}");
        }
    }
}
