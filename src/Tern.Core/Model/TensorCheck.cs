using Tern.Matrices;

namespace Tern.Model;

/// <summary>Checks tensors against what the modules of a spec name.</summary>
static class TensorCheck
{
    /// <summary>Checks graph and tensors; returns what each module gives.</summary>
    /// <exception cref="TernException">A tensor lacks, is too many, has a wrong shape or holds values that are not finite; the message lacks the name of the file.</exception>
    public static IReadOnlyDictionary<string, Flow> Check(ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors)
    {
        var flows = spec.Check();
        HashSet<string> known = new(StringComparer.Ordinal);
        foreach (var (name, shape) in spec.Modules.SelectMany(module => module.Tensors()))
        {
            if (!known.Add(name))
                throw new TernException($"has modules that both name tensor '{name}'; expected distinct names. Train the model again.");
            if (ModelTensors.IsEncoded(tensors, name, out EncodedMatrix? matrix))      // its parts were checked when it was made
            {
                if (shape is not [var rows, var columns] || (matrix.Rows, matrix.Columns) != (rows, columns))
                    throw new TernException($"holds matrix '{name}' [{matrix.Rows}, {matrix.Columns}]; its description says {TensorData.Print(shape)}. {SafeTensors.Again}");
                continue;
            }
            if (!tensors.TryGetValue(name, out TensorData? tensor))
                throw new TernException($"lacks tensor '{name}' {TensorData.Print(shape)}, which its description names. {SafeTensors.Again}");
            if (!tensor.Shape.AsSpan().SequenceEqual(shape))
                throw new TernException($"holds tensor '{name}' {TensorData.Print(tensor.Shape)}; its description says {TensorData.Print(shape)}. {SafeTensors.Again}");
            if (tensor.Values.LongLength != shape.Aggregate(1L, (product, size) => product * size))
                throw new TernException($"holds {tensor.Values.LongLength} values in tensor '{name}' {TensorData.Print(shape)}. {SafeTensors.Again}");
            int index = IndexOfNonFinite(tensor.Values);
            if (index >= 0)
                throw new TernException($"holds {tensor.Values[index]} in tensor '{name}'; expected finite values. Train the model again with a smaller learning rate or with clipping.");
        }
        foreach (string name in tensors.Keys)
            if (!known.Contains(name))
                throw new TernException($"holds tensor '{name}', which no module of its description names. {SafeTensors.Again}");
        foreach (string name in spec.Encodings.Keys)
            if (!known.Contains(name))
                throw new TernException($"tells how '{name}' is stored, which no module of its description names. {SafeTensors.Again}");
        return flows;
    }

    static int IndexOfNonFinite(float[] values)
    {
        for (int i = 0; i < values.Length; i++)
            if (!float.IsFinite(values[i]))
                return i;
        return -1;
    }
}
