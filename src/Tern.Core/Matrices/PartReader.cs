using Tern.Model;

namespace Tern.Matrices;

/// <summary>The parts of one matrix, or of a factor of one.</summary>
/// <param name="Name">Of the matrix, for messages.</param>
/// <param name="Parts">All parts, by what stands behind the name.</param>
/// <param name="Prefix">Of this factor's parts: "", ".left" or ".right".</param>
readonly record struct PartReader(string Name, IReadOnlyDictionary<string, StoredTensor> Parts, string Prefix = "")
{
    public PartReader Factor(string factor) => this with { Prefix = Prefix + factor };

    public StoredTensor this[string part] => Parts[Prefix + part];

    public float[] Floats(string part) => (float[])this[part].Values;

    /// <summary>Bytes of this factor's parts.</summary>
    public long Bytes(MatrixEncoding encoding)
    {
        long bytes = 0;
        foreach (string part in encoding.Parts)
            bytes += this[part].Bytes;
        return bytes;
    }

    /// <summary>A part that must be there, of this type and shape.</summary>
    public StoredTensor Expect(string part, string type, params int[] shape)
    {
        StoredTensor tensor = Expect(part, type);
        if (!tensor.Shape.AsSpan().SequenceEqual(shape) || tensor.Values.LongLength != shape.Aggregate(1L, (product, size) => product * size))
            throw new TernException($"holds '{Name}{Prefix}{part}' as {tensor.Print()} with {tensor.Values.LongLength} values; expected {type} {TensorData.Print(shape)}. {SafeTensors.Again}");
        return tensor;
    }

    /// <summary>A part that must be there, of this type and of one dimension.</summary>
    public StoredTensor Expect(string part, string type)
    {
        if (!Parts.TryGetValue(Prefix + part, out StoredTensor? tensor))
            throw new TernException($"lacks '{Name}{Prefix}{part}', a part of the encoded matrix '{Name}'. {SafeTensors.Again}");
        if (tensor.Type != type)
            throw new TernException($"holds '{Name}{Prefix}{part}' as {tensor.Print()}; expected {type}. {SafeTensors.Again}");
        return tensor;
    }

    /// <summary>Scales must be above 0, and so that no weight is beyond a float.</summary>
    public void ExpectScales(int count)
    {
        const float largest = 1e30f;
        foreach (float scale in (float[])Expect(".scales", "F32", count).Values)
            if (!(scale > 0 && scale <= largest))
                throw new TernException($"holds the scale {scale} in '{Name}{Prefix}.scales'; expected numbers above 0 and up to {largest}. {SafeTensors.Again}");
    }

    /// <summary>Adds the scales of rows [from, to) of a matrix; returns how many they are: where a scale is cut through, one a row.</summary>
    public int SliceScales(int rows, int from, int to, Dictionary<string, StoredTensor> slice)
    {
        float[] scales = Floats(".scales");
        int each = rows / scales.Length;
        float[] some = from % each == 0 && to % each == 0 ? scales[(from / each)..(to / each)]
            : from / each == (to - 1) / each ? [scales[from / each]]
            : [.. Enumerable.Range(from, to - from).Select(row => scales[row / each])];
        slice.Add(Prefix + ".scales", new([some.Length], some));
        return some.Length;
    }

    /// <summary>Floats must be finite.</summary>
    public void ExpectFinite(string part)
    {
        foreach (float value in Floats(part))
            if (!float.IsFinite(value))
                throw new TernException($"holds {value} in '{Name}{Prefix}{part}'; expected finite values. Train the model again with a smaller learning rate or with clipping.");
    }
}
