using Tern.Matrices;
using Xunit;

namespace Tern.Core.Tests.Matrices;

/// <summary>Rows of an encoded matrix as a matrix of their own.</summary>
public sealed class SliceTests
{
    const int Rows = 12, Columns = 7, Blocks = 3;

    public static TheoryData<string> AllNames => [.. Weights.Names, "integer 8 blocks", "ternary blocks", "sparse 16 blocks many"];

    [Theory]
    [MemberData(nameof(AllNames))]
    public void A_slice_means_the_rows_of_the_whole(string encoding)
    {
        EncodedMatrix matrix = Weights.Encoded(encoding, Rows, Columns, new Random(1), blocks: Blocks);
        float[] dense = MatrixPacker.Decode(matrix).Values;
        foreach (var (from, to) in ((int, int)[])[(0, 4), (4, 12), (3, 9), (6, 12), (0, 12)])
        {
            EncodedMatrix slice = matrix.Slice(from, to);
            Assert.Equal((to - from, Columns), (slice.Rows, slice.Columns));
            Assert.Equal(dense[(from * Columns)..(to * Columns)], MatrixPacker.Decode(slice).Values);
        }
    }

    [Theory]
    [InlineData("integer 8", 5, 9, 1)]
    [InlineData("integer 8 rows", 5, 9, 4)]
    [InlineData("integer 8 blocks", 4, 12, 2)]
    [InlineData("integer 8 blocks", 8, 12, 1)]
    [InlineData("integer 8 blocks", 5, 7, 1)]       // within a block
    [InlineData("integer 8 blocks", 3, 9, 6)]       // blocks cut through: a scale a row
    public void Scales_of_whole_blocks_stay_as_they_are(string encoding, int from, int to, int scales) =>
        Assert.Equal(new IntegerEncoding { Bits = 8, Scales = scales }, Weights.Encoded(encoding, Rows, Columns, new Random(1), blocks: Blocks).Slice(from, to).Encoding);
}
