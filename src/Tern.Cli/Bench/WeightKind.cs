using Tern.Matrices;
using Tern.Model;

namespace Tern.Cli.Bench;

/// <summary>Kinds of weights that `bench step` and `bench products` compare, by name: random ones, stored in one way or another.</summary>
/// <param name="keep">Share of the weights that sparse kinds keep.</param>
/// <param name="rank">Rank of low-rank kinds; null for a quarter of the columns.</param>
sealed class WeightKind(double keep, int? rank)
{
    public const string Plain = "float32";

    public static string[] Names { get; } = [Plain, "int8", "int16", "ternary", "sparse", "sparse-int8", "low-rank", "low-rank-int8"];

    static readonly MatrixEncoding Int8 = new IntegerEncoding { Bits = 8, Scales = 1 };

    /// <summary>Random weights, uniform and small enough that no gate saturates.</summary>
    public EncodedMatrix Make(string name, int rows, int columns, Random random) => name switch
    {
        "int8" => MatrixPacker.Encode(Random(random, rows, columns), Int8),
        "int16" => MatrixPacker.Encode(Random(random, rows, columns), new IntegerEncoding { Bits = 16, Scales = 1 }),
        "ternary" => MatrixPacker.Encode(Random(random, rows, columns), new TernaryEncoding { Scales = 1 }),
        "sparse" => MatrixPacker.Encode(Random(random, rows, columns, keep), new SparseEncoding { Bits = 32 }),
        "sparse-int8" => MatrixPacker.Encode(Random(random, rows, columns, keep), new SparseEncoding { Bits = 8, Scales = 1 }),
        "low-rank" => Factors(MatrixEncoding.Float32, rows, columns, random),
        "low-rank-int8" => Factors(Int8, rows, columns, random),
        _ => MatrixPacker.Encode(Random(random, rows, columns), MatrixEncoding.Float32),
    };

    EncodedMatrix Factors(MatrixEncoding encoding, int rows, int columns, Random random)
    {
        int r = Math.Clamp(rank ?? columns / 4, 1, Math.Min(rows, columns));
        return MatrixPacker.Encode(Random(random, rows, r), Random(random, r, columns), new LowRankEncoding { Rank = r, Left = encoding, Right = encoding });
    }

    static TensorData Random(Random random, int rows, int columns, double keep = 1) => new([rows, columns], Random(random, (long)rows * columns, columns, keep));

    /// <summary>Numbers whose products with as many others have a variance of 1; a share of them, among zeros.</summary>
    public static float[] Random(Random random, long count, int fan, double keep = 1)
    {
        double largest = Math.Sqrt(3.0 / fan);
        float[] values = new float[count];
        for (int i = 0; i < values.Length; i++)
            values[i] = keep == 1 || random.NextDouble() < keep ? (float)((random.NextDouble() * 2 - 1) * largest) : 0;
        return values;
    }
}
