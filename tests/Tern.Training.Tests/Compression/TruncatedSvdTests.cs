using Tern.Matrices;
using Tern.Model;
using Tern.Training.Compression;
using Tern.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Tests.Compression;

[Collection(nameof(Layers.Torch))]
public sealed class TruncatedSvdTests
{
    static TruncatedSvdTests() => TorchRuntime.Load();

    [Fact]
    public void A_matrix_of_a_rank_is_the_product_of_its_factors()
    {
        using var scope = NewDisposeScope();
        Tensor weight = randn(9, 3).matmul(randn(3, 14));
        var (left, right) = TruncatedSvd.Factors(weight, 3);
        Assert.Equal([9, 3], left.shape);
        Assert.Equal([3, 14], right.shape);
        Assert.True(left.matmul(right).allclose(weight, 1e-5, 1e-5));
        // both factors have the root of each singular value
        Assert.True(left.pow(2).sum(dim: 0).allclose(right.pow(2).sum(dim: 1), 1e-4, 1e-4));
    }

    [Fact]
    public void The_error_is_that_of_the_singular_values_left_out()
    {
        using var scope = NewDisposeScope();
        Tensor weight = randn(10, 6);
        Tensor singular = linalg.svdvals(weight.to(ScalarType.Float64));
        for (int rank = 1; rank <= 6; rank++)
        {
            var (left, right) = TruncatedSvd.Factors(weight, rank);
            double error = (left.matmul(right) - weight).pow(2).sum().ToDouble(), expected = singular.narrow(0, rank, 6 - rank).pow(2).sum().ToDouble();
            Assert.Equal(expected, error, 1e-4);
        }
    }

    [Fact]
    public void Factors_go_into_a_file()
    {
        using var scope = NewDisposeScope();
        TensorData weight = randn(8, 2).matmul(randn(2, 5)).ToData();
        var (left, right) = TruncatedSvd.Factors(weight, 2);
        EncodedMatrix matrix = MatrixPacker.Encode(left, right, new() { Rank = 2, Left = MatrixEncoding.Float32, Right = MatrixEncoding.Float32 });
        float[] decoded = MatrixPacker.Decode(matrix).Values;
        for (int i = 0; i < decoded.Length; i++) Assert.Equal(weight.Values[i], decoded[i], 1e-5f);
        Assert.Equal(4 * (8 * 2 + 2 * 5), matrix.Bytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(4)]
    public void A_rank_beyond_the_size_is_refused(int rank) =>
        Assert.Contains($"The rank is {rank}; expected 1 to 3 for a matrix [3, 5]", Assert.Throws<TernException>(() => TruncatedSvd.Factors(zeros(3, 5), rank)).Message);

    [Fact]
    public void What_has_no_factors_is_refused()
    {
        Assert.Contains("expected a matrix", Assert.Throws<TernException>(() => TruncatedSvd.Factors(zeros(3), 1)).Message);
        Assert.Contains("not finite", Assert.Throws<TernException>(() => TruncatedSvd.Factors(full(3, 3, float.NaN), 1)).Message);
    }
}
