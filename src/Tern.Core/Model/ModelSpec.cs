using System.Text.Json.Serialization;
using Tern.Features;
using Tern.Matrices;

namespace Tern.Model;

/// <summary>
/// Everything about a model but its numbers: a graph of named modules, how its input is made and what its output means.
/// Saved as JSON in the model file.
/// </summary>
public sealed record ModelSpec
{
    /// <summary>The format that this version writes, and the newest that it reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Name of the input of modules that read token ids.</summary>
    public const string TokensInput = "tokens";

    /// <summary>Name of the input of modules that read rows of numbers.</summary>
    public const string FeaturesInput = "features";

    /// <summary>This version of Tern, as in "0.1.0".</summary>
    public static string TernVersion { get; } = typeof(ModelSpec).Assembly.GetName().Version!.ToString(3);

    /// <summary>Version of this description; written by <see cref="ModelFile.Save"/>.</summary>
    [JsonRequired]
    public int Format { get; init; } = CurrentFormat;

    /// <summary>The version of Tern that wrote the file, and so can read it.</summary>
    [JsonRequired]
    public string Needs { get; init; } = TernVersion;

    /// <summary>What the model does: one of <see cref="ModelTask"/>, or any other word.</summary>
    public required string Task { get; init; }

    /// <summary>The modules; a module comes after those that it reads.</summary>
    public required IReadOnlyList<ModuleSpec> Modules { get; init; }

    /// <summary>Name of the module whose output is the model's.</summary>
    public required string Output { get; init; }

    /// <summary>How a text becomes token ids; null where the input is numbers.</summary>
    public TextFeatures? Text { get; init; }

    /// <summary>How a series of numbers becomes the input's rows; null where the input is tokens, or rows as they are.</summary>
    public SeriesFeatures? Series { get; init; }

    /// <summary>Names of the outputs; null where they have none.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>How each matrix is stored: tensor name to encoding; written by <see cref="ModelFile.Save"/>.</summary>
    [JsonRequired]
    [JsonConverter(typeof(EncodingsConverter))]
    public IReadOnlyDictionary<string, MatrixEncoding> Encodings { get; init; } = new Dictionary<string, MatrixEncoding>();

    /// <summary>What a model of series measured on its training data, for its integer form; null where nothing was.</summary>
    public ModelRanges? Ranges { get; init; }

    /// <summary>What was measured, for example "test_accuracy"; shares are 0 to 1.</summary>
    [JsonRequired]
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>How it was trained; null where nobody knows.</summary>
    public TrainingRecord? Training { get; init; }

    /// <summary>Checks the graph and its fit to features and labels; returns what each module gives, and the inputs.</summary>
    /// <exception cref="TernException">Something does not fit; the message lacks the name of the file.</exception>
    internal IReadOnlyDictionary<string, Flow> Check()
    {
        Dictionary<string, Flow> flows = new(StringComparer.Ordinal)
        {
            [TokensInput] = new(FlowKind.Tokens, Text?.Vocabulary.Count ?? 0),
            [FeaturesInput] = new(FlowKind.Sequence, Series?.Channels ?? 0),     // 0: any width, the reader's own
        };
        HashSet<string> unread = new(StringComparer.Ordinal);
        foreach (ModuleSpec module in Modules)
        {
            if (module is null || module.Inputs is not [{ } input])
                throw new TernException($"has a module '{module?.Name}' without exactly one input. Train the model again.");
            if (!flows.TryGetValue(input, out Flow flow))
                throw new TernException($"has a module '{module.Name}' that reads '{input}'; expected '{TokensInput}', '{FeaturesInput}' or a module before it. Train the model again.");
            if (string.IsNullOrWhiteSpace(module.Name) || !flows.TryAdd(module.Name, module.Check(flow)))
                throw new TernException($"has two modules or none of the name '{module.Name}'; expected distinct names. Train the model again.");
            unread.Remove(input);
            unread.Add(module.Name);
        }
        if (!unread.Remove(Output) || unread.Count > 0)
            throw new TernException($"has the output '{Output}' and modules that nothing reads ({string.Join(", ", unread.Take(3))}); expected every module but the output to be read. Train the model again.");

        Text?.Check();
        Series?.Check();
        Ranges?.Check(Modules);
        Flow output = flows[Output];
        if (Labels is not null && (Labels.Count != output.Width || Labels.Any(label => label is null)))
            throw new TernException($"has {Labels.Count} labels for an output of {output.Width}; expected as many. Train the model again.");
        return flows;
    }
}

/// <summary>How a model was trained, so that the run can be repeated.</summary>
public sealed record TrainingRecord
{
    /// <summary>The complete configuration of the run.</summary>
    public System.Text.Json.JsonElement? Config { get; init; }

    /// <summary>Seed of the run.</summary>
    public long Seed { get; init; }

    /// <summary>Fingerprint of the training data.</summary>
    public string? DataFingerprint { get; init; }

    /// <summary>Version of Tern that trained it.</summary>
    public string? Tern { get; init; }

    /// <summary>Version of .NET.</summary>
    public string? Dotnet { get; init; }

    /// <summary>Version of libtorch.</summary>
    public string? Libtorch { get; init; }

    /// <summary>Vector width of the kernels: 128, 256 or 512.</summary>
    public int SimdBits { get; init; }

    /// <summary>Whose matrix product was used: "own" or "libtorch".</summary>
    public string? Gemm { get; init; }

    /// <summary>Worker threads.</summary>
    public int Threads { get; init; }
}
