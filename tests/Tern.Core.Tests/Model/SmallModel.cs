using Tern.Cells;
using Tern.Features;
using Tern.Model;

namespace Tern.Core.Tests.Model;

/// <summary>A tiny text classifier with every part that a model file can have.</summary>
static class SmallModel
{
    public static ModelSpec Spec { get; } = new()
    {
        Task = "text-classification",
        Modules =
        [
            new EmbeddingSpec { Name = "embedding", Inputs = ["tokens"], Vocabulary = 5, Width = 3 },
            new RecurrentSpec { Name = "encoder.0", Inputs = ["embedding"], Cell = CellCatalogue.Resolve("sru"), Input = 3, Hidden = 2, LayerNorm = LayerNormPlace.After },
            new PoolingSpec { Name = "pooling", Inputs = ["encoder.0"], How = PoolingKind.Max },
            new LinearSpec { Name = "head", Inputs = ["pooling"], Input = 2, Output = 2 },
        ],
        Output = "head",
        Text = new() { Unit = TokenUnit.Characters, MaxLength = 20, Vocabulary = new(["a", "\"", "\u00e9"]) },
        Labels = ["no", "yes \u00e9"],
        Metrics = new Dictionary<string, double> { ["test_accuracy"] = 0.5, ["loss"] = double.NaN },
        Training = new() { Seed = 7, Config = System.Text.Json.JsonDocument.Parse("""{"epochs":3}""").RootElement, Threads = 2, SimdBits = 256, Tern = "0.1.0" },
    };

    public static Dictionary<string, TensorData> Tensors(ModelSpec spec, int seed = 1)
    {
        Random random = new(seed);
        return spec.Modules.SelectMany(m => m.Tensors()).ToDictionary(t => t.Key, t => Random(random, t.Value));
    }

    static TensorData Random(Random random, int[] shape)
    {
        float[] values = new float[shape.Aggregate(1, (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++)
            values[i] = random.NextSingle() - 0.5f;
        return new(shape, values);
    }
}
