using Tern.Matrices;
using Tern.Model;

namespace Tern.Core.Tests.Matrices;

/// <summary>Matrices of every encoding.</summary>
static class Weights
{
    /// <summary>Encodings by a name that tells them.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "float32", "integer 8", "integer 16", "integer 8 rows", "integer 16 rows", "ternary", "ternary rows",
        "sparse 32 few", "sparse 8 few", "sparse 16 rows few", "sparse 32 many", "sparse 8 rows many", "sparse 32 none",
        "low-rank float32", "low-rank sparse", "low-rank integer",
    ];

    public static TensorData Random(Random random, int rows, int columns, double share = 1, float largest = 1)
    {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.Length; i++)
            values[i] = random.NextDouble() < share ? largest * (random.NextSingle() * 2 - 1) : 0;
        return new([rows, columns], values);
    }

    /// <summary>A random matrix, encoded as the name says; "blocks" is a scale for each of some blocks of rows.</summary>
    public static EncodedMatrix Encoded(string name, int rows, int columns, Random random, float largest = 1, int blocks = 1)
    {
        int bits = name.Contains("16") ? 16 : name.Contains('8') ? 8 : 32, scales = name.Contains("rows") ? rows : name.Contains("blocks") ? blocks : 1;
        if (name.StartsWith("low-rank"))
        {
            int rank = Math.Max(1, Math.Min(rows, columns) / 2);
            (MatrixEncoding left, MatrixEncoding right) = name.Split(' ')[1] switch
            {
                "float32" => (MatrixEncoding.Float32, MatrixEncoding.Float32),
                "sparse" => (new SparseEncoding { Bits = 8, Scales = 1 }, new SparseEncoding { Bits = 32 }),
                _ => ((MatrixEncoding)new IntegerEncoding { Bits = 8, Scales = rows }, new TernaryEncoding { Scales = 1 }),
            };
            return MatrixPacker.Encode(Random(random, rows, rank, 0.3, largest), Random(random, rank, columns, 0.3), new LowRankEncoding { Rank = rank, Left = left, Right = right });
        }
        MatrixEncoding encoding = name.Split(' ')[0] switch
        {
            "float32" => MatrixEncoding.Float32,
            "integer" => new IntegerEncoding { Bits = bits, Scales = scales },
            "ternary" => new TernaryEncoding { Scales = scales },
            _ => new SparseEncoding { Bits = bits, Scales = bits == 32 ? null : scales },
        };
        double share = name.Contains("few") ? 0.15 : name.Contains("many") ? 0.8 : name.Contains("none") ? 0 : 1;
        return MatrixPacker.Encode(Random(random, rows, columns, share, largest), encoding);
    }
}
