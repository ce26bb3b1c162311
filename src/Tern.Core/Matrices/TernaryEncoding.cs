namespace Tern.Matrices;

/// <summary>
/// Ternary weights (Li and Liu 2016, "Ternary weight networks"): sign(w) times a scale where |w| is above 0.7 of the mean
/// magnitude, else 0; the scale is the mean magnitude of those above. Parts: .codes U8 [rows, (columns + 3) / 4], four
/// weights a byte, the first in the lowest bits: 0, 1, or 3 for -1; .scales F32 [scales].
/// </summary>
public sealed record TernaryEncoding : MatrixEncoding
{
    /// <summary>The share of the mean magnitude below which a weight is 0 (there, section 2.2).</summary>
    internal const double ThresholdOfMean = 0.7;

    /// <summary>Scales: 1 for the matrix, as many as rows for one a row, or another number that divides the rows.</summary>
    public required int Scales { get; init; }

    internal override IEnumerable<string> Parts => [".codes", ".scales"];

    internal override void Check(string name, int rows, int columns) => CheckScales(name, Scales, rows);

    internal override void CheckParts(string name, int rows, int columns, PartReader parts)
    {
        int width = Width(columns);
        byte[] codes = (byte[])parts.Expect(".codes", "U8", rows, width).Values;
        int unused = width * 4 - columns;
        for (long i = 0; i < codes.LongLength; i++)
        {
            int code = codes[i];
            if ((code & 0xAA & ~(code << 1)) != 0)
                throw new TernException($"holds the ternary code 2 in row {i / width} of '{name}{parts.Prefix}.codes'; expected 0, 1 and 3. {Model.SafeTensors.Again}");
            if (i % width == width - 1 && code >> (8 - 2 * unused) != 0)
                throw new TernException($"holds weights behind column {columns - 1} in row {i / width} of '{name}{parts.Prefix}.codes'; expected zeros. {Model.SafeTensors.Again}");
        }
        parts.ExpectScales(Scales);
    }

    internal override void Encode(float[] dense, int rows, int columns, string prefix, Dictionary<string, StoredTensor> parts)
    {
        int width = Width(columns), part = dense.Length / Scales;
        float[] scales = new float[Scales];
        byte[] codes = new byte[rows * width];
        for (int i = 0; i < Scales; i++)
        {
            ReadOnlySpan<float> weights = dense.AsSpan(i * part, part);
            float threshold;
            (threshold, scales[i]) = Threshold(weights);
            for (int at = 0; at < part; at++)
            {
                int row = (i * part + at) / columns, column = (i * part + at) % columns;
                if (Math.Abs(weights[at]) > threshold)
                    codes[row * width + column / 4] |= (byte)((weights[at] > 0 ? 1 : 3) << (column % 4 * 2));
            }
        }
        parts.Add(prefix + ".codes", new([rows, width], codes));
        parts.Add(prefix + ".scales", new([Scales], scales));
    }

    internal override float[] Decode(int rows, int columns, PartReader parts)
    {
        float[] scales = parts.Floats(".scales"), dense = new float[(long)rows * columns];
        byte[] codes = (byte[])parts[".codes"].Values;
        int each = rows / scales.Length;
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                dense[(long)row * columns + column] = Code(codes, row, column, columns) * scales[row / each];
        return dense;
    }

    internal override PackedMatrix Pack(int rows, int columns, PartReader parts)
    {
        byte[] codes = (byte[])parts[".codes"].Values;
        return QuantizedMatrix.Create(2, rows, columns, parts.Floats(".scales"), parts.Bytes(this), (row, into) =>
        {
            for (int column = 0; column < into.Length; column++)
                into[column] = (short)Code(codes, row, column, columns);
        });
    }

    internal override MatrixEncoding Slice(int rows, int columns, int from, int to, PartReader parts, Dictionary<string, StoredTensor> slice)
    {
        slice.Add(parts.Prefix + ".codes", parts[".codes"].Slice(from, to));
        return this with { Scales = parts.SliceScales(rows, from, to, slice) };
    }

    internal override string Print() => $"ternary, {PrintScales(Scales)}";

    /// <summary>The magnitude above which weights are kept, and the mean of those (1 where none is).</summary>
    internal static (float Threshold, float Scale) Threshold(ReadOnlySpan<float> weights)
    {
        double sum = 0, above = 0;
        int count = 0;
        foreach (float weight in weights)
            sum += Math.Abs(weight);
        float threshold = (float)(ThresholdOfMean * sum / weights.Length);
        foreach (float weight in weights)
            if (Math.Abs(weight) > threshold)
            {
                above += Math.Abs(weight);
                count++;
            }
        return (threshold, count > 0 ? (float)(above / count) : 1);
    }

    static int Width(int columns) => (columns + 3) / 4;

    static int Code(byte[] codes, int row, int column, int columns)
    {
        int code = codes[(long)row * Width(columns) + column / 4] >> (column % 4 * 2) & 3;
        return code == 3 ? -1 : code;
    }
}
