namespace Tern.Matrices;

/// <summary>
/// Symmetric integers: w = scale q, q from -127 to 127 or from -32767 to 32767, scale the largest magnitude over that.
/// Parts: .values I8 or I16 [rows, columns], .scales F32 [scales].
/// </summary>
public sealed record IntegerEncoding : MatrixEncoding
{
    /// <summary>Bits of a weight: 8 or 16.</summary>
    public required int Bits { get; init; }

    /// <summary>Scales: 1 for the matrix, as many as rows for one a row, or another number that divides the rows, as one for each block of a cell's weight.</summary>
    public required int Scales { get; init; }

    internal override IEnumerable<string> Parts => [".values", ".scales"];

    internal override void Check(string name, int rows, int columns)
    {
        CheckBits(name, Bits);
        CheckScales(name, Scales, rows);
    }

    internal override void CheckParts(string name, int rows, int columns, PartReader parts)
    {
        CheckValues(parts.Expect(".values", TypeOf(Bits), rows, columns), Bits, name, parts.Prefix);
        parts.ExpectScales(Scales);
    }

    internal override void Encode(float[] dense, int rows, int columns, string prefix, Dictionary<string, StoredTensor> parts)
    {
        float[] scales = new float[Scales];
        Array values = StoredTensor.Room(TypeOf(Bits), dense.LongLength);
        int part = dense.Length / Scales;
        for (int i = 0; i < Scales; i++)
            scales[i] = Quantize(dense.AsSpan(i * part, part), Bits, values, i * part);
        parts.Add(prefix + ".values", new([rows, columns], values));
        parts.Add(prefix + ".scales", new([Scales], scales));
    }

    internal override float[] Decode(int rows, int columns, PartReader parts)
    {
        StoredTensor values = parts[".values"];
        float[] scales = parts.Floats(".scales"), dense = new float[values.Values.LongLength];
        int part = dense.Length / scales.Length;
        for (int i = 0; i < dense.Length; i++)
            dense[i] = values.Whole(i) * scales[i / part];
        return dense;
    }

    internal override PackedMatrix Pack(int rows, int columns, PartReader parts)
    {
        StoredTensor values = parts[".values"];
        return QuantizedMatrix.Create(Bits, rows, columns, parts.Floats(".scales"), parts.Bytes(this), (row, into) =>
        {
            for (int k = 0; k < into.Length; k++)
                into[k] = (short)values.Whole((long)row * into.Length + k);
        });
    }

    internal override MatrixEncoding Slice(int rows, int columns, int from, int to, PartReader parts, Dictionary<string, StoredTensor> slice)
    {
        slice.Add(parts.Prefix + ".values", parts[".values"].Slice(from, to));
        return this with { Scales = parts.SliceScales(rows, from, to, slice) };
    }

    internal override string Print() => $"{Bits} bits, {PrintScales(Scales)}";

    /// <summary>The largest magnitude of an integer: of two's complement without its lowest number, so that the range is symmetric.</summary>
    internal static int Limit(int bits) => (1 << (bits - 1)) - 1;

    internal static string TypeOf(int bits) => bits == 8 ? "I8" : "I16";

    internal static void CheckBits(string name, int bits)
    {
        if (bits is not (8 or 16))
            throw new TernException($"stores '{name}' in integers of {bits} bits; expected 8 or 16.");
    }

    /// <summary>Quantises some weights with one scale, which it returns.</summary>
    internal static float Quantize(ReadOnlySpan<float> weights, int bits, Array values, int first)
    {
        float largest = 0, limit = Limit(bits);
        foreach (float weight in weights)
            largest = Math.Max(largest, Math.Abs(weight));
        float scale = largest / limit;
        if (!(scale > 0))       // all are 0, or so small that the scale is
            return 1;
        for (int i = 0; i < weights.Length; i++)
        {
            float value = Math.Clamp(MathF.Round(weights[i] / scale), -limit, limit);      // half to even, as libtorch rounds
            if (bits == 8) ((sbyte[])values)[first + i] = (sbyte)value;
            else ((short[])values)[first + i] = (short)value;
        }
        return scale;
    }

    /// <summary>The lowest number of two's complement is none that a quantiser gives.</summary>
    internal static void CheckValues(StoredTensor values, int bits, string name, string prefix)
    {
        bool lowest = bits == 8 ? Array.IndexOf((sbyte[])values.Values, sbyte.MinValue) >= 0 : Array.IndexOf((short[])values.Values, short.MinValue) >= 0;
        if (lowest)
            throw new TernException($"holds {-Limit(bits) - 1} in '{name}{prefix}.values'; expected -{Limit(bits)} to {Limit(bits)}. {Model.SafeTensors.Again}");
    }
}
