using Tern.Cells;
using Tern.Features;
using Tern.FixedPoint;
using Tern.Matrices;
using Tern.Model;

namespace Tern.Core.Tests.FixedPoint;

/// <summary>Small classifiers of series with random weights.</summary>
static class RandomModel
{
    /// <summary>The variants that the integer form has.</summary>
    public static IReadOnlyList<CellVariant> Cells { get; } =
    [
        .. CellCatalogue.Variants.Where(v => v.Cell is not "minlstm" && CellCatalogue.Spec(v).First is null),
    ];

    /// <summary>A layer of a cell between normalised input and head.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="input">Channels.</param>
    /// <param name="hidden">Units.</param>
    public static ModelSpec Layer(CellVariant cell, int input, int hidden, PoolingKind pooling = PoolingKind.Last, int? inputRank = null, int? stateRank = null, int classes = 3) => new()
    {
        Task = ModelTask.SeriesClassification,
        Modules =
        [
            new RecurrentSpec { Name = "encoder.0", Inputs = ["features"], Cell = cell, Input = input, Hidden = hidden, Projection = inputRank, RecurrentRank = stateRank },
            new PoolingSpec { Name = "pooling", Inputs = ["encoder.0"], How = pooling },
            new LinearSpec { Name = "head", Inputs = ["pooling"], Input = hidden, Output = classes },
        ],
        Output = "head",
        Series = new SeriesFeatures { Channels = input, Mean = [.. Enumerable.Range(0, input).Select(i => i * 0.3f - 0.5f)], Deviation = [.. Enumerable.Range(0, input).Select(i => 0.5f + i)], MaxLength = 0 },
        Labels = [.. Enumerable.Range(0, classes).Select(i => $"class {i}")],
    };

    /// <summary>Weights of deviation gain / sqrt(columns), and vectors and numbers of order 1.</summary>
    public static Dictionary<string, TensorData> Tensors(ModelSpec spec, Random random, double gain = 1) =>
        spec.Modules.SelectMany(m => m.Tensors()).ToDictionary(t => t.Key, t => new TensorData(t.Value, [.. Enumerable.Range(0, t.Value.Aggregate(1, (a, b) => a * b)).Select(_ =>
            (float)(t.Key.EndsWith(".decay", StringComparison.Ordinal) || t.Key.EndsWith(".keep", StringComparison.Ordinal) || t.Key.EndsWith(".alpha", StringComparison.Ordinal) || t.Key.EndsWith(".beta", StringComparison.Ordinal) ? 0.3
                : t.Value.Length == 2 ? gain * Normal(random) / Math.Sqrt(t.Value[1]) : 0.4 * Normal(random)))]));

