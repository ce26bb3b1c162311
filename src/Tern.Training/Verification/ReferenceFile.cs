using System.Text.Json;
using static TorchSharp.torch;

namespace Tern.Training.Verification;

/// <summary>A file of reference cases, made by another implementation: docs/reference-cases.md.</summary>
public static class ReferenceFile
{
    /// <summary>Checks every case of a file.</summary>
    /// <exception cref="TernException">The file is no such file, or has a case of an unknown kind.</exception>
    public static IEnumerable<ReferenceResult> Check(string path)
    {
        using var document = Parse(path);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("cases", out var cases) || cases.ValueKind != JsonValueKind.Array)
            throw new TernException($"{path} has no list \"cases\"; see docs/reference-cases.md for the layout.");
        int index = 0;
        foreach (var element in cases.EnumerateArray())
        {
            var reference = new ReferenceCase(path, element, index++);
            using var scope = NewDisposeScope();
            yield return new ReferenceResult(path, reference.Name, Kind(reference)(reference));
        }
    }

    static Func<ReferenceCase, double> Kind(ReferenceCase reference) =>
        reference.Has("mask_c") ? SruElementwiseCase.Error
        : reference.Has("params") && reference.Object("params").Any(p => p.Name == "rnn_lst.0.weight") ? SruCase.Error
        : throw reference.Fault("is of a kind that this version does not know; known: SRU stacks (params rnn_lst.N.*) and the SRU's element-wise part (mask_c)");

    static JsonDocument Parse(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonDocument.Parse(stream);
        }
        catch (JsonException e)
        {
            throw new TernException($"{path} is no JSON (line {e.LineNumber + 1}); expected a file of reference cases.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TernException($"{path} cannot be read: {e.Message}");
        }
    }
}

/// <summary>The outcome of a case.</summary>
/// <param name="File">The file.</param>
/// <param name="Case">The case's name, or its index in the file.</param>
/// <param name="Error">Largest difference over all tensors and forms: absolute, divided by max(0.01, the reference tensor's largest magnitude).</param>
public sealed record ReferenceResult(string File, string Case, double Error)
{
    /// <summary>Largest error that passes, for float32.</summary>
    public const double Tolerance = 1e-5;

    /// <summary>The error is within tolerance (NaN is not).</summary>
    public bool Passed => Error <= Tolerance;
}
