using Tern.Core.Tests.Kernels;
using Tern.Matrices;
using Tern.Model;
using Xunit;

namespace Tern.Core.Tests.Matrices;

/// <summary>Products with packed matrices against sums in double over the dense weights that they mean, for every vector width, with guarded and strided rows.</summary>
[Collection(SimdCollection.Name)]
public sealed unsafe class PackedMatrixTests
{
    static readonly (int Rows, int Columns)[] Sizes = [(1, 1), (3, 2), (16, 32), (17, 33), (1, 300), (300, 1), (100, 100), (96, 31), (40, 257), (33, 7)];

    public static TheoryData<int, string> Cases
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (int bits in (int[])[128, 256, 512])
                foreach (string encoding in Weights.Names)
                    data.Add(bits, encoding);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Product_equals_that_of_the_decoded_weights(int bits, string encoding)
    {
        using var width = new SimdWidth(bits);
        var random = new Random(1);
        foreach (var (rows, columns) in Sizes)
        {
            EncodedMatrix matrix = Weights.Encoded(encoding, rows, columns, random);
            PackedMatrix packed = MatrixPacker.Pack(matrix);
            Assert.Equal((rows, columns, matrix.Bytes), (packed.Rows, packed.Columns, packed.Bytes));
            foreach (int batch in (int[])[1, 2, 4, 7, 13])
                foreach (GemmTests.Order order in (GemmTests.Order[])[GemmTests.Order.Dense, GemmTests.Order.Strided])
                    foreach (bool accumulate in (bool[])[false, true])
                        Check(packed, MatrixPacker.Decode(matrix), batch, order, accumulate, random);
        }
    }

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void Sparse_weights_give_the_same_as_steps_and_as_dense_ones_whatever_their_share(int bits)
    {
        using var width = new SimdWidth(bits);
        var random = new Random(2);
        foreach (double share in (double[])[0, 0.02, 0.1, 0.3, 0.7, 1])
            foreach (int valueBits in (int[])[8, 16, 32])
                foreach (var (rows, columns) in Sizes)
                {
                    List<int> indices = [];
                    int[] offsets = new int[rows + 1];
                    float[] dense = new float[rows * columns];
                    for (int i = 0; i < dense.Length; i++)
                        if (random.NextDouble() < share)
                            dense[i] = random.Next(1, 100);
                    for (int row = 0; row < rows; row++)
                    {
                        indices.AddRange(Enumerable.Range(0, columns).Where(column => dense[row * columns + column] != 0));
                        offsets[row + 1] = indices.Count;
                    }
                    SparseRows sparse = new(offsets, [.. indices], [.. dense.Where(value => value != 0)], [0.5f]);
                    TensorData meant = new([rows, columns], Array.ConvertAll(dense, value => value * (valueBits == 32 ? 1 : 0.5f)));
                    if (valueBits == 32) sparse = sparse with { Scales = [1] };
                    Check(SparseMatrix.Steps(valueBits, rows, columns, 0, sparse), meant, 5, GemmTests.Order.Strided, true, random);
                    Check(SparseMatrix.Dense(valueBits, rows, columns, 0, sparse), meant, 5, GemmTests.Order.Strided, true, random);
                }
    }

    [Fact]
    public void Rows_that_are_sparse_in_different_places_all_take_part()
    {
        // the first output has all its weights at the end, the second at the front: they never share a window
        float[] dense = new float[2 * 200];
        for (int i = 0; i < 40; i++) (dense[160 + i], dense[200 + i]) = (i + 1, -i - 1);
        PackedMatrix packed = MatrixPacker.Pack(MatrixPacker.Encode(new([2, 200], dense), new SparseEncoding { Bits = 32 }));
        float[] x = [.. Enumerable.Range(0, 200).Select(i => i < 100 ? 1f : 2f)], y = new float[2];
        packed.Multiply(x, y);
        Assert.Equal([2 * 820f, -820f], y);
    }

    [Fact]
    public void A_rank_beyond_what_fits_the_stack_is_multiplied_too()
    {
        const int size = 2100;
        var random = new Random(3);
        // every output adds up one column: x of its index, doubled
        float[] left = new float[size * size], right = new float[size * size];
        for (int i = 0; i < size; i++) (left[i * size + i], right[i * size + (i + 1) % size]) = (2, 1);
        PackedMatrix packed = MatrixPacker.Pack(MatrixPacker.Encode(new([size, size], left), new([size, size], right),
            new() { Rank = size, Left = new SparseEncoding { Bits = 32 }, Right = new SparseEncoding { Bits = 32 } }));
        float[] x = [.. Enumerable.Range(0, 3 * size).Select(_ => random.NextSingle())], y = new float[3 * size];
        packed.Multiply(x, y);
        for (int i = 0; i < y.Length; i++) Assert.Equal(2 * x[i / size * size + (i + 1) % size], y[i]);
    }

    [Fact]
    public void A_product_allocates_nothing()
    {
        var random = new Random(4);
        foreach (string encoding in Weights.Names)
        {
            PackedMatrix packed = MatrixPacker.Pack(Weights.Encoded(encoding, 50, 70, random));
            float[] x = new float[6 * 70], y = new float[6 * 50];
            packed.Multiply(x, y);
            Assert.Equal(0, Allocations.Least(() =>
            {
                for (int i = 0; i < 10; i++) packed.Multiply(x, y, accumulate: true);
            }));
        }
    }

    [Fact]
    public void Wrong_sizes_are_clear_errors()
    {
        PackedMatrix packed = MatrixPacker.Pack(Weights.Random(new Random(5), 2, 3));
        Assert.Contains("7 numbers for a matrix [2, 3] and room for 4", Assert.Throws<TernException>(() => packed.Multiply(new float[7], new float[4])).Message);
        Assert.Contains("room for 3", Assert.Throws<TernException>(() => packed.Multiply(new float[6], new float[3])).Message);
    }

    static void Check(PackedMatrix packed, TensorData dense, int batch, GemmTests.Order order, bool accumulate, Random random)
    {
        using var x = new Matrix(order, 1, batch, packed.Columns, random);
        using var y = new Matrix(order, 1, batch, packed.Rows, random);
        double[] expected = new double[batch * packed.Rows], magnitude = new double[batch * packed.Rows];
        for (int row = 0; row < batch; row++)
            for (int output = 0; output < packed.Rows; output++)
            {
                double sum = accumulate ? y[row, output] : 0, terms = Math.Abs(sum);
                for (int k = 0; k < packed.Columns; k++)
                {
                    sum += (double)dense.Values[output * packed.Columns + k] * x[row, k];
                    terms += Math.Abs((double)dense.Values[output * packed.Columns + k] * x[row, k]);
                }
                (expected[row * packed.Rows + output], magnitude[row * packed.Rows + output]) = (sum, terms);
            }
        packed.Multiply(x.First, x.Stride, y.First, y.Stride, batch, accumulate);
        float[] values = y.Values();
        for (int i = 0; i < values.Length; i++)
            Assert.True(Math.Abs(expected[i] - values[i]) <= 4e-6 * magnitude[i] + 1e-6, $"{packed.Rows} x {packed.Columns}, {batch} rows, output {i}: {values[i]}, expected {expected[i]}");
        Assert.True(x.GapsAreUntouched && y.GapsAreUntouched);
    }
}
