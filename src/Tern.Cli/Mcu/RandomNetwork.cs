using System.Globalization;
using Tern.Cells;
using Tern.FixedPoint;
using Tern.Matrices;
using Tern.Model;

namespace Tern.Cli.Mcu;

/// <summary>
/// A classifier of a given shape with seeded random weights, of which no training is needed to know its cycles: what
/// `tern bench mcu --random` describes as CELL:KEY=VALUE,...
/// </summary>
/// <param name="Cell">The cell; its options are keys of the description too.</param>
sealed record RandomNetwork(CellVariant Cell)
{
    const int MostWidth = 1024, Sequences = 16, Steps = 100;

    /// <summary>Numbers of cells that keep a state from growing without end, as training starts with them; zeta and nu as arguments of a sigmoid.</summary>
    static readonly Dictionary<string, float> Numbers = new() { ["zeta"] = 1, ["nu"] = -4, ["decay"] = 0.3f, ["keep"] = 0.3f, ["alpha"] = 0.3f, ["beta"] = 0.3f };

    static readonly string[] Keys = ["hidden", "inputs", "classes", "layers", "rank_w", "rank_u", "keep", "bits", "pooling", "normalise"];

    int hidden = 32, inputs = 32, classes = 6, layers = 1, bits = 8;
    int? rankW, rankU;
    double keep = 1;
    PoolingKind pooling = PoolingKind.Last;
    bool normalise;

    /// <summary>The keys, for the help.</summary>
    public const string Description = "A model with random weights instead of a file: CELL:KEY=VALUE,... with hidden (32), inputs (32), classes (6), layers (1), rank_w and rank_u (full), keep (1: share of the weights that are not 0), bits (8; 16, or 2 for ternary), pooling (last, max, mean), normalise (no, yes), and the cell's own options. May be repeated.";

    /// <summary>Reads a description.</summary>
    /// <exception cref="TernException">A cell, key or value that there is not.</exception>
    public static RandomNetwork Parse(string text)
    {
        string[] halves = text.Split(':', 2, StringSplitOptions.TrimEntries);
        CellCatalogue.Resolve(halves[0]);
        string[] known = [.. Keys, .. CellCatalogue.Describe(halves[0]).Options.Select(option => option.Name)];
        Dictionary<string, string> own = [], options = [];
        foreach (string part in halves.Length == 1 ? [] : halves[1].Split(',', StringSplitOptions.TrimEntries))
        {
            string[] pair = part.Split('=', 2, StringSplitOptions.TrimEntries);
            if (pair.Length < 2) throw new TernException($"--random has '{part}'; expected KEY=VALUE with commas between them, for example fastgrnn:hidden=32,inputs=8.");
            if (!known.Contains(pair[0])) throw new TernException(Nearest.Message($"--random has no key for {halves[0]}", pair[0], known));
            if (!(Keys.Contains(pair[0]) ? own : options).TryAdd(pair[0], pair[1])) throw new TernException($"--random gives {pair[0]} twice; expected it once.");
        }
        RandomNetwork network = new(CellCatalogue.Resolve(halves[0], options));
        foreach (var (key, value) in own) network = network.With(key, value);
        if (network.rankU is not null && CellCatalogue.Spec(network.Cell).Recurrent.Length == 0) throw new TernException($"--random gives rank_u to {halves[0]}, which has no recurrent matrix; leave it out.");
        return network;
    }

    RandomNetwork With(string key, string value) => key switch
    {
        "hidden" => this with { hidden = Number(key, value, MostWidth) },
        "inputs" => this with { inputs = Number(key, value, MostWidth) },
        "classes" => this with { classes = Number(key, value, MostWidth) },
        "layers" => this with { layers = Number(key, value, 8) },
        "rank_w" => this with { rankW = Number(key, value, MostWidth) },
        "rank_u" => this with { rankU = Number(key, value, MostWidth) },
        "bits" => this with { bits = int.Parse(Choice(key, value, "8", "16", "2"), CultureInfo.InvariantCulture) },
        "pooling" => this with { pooling = Enum.Parse<PoolingKind>(Choice(key, value, "last", "max", "mean"), ignoreCase: true) },
        "normalise" => this with { normalise = Choice(key, value, "no", "yes") == "yes" },
        _ => this with { keep = Share(key, value) },
    };

