using System.Runtime.InteropServices;
using System.Text.Json;
using static TorchSharp.torch;

namespace Tern.Training.Verification;

/// <summary>A file of reference cases, made by another implementation: docs/reference-cases.md.</summary>
public static class ReferenceFile
{
    /// <summary>The kinds of cases that this version checks, with commas between them.</summary>
    public static string Kinds => ReferenceKind.Names;

    /// <summary>Checks every case of a file.</summary>
    /// <returns>A result a case; one without an error for a case of a kind that this version does not check.</returns>
    /// <exception cref="TernException">The file is no such file, or a case does not fit its kind.</exception>
    public static IEnumerable<ReferenceResult> Check(string path)
    {
        using var document = Parse(path);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("cases", out var cases) || cases.ValueKind != JsonValueKind.Array)
            throw new TernException($"{path} has no list \"cases\"; see docs/reference-cases.md for the layout.");
        foreach (var reference in cases.EnumerateArray().Select((element, i) => new ReferenceCase(path, element, i)))
            yield return new ReferenceResult(path, reference.Name, ReferenceKind.Of(reference) is { } kind ? Error(reference, kind) : null);
    }

    static double Error(ReferenceCase reference, ReferenceKind kind)
    {
        using var scope = NewDisposeScope();
        try
        {
            return kind.Error(reference);
        }
        catch (Exception e) when (e is ExternalException or ArgumentException or InvalidOperationException)   // libtorch's, of tensors that do not fit each other
        {
            throw reference.Fault($"has tensors that do not fit each other or its configuration: {e.Message.Split('\n')[0].TrimEnd('.')}");
        }
        catch (TernException e) when (!e.Message.StartsWith(reference.File, StringComparison.Ordinal))
        {
            throw reference.Fault($"cannot be checked: {e.Message.TrimEnd('.')}");
        }
    }

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
/// <param name="Error">Largest difference over all tensors and forms: absolute, divided by max(0.01, the reference tensor's largest magnitude). Null for a case of a kind that this version does not check.</param>
public sealed record ReferenceResult(string File, string Case, double? Error)
{
    /// <summary>Largest error that passes, for float32.</summary>
    public const double Tolerance = 1e-5;

    /// <summary>The error is within tolerance (NaN is not, nor one that was not checked).</summary>
    public bool Passed => Error <= Tolerance;
}
