using System.Text.Json;
using static TorchSharp.torch;

namespace Tern.Training.Verification;

/// <summary>One case of a reference file: its configuration and tensors, with errors that name file and case.</summary>
sealed class ReferenceCase(string file, JsonElement element, int index)
{
    public string File { get; } = file;

    public string Name { get; } = element.ValueKind == JsonValueKind.Object && element.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
        ? name.GetString()! : index.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public TernException Fault(string what) => new($"{File}: case {Name} {what}.");

    public bool Has(string key) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out _);

    /// <summary>A string at the case's top level; null where there is none.</summary>
    public string? Text(string key) => Has(key) && element.GetProperty(key) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>A configuration value; the default where the case does not give it.</summary>
    public T Option<T>(string key, T fallback)
    {
        if (!Has("config") || Config.ValueKind != JsonValueKind.Object || !Config.TryGetProperty(key, out var value)) return fallback;
        try
        {
            return value.Deserialize<T>() ?? fallback;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw Fault($"has config.{key} = {value.GetRawText()}; expected {typeof(T).Name}");
        }
    }

    /// <summary>A size; without a default the case must give it.</summary>
    public int Size(string key, int fallback = 0)
    {
        int size = Option(key, fallback);
        return size is >= 1 and <= 1 << 20 ? size : throw Fault($"has config.{key} = {size}; expected 1 to {1 << 20}");
    }

    /// <summary>A number at the case's top level, or in one of its objects.</summary>
    public double Number(string key, string? inside = null)
    {
        JsonElement parent = element;
        return (inside is null || (element.TryGetProperty(inside, out parent) && parent.ValueKind == JsonValueKind.Object))
            && parent.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble()
            : throw Fault($"has no number \"{(inside is null ? "" : inside + ".")}{key}\"");
    }

    /// <summary>A word at the case's top level.</summary>
    public string Word(string key) => element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Fault($"has no word \"{key}\"");

    /// <summary>Whether the case has this and it is no null.</summary>
    public bool Gives(string key) => Has(key) && element.GetProperty(key).ValueKind != JsonValueKind.Null;

    /// <summary>A probability, 0 where the case does not give it.</summary>
    public double Share(string key)
    {
        double share = Option(key, 0.0);
        return share is >= 0 and < 1 ? share : throw Fault($"has config.{key} = {share}; expected 0 to below 1");
    }

    /// <summary>The case has "params" with this one among them.</summary>
    public bool HasParameter(string name) => Has("params") && Object("params").Any(p => p.Name == name);

    JsonElement Config => element.GetProperty("config");

    public IEnumerable<JsonProperty> Object(string key) =>
        Has(key) && element.GetProperty(key) is { ValueKind: JsonValueKind.Object } o ? o.EnumerateObject() : throw Fault($"has no object \"{key}\"");

    /// <summary>A tensor at the case's top level, or in one of its objects.</summary>
    public Tensor Tensor(string key, string? inside = null) =>
        TryTensor(key, inside) ?? throw Fault($"has no tensor \"{(inside is null ? "" : inside + ".")}{key}\"");

    public Tensor? TryTensor(string key, string? inside = null)
    {
        var parent = element;
        if (inside is not null && (!element.TryGetProperty(inside, out parent) || parent.ValueKind != JsonValueKind.Object)) return null;
        if (!parent.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        try
        {
            long[] shape = [.. value.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())];
            float[] data = [.. value.GetProperty("data").EnumerateArray().Select(n => (float)n.GetDouble())];
            if (Array.TrueForAll(shape, n => n >= 0) && shape.Aggregate(1.0, (p, n) => p * n) == data.Length) return tensor(data, shape);
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or FormatException)
        {
        }
        throw Fault($"has a tensor \"{key}\" that is not {{\"shape\": [sizes], \"data\": [as many numbers]}}");
    }

    /// <summary>What is read as raw memory must be as large as it has to be.</summary>
    public Tensor CheckShape(Tensor tensor, string key, params long[] shape) => tensor.shape.SequenceEqual(shape) ? tensor
        : throw Fault($"has \"{key}\" of shape [{string.Join(", ", tensor.shape)}]; expected [{string.Join(", ", shape)}]");

    /// <summary>The error of one result against its reference; 0 where the case has no such tensor.</summary>
    public double Error(Tensor actual, string key, string? inside = null)
    {
        using var scope = NewDisposeScope();
        var expected = TryTensor(key, inside);
        return expected is null ? 0 : Difference(actual, expected, key);
    }

    /// <summary>The error of one result against a given reference, called by a key of the file.</summary>
    public double Difference(Tensor actual, Tensor expected, string key)
    {
        using var scope = NewDisposeScope();
        if (!actual.shape.SequenceEqual(expected.shape))
            throw Fault($"has \"{key}\" of shape [{string.Join(", ", expected.shape)}]; Tern's is [{string.Join(", ", actual.shape)}]");
        double largest = Math.Max(0.01, expected.abs().max().item<float>());
        return (actual - expected).abs().max().item<float>() / largest;
    }
}