    /// <summary>The model as whole numbers; the same seed gives the same weights and sequences.</summary>
    public FixedPointModel Make(int seed)
    {
        Random random = new(seed);
        ModelSpec spec = Spec();
        Dictionary<string, TensorData> tensors = spec.Modules.SelectMany(module => module.Tensors()).ToDictionary(t => t.Key, t => Tensor(t.Key, t.Value, random));
        Dictionary<string, EncodedMatrix> ternary = bits != 2 ? [] : tensors.Where(t => IsMatrix(t.Key, t.Value)).ToDictionary(t => t.Key, t => MatrixPacker.Encode(t.Value, new TernaryEncoding { Scales = 1 }));
        IReadOnlyList<float[]> sequences = Calibration.Seeded(inputs, Sequences, Steps, seed);
        FixedPointOptions options = new() { WeightBits = bits == 16 ? 16 : 8 };
        return new(FixedPointCompiler.Compile(spec, new ModelTensors(tensors, ternary), sequences, options), sequences, "seeded sequences");
    }

    ModelSpec Spec() => new()
    {
        Task = ModelTask.SeriesClassification,
        Modules =
        [
            .. Enumerable.Range(0, layers).Select(i => new RecurrentSpec
            {
                Name = $"encoder.{i}",
                Inputs = [i == 0 ? ModelSpec.FeaturesInput : $"encoder.{i - 1}"],
                Cell = Cell,
                Input = i == 0 ? inputs : hidden,
                Hidden = hidden,
                Projection = rankW,
                RecurrentRank = rankU,
            }),
            new PoolingSpec { Name = "pooling", Inputs = [$"encoder.{layers - 1}"], How = pooling },
            new LinearSpec { Name = "head", Inputs = ["pooling"], Input = hidden, Output = classes },
        ],
        Output = "head",
        Labels = [.. Enumerable.Range(0, classes).Select(i => $"class {i}")],
        Series = !normalise ? null : new() { Channels = inputs, Mean = [.. Enumerable.Range(0, inputs).Select(i => i % 5 - 2f)], Deviation = [.. Enumerable.Range(0, inputs).Select(i => 0.5f + i % 7)], MaxLength = 0 },
    };

    /// <summary>A matrix of the encoder: those are thinned and made ternary, the head is not.</summary>
    static bool IsMatrix(string name, TensorData tensor) => tensor.Shape.Length == 2 && tensor.Shape[0] > 0 && name.StartsWith("encoder.", StringComparison.Ordinal);

    /// <summary>Weights of deviation 1 / sqrt(columns that are kept), of which the largest are kept; vectors and numbers of order 1.</summary>
    TensorData Tensor(string name, int[] shape, Random random)
    {
        TensorData tensor = new(shape, new float[shape.Aggregate(1, (a, b) => a * b)]);
        bool fixedNumber = Numbers.TryGetValue(name[(name.LastIndexOf('.') + 1)..], out float number);
        double deviation = shape.Length == 2 ? 1 / Math.Sqrt(shape[1] * keep) : 0.4;
        for (int i = 0; i < tensor.Values.Length; i++) tensor.Values[i] = fixedNumber ? number : (float)(deviation * random.NextNormal());
        if (!IsMatrix(name, tensor)) return tensor;
        int kept = (int)Math.Round(keep * tensor.Values.Length);
        int[] order = [.. Enumerable.Range(0, tensor.Values.Length).OrderByDescending(i => Math.Abs(tensor.Values[i]))];
        for (int i = 0; i < order.Length; i++)
            if (i >= kept) tensor.Values[order[i]] = 0;
            else if (bits == 2) tensor.Values[order[i]] = Math.Sign(tensor.Values[order[i]]) * (float)deviation;
        return tensor;
    }

    static int Number(string key, string value, int most) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= most
        ? number
        : throw new TernException($"--random gives {key}={value}; expected a whole number from 1 to {most}.");

    static double Share(string key, string value) => double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double share) && share is > 0 and <= 1
        ? share
        : throw new TernException($"--random gives {key}={value}; expected a share above 0 and up to 1, such as 0.3.");

    static string Choice(string key, string value, params string[] known) => known.Contains(value) ? value : throw new TernException($"--random gives {key}={value}; expected {string.Join(", ", known[..^1])} or {known[^1]}.");
}