    /// <summary>
    /// Anything that the integer form has: cells, sizes, ranks, windows, layers, pooling, stored forms, weights of any size,
    /// rows and matrices of zeros, any names.
    /// </summary>
    public static (ModelSpec Spec, IReadOnlyDictionary<string, TensorData> Tensors) Any(Random random)
    {
        int input = random.Next(1, 7), width = input, layers = random.Next(1, 4), classes = random.Next(1, 6);
        List<ModuleSpec> modules = [];
        Func<string, string> named = Names[random.Next(8) == 0 ? random.Next(1, Names.Length) : 0];
        string from = ModelSpec.FeaturesInput;
        for (int i = 0; i < layers; i++)
        {
            CellVariant cell = Cells[random.Next(Cells.Count)];
            bool recurrent = CellCatalogue.Spec(cell).Recurrent.Length > 0;
            if (!recurrent && random.Next(3) == 0)
            {
                int steps = random.Next(1, 4);
                modules.Add(new WindowSpec { Name = named($"window.{i}"), Inputs = [from], Input = width, Steps = steps });
                (from, width) = (modules[^1].Name, width * steps);
            }
            int hidden = random.Next(4) == 0 ? width : random.Next(1, random.Next(6) == 0 ? 21 : 12);
            modules.Add(new RecurrentSpec
            {
                Name = named($"encoder.{i}"),
                Inputs = [from],
                Cell = cell,
                Input = width,
                Hidden = hidden,
                Projection = random.Next(3) == 0 ? random.Next(1, 5) : null,
                RecurrentRank = recurrent && random.Next(3) == 0 ? random.Next(1, 5) : null,
                ProjectHighway = random.Next(4) == 0,
            });
            (from, width) = (modules[^1].Name, hidden);
        }
        if (random.Next(5) > 0)
        {
            modules.Add(new PoolingSpec { Name = named("pooling"), Inputs = [from], How = (PoolingKind)random.Next(3) });
            from = modules[^1].Name;
        }
        modules.Add(new LinearSpec { Name = named("head"), Inputs = [from], Input = width, Output = classes });
        ModelSpec spec = new()
        {
            Task = ModelTask.SeriesClassification,
            Modules = modules,
            Output = modules[^1].Name,
            Labels = [.. Enumerable.Range(0, classes).Select(i => $"class {i}*/ ??/\n#error")],
            Series = random.Next(3) == 0 ? null : new()
            {
                Channels = input,
                Mean = [.. Enumerable.Range(0, input).Select(_ => (float)(Normal(random) * Math.Pow(10, random.Next(-3, 4))))],
                Deviation = [.. Enumerable.Range(0, input).Select(_ => (float)Math.Pow(10, random.NextDouble() * 6 - 3))],
                MaxLength = 0,
            },
        };
        Dictionary<string, TensorData> tensors = Tensors(spec, random, random.Next(6) == 0 ? Math.Pow(10, random.Next(-8, 4)) : 1);
        if (random.Next(5) == 0) Distort(tensors.ElementAt(random.Next(tensors.Count)).Value.Values, random);
        Dictionary<string, EncodedMatrix> encoded = [];
        foreach (var (name, tensor) in tensors.Where(t => t.Value.Shape.Length == 2 && t.Value.Shape[0] > 0))
        {
            int rows = tensor.Shape[0], columns = tensor.Shape[1];
            double kept = random.Next(3) == 0 ? random.NextDouble() : 1;
            for (int i = 0; i < tensor.Values.Length; i++)
                if (random.NextDouble() > kept || random.Next(2000) == 0) tensor.Values[i] = 0;
            if (random.Next(8) == 0) Array.Clear(tensor.Values, random.Next(rows) * columns, columns);
            if (Encoding(random, rows) is { } encoding) encoded.Add(name, MatrixPacker.Encode(tensor, encoding));
        }
        return (spec, new ModelTensors(tensors, encoded));
    }

    /// <summary>Names as Tern gives them, and others that a file may have.</summary>
    static readonly Func<string, string>[] Names =
    [
        name => name, name => name + " of layer", name => "1" + name, name => name.Replace("encoder.", "x", StringComparison.Ordinal), name => name.Split('.')[0] is "window" ? name : new string('x', name[^1] % 7 + 1),
        name => name switch { "pooling" => "for", "head" => "class", _ => name }, name => name.Replace('.', '\u00e9'),
    ];

    /// <summary>Makes numbers extreme: all, or one of them.</summary>
    static void Distort(float[] values, Random random)
    {
        float factor = MathF.Pow(10, random.Next(-30, 31));
        int one = random.Next(values.Length + 1);
        for (int i = 0; i < values.Length; i++)
            if (one == values.Length) values[i] *= factor;
        if (one < values.Length) values[one] = random.Next(3) switch { 0 => 0, 1 => factor, _ => -factor };
    }

    /// <summary>Such a model as an integer network, and the sequences that its scales come from.</summary>
    public static (FixedNetwork Network, IReadOnlyList<float[]> Sequences) Compiled(int seed)
    {
        Random random = new(seed);
        for (int attempt = 0; ; attempt++)
        {
            (ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors) = Any(random);
            IReadOnlyList<float[]> sequences = Calibration.Seeded(FixedPointCompiler.Channels(spec), 2, 16, seed);
            try
            {
                return (FixedPointCompiler.Compile(spec, tensors, sequences, new() { WeightBits = random.Next(3) == 0 ? 16 : 8 }), sequences);
            }
            catch (TernException e) when (e.Message.Contains("no scale holds", StringComparison.Ordinal) && attempt < 20)
            {
                // weights that leave the finite numbers: another draw
            }
        }
    }

    static MatrixEncoding? Encoding(Random random, int rows)
    {
        int scales = random.Next(3) == 0 ? rows : 1;
        return random.Next(8) switch
        {
            0 => new IntegerEncoding { Bits = 8, Scales = scales },
            1 => new IntegerEncoding { Bits = 16, Scales = scales },
            2 => new TernaryEncoding { Scales = scales },
            3 => new SparseEncoding { Bits = 8, Scales = scales },
            4 => new SparseEncoding { Bits = 32 },
            _ => null,
        };
    }

    static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
