using Tern.Matrices;
using Tern.Model;
using Xunit;

namespace Tern.Core.Tests.Matrices;

public sealed class EncodingTests
{
    static readonly TensorData Small = new([2, 3], [1, -0.5f, 0.25f, 0, 0.1f, -2]);

    [Fact]
    public void Integers_are_multiples_of_a_scale_of_the_matrix_or_of_a_row()
    {
        EncodedMatrix one = MatrixPacker.Encode(Small, new IntegerEncoding { Bits = 8, Scales = 1 });
        Assert.Equal([64, -32, 16, 0, 6, -127], (sbyte[])one.Parts[".values"].Values);      // 1 * 127 / 2 = 63.5 goes to the even one
        Assert.Equal([2f / 127], (float[])one.Parts[".scales"].Values);
        Assert.Equal(6 + 4, one.Bytes);

        EncodedMatrix rows = MatrixPacker.Encode(Small, new IntegerEncoding { Bits = 16, Scales = 2 });
        Assert.Equal([32767, -16384, 8192, 0, 1638, -32767], (short[])rows.Parts[".values"].Values);
        Assert.Equal([1f / 32767, 2f / 32767], (float[])rows.Parts[".scales"].Values);
        Assert.Equal(12 + 8, rows.Bytes);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void A_decoded_integer_is_off_by_half_a_scale_at_most(int bits)
    {
        TensorData dense = Weights.Random(new Random(1), 30, 40);
        float[] decoded = MatrixPacker.Decode(MatrixPacker.Encode(dense, new IntegerEncoding { Bits = bits, Scales = 30 })).Values;
        for (int i = 0; i < decoded.Length; i++)
        {
            float scale = dense.Values.AsSpan(i / 40 * 40, 40).ToArray().Max(Math.Abs) / ((1 << (bits - 1)) - 1);
            Assert.True(Math.Abs(decoded[i] - dense.Values[i]) <= 0.503f * scale);
        }
    }

    [Fact]
    public void Ternary_weights_are_those_of_their_paper()
    {
        // mean |w| = 3.85 / 6, threshold 0.449: 1, -0.5 and -2 are above, of mean 3.5 / 3
        EncodedMatrix one = MatrixPacker.Encode(Small, new TernaryEncoding { Scales = 1 });
        Assert.Equal([0b00_00_11_01, 0b00_11_00_00], (byte[])one.Parts[".codes"].Values);
        Assert.Equal([3.5f / 3], (float[])one.Parts[".scales"].Values);
        Assert.Equal([3.5f / 3, -3.5f / 3, 0, 0, 0, -3.5f / 3], MatrixPacker.Decode(one).Values);
    }

    [Fact]
    public void Sparse_weights_are_kept_with_their_columns_in_the_narrowest_type()
    {
        EncodedMatrix floats = MatrixPacker.Encode(Small, new SparseEncoding { Bits = 32 });
        Assert.Equal(Small.Values, MatrixPacker.Decode(floats).Values);
        Assert.Equal([0, 1, 2, 1, 2], (byte[])floats.Parts[".columns"].Values);
        Assert.Equal([0, 3, 5], (byte[])floats.Parts[".offsets"].Values);
        Assert.Equal((5 * 5 + 3, 5), (floats.Bytes, floats.Weights));

        TensorData wide = Weights.Random(new Random(2), 3, 300, 0.5);
        Assert.Equal(("U16", "U16"), Types(wide));
        wide = Weights.Random(new Random(2), 1, 70_000);
        Assert.Equal(("I32", "I32"), Types(wide));
        Assert.Equal(wide.Values, MatrixPacker.Decode(MatrixPacker.Encode(wide, new SparseEncoding { Bits = 32 })).Values);

        static (string?, string?) Types(TensorData dense)
        {
            EncodedMatrix matrix = MatrixPacker.Encode(dense, new SparseEncoding { Bits = 32 });
            return (matrix.Parts[".columns"].Type, matrix.Parts[".offsets"].Type);
        }
    }

    [Fact]
    public void Two_factors_mean_their_product()
    {
        EncodedMatrix matrix = MatrixPacker.Encode(new([2, 1], [2, -1]), new([1, 3], [1, 10, 100]), new() { Rank = 1, Left = MatrixEncoding.Float32, Right = MatrixEncoding.Float32 });
        Assert.Equal([2, 20, 200, -1, -10, -100], MatrixPacker.Decode(matrix).Values);
        Assert.Equal((5, 20), (matrix.Weights, matrix.Bytes));
    }

    public static TheoryData<string> AllNames => [.. Weights.Names];

    [Theory]
    [MemberData(nameof(AllNames))]
    public void What_is_decoded_encodes_to_itself(string name)
    {
        if (name.StartsWith("low-rank")) return;       // factors are not unique
        EncodedMatrix matrix = Weights.Encoded(name, 12, 20, new Random(3));
        TensorData decoded = MatrixPacker.Decode(matrix);
        float[] again = MatrixPacker.Decode(MatrixPacker.Encode(decoded, matrix.Encoding)).Values;
        for (int i = 0; i < again.Length; i++) Assert.Equal(decoded.Values[i], again[i], 1e-6f);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void Weights_that_are_all_zero_stay_zero(int bits)
    {
        TensorData zero = new([3, 4], new float[12]);
        foreach (MatrixEncoding encoding in (MatrixEncoding[])[new IntegerEncoding { Bits = bits, Scales = 3 }, new TernaryEncoding { Scales = 1 }, new SparseEncoding { Bits = bits, Scales = 1 }])
            Assert.Equal(zero.Values, MatrixPacker.Decode(MatrixPacker.Encode(zero, encoding)).Values);
    }

    [Fact]
    public void Encodings_that_do_not_fit_are_one_line_that_says_why()
    {
        Refuses(new IntegerEncoding { Bits = 4, Scales = 1 }, "in integers of 4 bits; expected 8 or 16");
        Refuses(new IntegerEncoding { Bits = 32, Scales = 1 }, "32 bits");
        Refuses(new IntegerEncoding { Bits = 8, Scales = 0 }, "0 scales for 2 rows");
        Refuses(new IntegerEncoding { Bits = 8, Scales = 3 }, "3 scales for 2 rows");
        Refuses(new TernaryEncoding { Scales = -1 }, "-1 scales");
        Refuses(new SparseEncoding { Bits = 64 }, "64 bits; expected 8, 16 or 32");
        Refuses(new SparseEncoding { Bits = 8 }, "8 bits with no scales");
        Refuses(new SparseEncoding { Bits = 32, Scales = 1 }, "32 bits with 1 scales");
        Refuses(new LowRankEncoding { Rank = 3, Left = MatrixEncoding.Float32, Right = MatrixEncoding.Float32 }, "rank 3; expected 1 to 2");
        Refuses(new LowRankEncoding { Rank = 1, Left = MatrixEncoding.Float32, Right = MatrixEncoding.Float32 }, "no two factors of rank 1");
        var nested = new LowRankEncoding { Rank = 1, Left = MatrixEncoding.Float32, Right = MatrixEncoding.Float32 };
        Refuses(nested with { Left = nested }, "factors again");
        Refuses(nested with { Right = new IntegerEncoding { Bits = 8, Scales = 2 } }, "'matrix.right' with 2 scales for 1 rows");

        static void Refuses(MatrixEncoding encoding, string expected)
        {
            string message = Assert.Throws<TernException>(() => MatrixPacker.Encode(Small, encoding)).Message;
            Assert.Contains(expected, message);
            Assert.DoesNotContain('\n', message);
        }
    }

    [Fact]
    public void Matrices_that_are_none_are_refused()
    {
        Refuses(new([6], new float[6]), "[6] of 6 values is no matrix");
        Refuses(new([2, 3], new float[5]), "of 5 values is no matrix");
        Refuses(new([0, 3], []), "no matrix");
        Refuses(new([1, 2], [1, float.NaN]), "holds NaN");
        Refuses(new([1, 2], [1, float.PositiveInfinity]), "expected finite");
        Assert.Contains("do not fit rank 2", Assert.Throws<TernException>(() =>
            MatrixPacker.Encode(new([2, 2], new float[4]), new([1, 3], new float[3]), new() { Rank = 2, Left = MatrixEncoding.Float32, Right = MatrixEncoding.Float32 })).Message);

        static void Refuses(TensorData dense, string expected) =>
            Assert.Contains(expected, Assert.Throws<TernException>(() => MatrixPacker.Encode(dense, new TernaryEncoding { Scales = 1 })).Message);
    }

    [Fact]
    public void Damaged_parts_are_one_line_that_names_them()
    {
        MatrixEncoding integer = new IntegerEncoding { Bits = 8, Scales = 1 }, sparse = new SparseEncoding { Bits = 8, Scales = 1 }, ternary = new TernaryEncoding { Scales = 1 };
        Refuses(integer, ".scales", null, "lacks 'matrix.scales'");
        Refuses(integer, ".more", new([1], new byte[1]), "no part");
        Refuses(integer, ".scales", new([2], new float[] { 1, 1 }), "F32 [2] with 2 values; expected F32 [1]");
        Refuses(integer, ".scales", new([1], new[] { float.NaN }), "scale NaN");
        Refuses(integer, ".scales", new([1], new float[] { 0 }), "scale 0");
        Refuses(integer, ".scales", new([1], new float[] { -1 }), "scale -1");
        Refuses(integer, ".scales", new([1], new[] { float.MaxValue }), "above 0");
        Refuses(integer, ".values", new([2, 3], new short[6]), "I16 [2, 3]; expected I8");
        Refuses(integer, ".values", new([2, 3], new byte[6]), "U8 [2, 3]; expected I8");
        Refuses(integer, ".values", new([3, 2], new sbyte[6]), "expected I8 [2, 3]");
        Refuses(integer, ".values", new([2, 3], new sbyte[5]), "5 values");
        Refuses(integer, ".values", new([2, 3], new sbyte[] { 0, 0, -128, 0, 0, 0 }), "holds -128");
        Refuses(integer, ".values", new([2, 3], new double[6]), "expected I8");
        Refuses(ternary, ".codes", new([2, 1], new byte[] { 0, 0b10_00 }), "code 2 in row 1");
        Refuses(ternary, ".codes", new([2, 1], new byte[] { 0b01_00_00_00, 0 }), "behind column 2 in row 0");
        Refuses(sparse, ".columns", new([5], new byte[] { 0, 1, 3, 1, 2 }), "column 3 behind 1 in row 0");
        Refuses(sparse, ".columns", new([5], new byte[] { 1, 0, 2, 1, 2 }), "column 0 behind 1 in row 0");
        Refuses(sparse, ".columns", new([5], new byte[] { 0, 1, 2, 2, 2 }), "column 2 behind 2 in row 1");
        Refuses(sparse, ".columns", new([5], new sbyte[5]), "I8 [5]; expected U8");
        Refuses(sparse, ".columns", new([4], new byte[4]), "expected U8 [5]");
        Refuses(sparse, ".offsets", new([3], new byte[] { 1, 3, 5 }), "begins 'matrix.offsets' with 1");
        Refuses(sparse, ".offsets", new([3], new byte[] { 0, 3, 4 }), "ends it with 4");
        Refuses(sparse, ".offsets", new([3], new byte[] { 0, 6, 5 }), "row 0 of 'matrix' from 0 to 6");
        Refuses(sparse, ".offsets", new([4], new byte[] { 0, 3, 5, 5 }), "expected U8 [3]");
        Refuses(sparse, ".values", new([5, 1], new sbyte[5]), "one dimension");
        Refuses(sparse, ".values", new([7], new sbyte[7]), "at most 6");
        Refuses(new SparseEncoding { Bits = 32 }, ".values", new([5], new[] { 1, 1, 1, 1, float.NaN }), "NaN");
        Refuses(MatrixEncoding.Float32, "", new([2, 3], new[] { 1, 1, 1, 1, 1, float.NegativeInfinity }), "expected finite");

        static void Refuses(MatrixEncoding encoding, string part, StoredTensor? damaged, string expected)
        {
            Dictionary<string, StoredTensor> parts = new(MatrixPacker.Encode(Small, encoding).Parts);
            if (damaged is null) parts.Remove(part);
            else parts[part] = damaged;
            string message = Assert.Throws<TernException>(() => new EncodedMatrix(encoding, 2, 3, parts)).Message;
            Assert.Contains(expected, message);
            Assert.StartsWith("The encoded matrix ", message);
            Assert.DoesNotContain('\n', message);
        }
    }

    [Fact]
    public void Offsets_that_go_backwards_are_refused()
    {
        TensorData dense = Weights.Random(new Random(4), 3, 4);
        Dictionary<string, StoredTensor> parts = new(MatrixPacker.Encode(dense, new SparseEncoding { Bits = 32 }).Parts)
        {
            [".offsets"] = new([4], new byte[] { 0, 8, 4, 12 }),
            [".columns"] = new([12], new byte[] { 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3 }),
        };
        Assert.Contains("column 0 behind 3 in row 0", Assert.Throws<TernException>(() => new EncodedMatrix(new SparseEncoding { Bits = 32 }, 3, 4, parts)).Message);
        parts[".offsets"] = new([4], new byte[] { 0, 4, 2, 12 });
        Assert.Contains("row 1 of 'matrix' from 4 to 2", Assert.Throws<TernException>(() => new EncodedMatrix(new SparseEncoding { Bits = 32 }, 3, 4, parts)).Message);
    }

    [Fact]
    public void A_matrix_that_no_memory_holds_is_refused_before_its_parts_are_looked_at()
    {
        foreach (MatrixEncoding encoding in (MatrixEncoding[])[new TernaryEncoding { Scales = 1 }, new SparseEncoding { Bits = 32 }, new IntegerEncoding { Bits = 8, Scales = 1 }])
            Assert.Contains("at most 67108864 values", Assert.Throws<TernException>(() => new EncodedMatrix(encoding, 1 << 24, 1 << 24, new Dictionary<string, StoredTensor>())).Message);
    }
}
