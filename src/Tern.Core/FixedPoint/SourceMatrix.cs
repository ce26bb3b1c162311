using Tern.Matrices;
using Tern.Model;

namespace Tern.FixedPoint;

/// <summary>A matrix of a model: its values, and the whole numbers and scales behind them where the file holds such.</summary>
/// <param name="Name">Name in the model file.</param>
/// <param name="Rows">Outputs.</param>
/// <param name="Columns">Inputs.</param>
/// <param name="Values">[rows, columns].</param>
sealed record SourceMatrix(string Name, int Rows, int Columns, float[] Values)
{
    /// <summary>The whole numbers that the file holds; null where it holds floats.</summary>
    public int[]? Integers { get; private init; }

    /// <summary>A scale for each run of equal length of rows.</summary>
    public float[] Scales { get; private init; } = [];

    /// <summary>Bits of the whole numbers; ternary ones count as 8.</summary>
    public int Bits { get; private init; }

    public float Largest => Values.Length == 0 ? 0 : Values.Max(Math.Abs);

    public static SourceMatrix Of(IReadOnlyDictionary<string, TensorData> tensors, string name)
    {
        if (ModelTensors.IsEncoded(tensors, name, out EncodedMatrix? encoded))
            return Of(name, encoded.Encoding, encoded.Rows, encoded.Columns, new("", encoded.Parts));
        TensorData dense = tensors[name];
        return new(name, dense.Shape[0], dense.Shape[1], dense.Values);
    }

    public static SourceMatrix Of(string name, MatrixEncoding encoding, int rows, int columns, PartReader parts)
    {
        SourceMatrix matrix = new(name, rows, columns, encoding.Decode(rows, columns, parts));
        (int bits, bool whole) = encoding switch
        {
            IntegerEncoding integer => (integer.Bits, true),
            SparseEncoding { Scales: not null } sparse => (sparse.Bits, true),
            TernaryEncoding => (8, true),
            _ => (0, false),
        };
        if (!whole) return matrix;
        float[] scales = parts.Floats(".scales");
        // the file's numbers again, from what they mean: a quotient of a product of floats is within half a unit
        int[] integers = [.. matrix.Values.Select((value, i) => (int)MathF.Round(value / scales[i / columns * scales.Length / rows]))];
        return matrix with { Integers = integers, Scales = scales, Bits = bits };
    }

    /// <summary>A block of rows.</summary>
    public SourceMatrix Block(int from, int rows)
    {
        SourceMatrix block = new(Name, rows, Columns, Values[(from * Columns)..((from + rows) * Columns)]);
        if (Integers is null) return block;
        int run = Rows / Scales.Length;      // rows of a scale
        float[] scales = rows % run == 0 && from % run == 0 ? Scales[(from / run)..((from + rows) / run)] : run % rows == 0 ? [Scales[from / run]] : [.. Enumerable.Range(from, rows).Select(row => Scales[row / run])];
        return block with { Integers = Integers[(from * Columns)..((from + rows) * Columns)], Scales = scales, Bits = Bits };
    }

    /// <summary>Two matrices side by side, as floats.</summary>
    public SourceMatrix Beside(SourceMatrix right)
    {
        float[] values = new float[Rows * (Columns + right.Columns)];
        for (int row = 0; row < Rows; row++)
        {
            Values.AsSpan(row * Columns, Columns).CopyTo(values.AsSpan(row * (Columns + right.Columns)));
            right.Values.AsSpan(row * right.Columns, right.Columns).CopyTo(values.AsSpan(row * (Columns + right.Columns) + Columns));
        }
        return new(Name, Rows, Columns + right.Columns, values);
    }

    /// <summary>
    /// As whole numbers: those of the file, or the nearest at the largest power of two with which all weights fit and no
    /// sum of a row times a 16-bit word leaves 32 bits.
    /// </summary>
    /// <param name="name">The name of the result.</param>
    /// <param name="bits">8 or 16.</param>
    /// <param name="most">The most bits behind the point.</param>
    public FixedMatrix Quantize(string name, int bits, int most = FixedPoint.Integers.MaxFraction)
    {
        if (Integers is not null && Bits <= bits)
        {
            float largest = Scales.Max();
            FixedMatrix stored = new(name, Rows, Columns, Integers, Bits, largest) { RowScales = Scales.Length == 1 ? null : [.. Scales.Select(scale => (double)scale / largest)] };
            if (stored.LargestRow <= LargestSum) return stored;
        }
        int fraction = Math.Min(FixedPoint.Integers.Fraction(Largest, IntegerEncoding.Limit(bits)), most);
        while (true)
        {
            int[] values = [.. Values.Select(value => FixedPoint.Integers.Quantize(value, fraction, -IntegerEncoding.Limit(bits), IntegerEncoding.Limit(bits)))];
            FixedMatrix matrix = new(name, Rows, Columns, values, bits, Math.ScaleB(1, -fraction));
            if (matrix.LargestRow <= LargestSum) return matrix;
            fraction--;
        }
    }

    /// <summary>Sum of a row's magnitudes with which a sum of products with 16-bit words stays in 32 bits, with room for a bias.</summary>
    const long LargestSum = 60000;
}
