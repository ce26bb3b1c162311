using Tern.Model;
using Tern.Training.Compression;

namespace Tern.Training.Models;

/// <summary>
/// The weights of a trained model for one of the same kind that may have other ranks: what is stored as factors is
/// multiplied out, and what the new model has as factors gets the nearest ones (<see cref="TruncatedSvd"/>).
/// </summary>
static class InitialWeights
{
    /// <summary>The tensors that the new model wants, by name.</summary>
    /// <param name="given">Those of the trained one.</param>
    /// <param name="wanted">Modules of the new model.</param>
    /// <param name="path">The trained model's file, for messages.</param>
    /// <exception cref="TernException">The models differ in more than ranks.</exception>
    public static Dictionary<string, TensorData> Fit(IReadOnlyDictionary<string, TensorData> given, IReadOnlyList<ModuleSpec> wanted, string path)
    {
        Dictionary<string, TensorData> fitted = new(StringComparer.Ordinal);
        foreach (ModuleSpec module in wanted)
        {
            if (module is RecurrentSpec layer)
                Factor(layer, given, fitted, path);
            foreach ((string name, int[] shape) in module.Tensors())
            {
                TensorData tensor = fitted.TryGetValue(name, out TensorData? made) ? made : Find(given, name, path);
                if (!tensor.Shape.SequenceEqual(shape))
                    throw new TernException($"initial_model {path}: '{name}' is {TensorData.Print(tensor.Shape)} and {TensorData.Print(shape)} in this configuration; only ranks may differ. Take model and data of the configuration that it was trained with (its metadata, or config.json beside it).");
                fitted[name] = tensor;
            }
        }
        return fitted;
    }

    static void Factor(RecurrentSpec layer, IReadOnlyDictionary<string, TensorData> given, Dictionary<string, TensorData> fitted, string path)
    {
        // both directions share the projection of the input: their weights are factored as one matrix
        string[] weights = [.. layer.DirectionNames.Select(direction => $"{layer.Name}.{direction}.weight")];
        Refactor(weights, $"{layer.Name}.projection", layer.Projection);
        foreach (string direction in layer.DirectionNames)
            if (Cells.CellCatalogue.Spec(layer.Cell).Recurrent.Length > 0)
                Refactor([$"{layer.Name}.{direction}.recurrent"], $"{layer.Name}.{direction}.recurrent_projection", layer.RecurrentFactor);

        void Refactor(string[] left, string right, int? rank)
        {
            TensorData[] blocks = [.. left.Select(name => Find(given, name, path))];
            bool factored = given.TryGetValue(right, out TensorData? factor);
            if (factored ? factor!.Shape[0] == rank : rank is null)
                return;
            TensorData whole = new([blocks.Sum(block => block.Shape[0]), blocks[0].Shape[1]], [.. blocks.SelectMany(block => block.Values)]);
            if (factored)
                whole = Product(whole, factor!);
            if (rank is { } r)
            {
                TruncatedSvd.CheckRank(r, whole.Shape[0], whole.Shape[1], $"The rank of {left[0]}");
                (whole, fitted[right]) = TruncatedSvd.Factors(whole, r);
            }
            int at = 0;
            foreach ((string name, TensorData block) in left.Zip(blocks))
            {
                int columns = whole.Shape[1];
                fitted[name] = new([block.Shape[0], columns], whole.Values[(at * columns)..((at + block.Shape[0]) * columns)]);
                at += block.Shape[0];
            }
        }
    }

    static TensorData Product(TensorData left, TensorData right)
    {
        int rows = left.Shape[0], inner = left.Shape[1], columns = right.Shape[1];
        float[] product = new float[rows * columns];
        for (int i = 0; i < rows; i++)
            for (int k = 0; k < inner; k++)
                for (int j = 0; j < columns; j++)
                    product[i * columns + j] += left.Values[i * inner + k] * right.Values[k * columns + j];
        return new([rows, columns], product);
    }

    static TensorData Find(IReadOnlyDictionary<string, TensorData> given, string name, string path) => given.TryGetValue(name, out TensorData? tensor) ? tensor
        : throw new TernException($"initial_model {path} has no tensor '{name}', which the model of this configuration has; only ranks may differ. Take the configuration that it was trained with (its metadata, or config.json beside it).");
}
