using System.Globalization;
using System.Text.Json;

namespace Tern.Training.Reports;

/// <summary>Reads a run's files, of this version or another: keys and columns that are not known do no harm.</summary>
static class RunFiles
{
    const long LargestFile = 64 << 20;

    /// <summary>Every single value of a configuration by its whole key.</summary>
    /// <exception cref="TernException">The file is missing or no JSON object.</exception>
    public static IReadOnlyDictionary<string, string> Config(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(Text(path), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new TernException($"{path} is no configuration but a JSON {document.RootElement.ValueKind}; give a folder that `tern train` has written.");
            var values = new OrderedDictionary<string, string>(StringComparer.Ordinal);
            foreach ((string key, string value) in Flat("", document.RootElement))
                values[Clean(key)] = Clean(value);
            return values;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new TernException($"{path} is not JSON: {Clean(e.Message)}; give a folder that `tern train` has written.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TernException($"{Path.GetDirectoryName(path)} is no run folder: its config.json cannot be read ({e.Message.TrimEnd('.')}); give a folder that `tern train` has written, such as runs/NAME.");
        }
    }

    /// <summary>The epochs of metrics.csv up to the first line that cannot be read; what is wrong is added to the remarks.</summary>
    public static IReadOnlyList<RunEpoch> Metrics(string path, List<string> remarks)
    {
        var epochs = new List<RunEpoch>();
        if (!File.Exists(path))
        {
            remarks.Add("no epoch yet");
            return epochs;
        }
        string[] lines;
        try
        {
            lines = Text(path).Split('\n', StringSplitOptions.TrimEntries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            remarks.Add($"metrics.csv cannot be read ({Clean(e.Message)})");
            return epochs;
        }
        string[] header = lines[0].Split(',');
        int epoch = Array.IndexOf(header, "epoch"), seconds = Array.IndexOf(header, "seconds"), loss = Array.IndexOf(header, "validation_loss");
        int recurrent = Array.IndexOf(header, "recurrent_seconds"), accuracy = Array.IndexOf(header, "validation_accuracy");
        if (epoch < 0 || accuracy < 0)
        {
            remarks.Add("metrics.csv lacks the columns epoch and validation_accuracy");
            return epochs;
        }
        double elapsed = 0;
        for (int number = 2; number <= lines.Length; number++)
        {
            if (lines[number - 1].Length == 0)
                continue;
            string[] cells = lines[number - 1].Split(',');
            double Value(int column) => column >= 0 && column < cells.Length && double.TryParse(cells[column], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN;
            (double at, double reached, double took) = (Value(epoch), Value(accuracy), Value(seconds));
            if (!(at is >= 1 and <= int.MaxValue) || !double.IsFinite(reached) || !(seconds < 0 || took is >= 0 and < 1e12))
            {
                remarks.Add($"metrics.csv line {number} is damaged");
                break;
            }
            took = seconds < 0 ? 0 : took;
            elapsed += took;
            epochs.Add(new((int)at, elapsed, reached, Value(loss), took, Value(recurrent) is var inside and >= 0 ? inside : 0));
        }
        if (epochs.Count == 0 && remarks.Count == 0)
            remarks.Add("no epoch yet");
        return epochs;
    }

    static string Text(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length > LargestFile)
            throw new IOException($"It has {stream.Length} bytes, at most {LargestFile} are expected.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Every single value by its whole key.</summary>
    public static IEnumerable<(string Key, string Value)> Flat(string prefix, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Flat(prefix.Length == 0 ? property.Name : $"{prefix}.{property.Name}", property.Value)),
        JsonValueKind.String => [(prefix, element.GetString()!)],
        JsonValueKind.Array => [(prefix, $"[{string.Join(",", element.EnumerateArray().Select(item => item.GetRawText()))}]")],     // however the file is indented
        _ => [(prefix, element.GetRawText())],
    };

    /// <summary>What a file says must not break a line of a terminal.</summary>
    static string Clean(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)) : text;
}
