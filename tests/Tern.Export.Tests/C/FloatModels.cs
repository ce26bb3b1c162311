using Tern.Cells;
using Tern.Core.Tests.FixedPoint;
using Tern.Features;
using Tern.Matrices;
using Tern.Model;

namespace Tern.Export.Tests.C;

/// <summary>Models for the C in floats: each variant of the catalogue in turn with all that a layer may have.</summary>
static class FloatModels
{
    /// <summary>A layer and nothing else but pooling and head.</summary>
    public static (ModelSpec, IReadOnlyDictionary<string, TensorData>) Plain(CellVariant cell, int input, int hidden)
    {
        ModelSpec spec = RandomModel.Layer(cell, input, hidden);
        return (spec, RandomModel.Tensors(spec, new(hidden)));
    }

    /// <summary>Anything: a window, normalisation, factors, projections, a second layer, pooling, stored forms.</summary>
    public static (ModelSpec, IReadOnlyDictionary<string, TensorData>) Any(CellVariant cell, int seed)
    {
        Random random = new(seed);
        int input = random.Next(1, 8), width = input, classes = random.Next(1, 5);
        List<ModuleSpec> modules = [];
        string from = ModelSpec.FeaturesInput;
        if (random.Next(3) == 0) Add(new WindowSpec { Name = "window.0", Inputs = [from], Input = width, Steps = random.Next(1, 4) }, s => s.Input * s.Steps);
        Layer(cell);
        if (random.Next(2) == 0) Layer(CellCatalogue.Variants.ElementAt(random.Next(CellCatalogue.Variants.Count())));
        if (random.Next(5) > 0) Add(new PoolingSpec { Name = "pooling", Inputs = [from], How = (PoolingKind)random.Next(3) }, _ => width);
        modules.Add(new LinearSpec { Name = "head", Inputs = [from], Input = width, Output = classes });
        ModelSpec spec = new()
        {
            Task = ModelTask.SeriesClassification,
            Modules = modules,
            Output = "head",
            Labels = [.. Enumerable.Range(0, classes).Select(i => $"class {i}")],
            Series = random.Next(3) == 0 ? null : new SeriesFeatures { Channels = input, Mean = [.. Enumerable.Range(0, input).Select(i => i - 1.5f)], Deviation = [.. Enumerable.Range(0, input).Select(i => 0.5f + i)], MaxLength = 0 },
        };
        return (spec, Stored(RandomModel.Tensors(spec, random), random));

        void Add<T>(T module, Func<T, int> columns) where T : ModuleSpec
        {
            modules.Add(module);
            (from, width) = (module.Name, columns(module));
        }

        void Layer(CellVariant variant)
        {
            CellSpec parts = CellCatalogue.Spec(variant);
            bool recurrent = parts.Recurrent.Length > 0;
            int factor = random.Next(4);
            LayerNormPlace[] places = [LayerNormPlace.None, LayerNormPlace.Before, LayerNormPlace.After, LayerNormPlace.Products, .. RecurrentSpec.NormalisesRecurrent(parts) ? (LayerNormPlace[])[LayerNormPlace.Recurrent, LayerNormPlace.Recurrent] : []];
            Add(new RecurrentSpec
            {
                Name = $"encoder.{modules.Count}",
                Inputs = [from],
                Cell = variant,
                Input = width,
                Hidden = random.Next(3) == 0 ? width : random.Next(1, 14),
                Projection = random.Next(4) == 0 ? random.Next(1, 6) : null,
                RecurrentRank = recurrent && factor == 0 ? random.Next(1, 6) : null,
                RecurrentProjection = recurrent && factor == 1 ? random.Next(1, 6) : null,
                ProjectHighway = random.Next(4) == 0,
                LayerNorm = places[random.Next(places.Length)],
            }, layer => layer.Width);
        }
    }

    /// <summary>Some matrices in the forms that a file has for them.</summary>
    public static ModelTensors Stored(Dictionary<string, TensorData> tensors, Random random)
    {
        Dictionary<string, EncodedMatrix> encoded = [];
        foreach (var (name, tensor) in tensors.Where(t => t.Value.Shape.Length == 2))
        {
            int rows = tensor.Shape[0], columns = tensor.Shape[1], kind = random.Next(9);
            if (kind is 3 or 4)
                for (int i = 0; i < tensor.Values.Length; i++)
                    if (random.Next(3) > 0) tensor.Values[i] = 0;
            int scales = random.Next(2) == 0 ? rows : 1;
            if (kind == 5 && Math.Min(rows, columns) > 1) encoded.Add(name, LowRank(rows, columns, random));
            else if (Encoding(kind, scales) is { } encoding) encoded.Add(name, MatrixPacker.Encode(tensor, encoding));
        }
        return new(tensors, encoded);
    }

    static MatrixEncoding? Encoding(int kind, int scales) => kind switch
    {
        0 => new IntegerEncoding { Bits = 8, Scales = scales },
        1 => new IntegerEncoding { Bits = 16, Scales = scales },
        2 => new TernaryEncoding { Scales = scales },
        3 => new SparseEncoding { Bits = 8, Scales = scales },
        4 => new SparseEncoding { Bits = 32 },
        _ => null,
    };

    /// <summary>Two factors, one of integers and one of floats.</summary>
    static EncodedMatrix LowRank(int rows, int columns, Random random)
    {
        int rank = random.Next(1, Math.Min(rows, columns));
        EncodedMatrix left = MatrixPacker.Encode(Values(rows, rank, random), new IntegerEncoding { Bits = 8, Scales = 1 });
        TensorData right = Values(rank, columns, random);
        Dictionary<string, StoredTensor> parts = left.Parts.ToDictionary(part => ".left" + part.Key, part => part.Value);
        parts.Add(".right", new(right.Shape, right.Values));
        return new(new LowRankEncoding { Rank = rank, Left = left.Encoding, Right = MatrixEncoding.Float32 }, rows, columns, parts);
    }

    static TensorData Values(int rows, int columns, Random random) => new([rows, columns], [.. Enumerable.Range(0, rows * columns).Select(_ => (float)((random.NextDouble() - 0.5) * 2 / Math.Sqrt(columns)))]);
}
