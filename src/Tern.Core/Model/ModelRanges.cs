namespace Tern.Model;

/// <summary>
/// The greatest magnitudes that the parts of a model of series had on sequences of its training data: what the scales of its
/// integer form are chosen by (docs/fixed-point.md).
/// </summary>
public sealed record ModelRanges
{
    /// <summary>No magnitude is beyond it.</summary>
    internal const float Most = 1e30f;

    /// <summary>Sequences that were run.</summary>
    public required int Sequences { get; init; }

    /// <summary>Of the rows that the model reads, normalised.</summary>
    public required float Features { get; init; }

    /// <summary>By recurrent module and part: products as "x_w" or "u_hn", those of factors "a" and "b", states as "h", an output that is no state "y".</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, float>> Layers { get; init; }

    /// <summary>Checks what a file may have wrong; the names of parts are the compiler's affair.</summary>
    internal void Check(IReadOnlyList<ModuleSpec> modules)
    {
        if (Sequences < 1) throw new TernException($"has ranges of {Sequences} sequences; expected 1 or more. {Again}");
        CheckMagnitude(ModelSpec.FeaturesInput, Features);
        RecurrentSpec[] layers = [.. modules.OfType<RecurrentSpec>()];
        if (Layers.Count != layers.Length) throw new TernException($"has ranges of {Layers.Count} layers; it has {layers.Length} recurrent modules. {Again}");
        foreach (RecurrentSpec layer in layers)
        {
            if (!Layers.TryGetValue(layer.Name, out IReadOnlyDictionary<string, float>? parts) || parts is null)
                throw new TernException($"has no ranges of the recurrent module '{layer.Name}', but of others. {Again}");
            foreach ((string part, float magnitude) in parts) CheckMagnitude($"{layer.Name}.{part}", magnitude);
        }
    }

    static void CheckMagnitude(string of, float magnitude)
    {
        if (!(magnitude is >= 0 and <= Most))
            throw new TernException(FormattableString.Invariant($"has a range of {magnitude} for '{of}'; expected 0 to {Most}. {Again}"));
    }

    const string Again = "Train the model again.";
}
