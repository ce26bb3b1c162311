using Tern.Training.Compression;
using Tern.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Tests.Compression;

public sealed class HardThresholdTests
{
    static readonly float[] Weights = [1, -4, 3, 0.5f, -2, 2];

    // (1 - share) * 5 rounded up, of 0.5, 1, 2, 2, 3, 4
    [Theory]
    [InlineData(0, new float[] { 0, -4, 0, 0, 0, 0 })]
    [InlineData(0.3, new float[] { 0, -4, 3, 0, 0, 0 })]
    [InlineData(0.5, new float[] { 0, -4, 3, 0, -2, 2 })]
    [InlineData(0.75, new float[] { 0, -4, 3, 0, -2, 2 })]
    [InlineData(0.9, new float[] { 1, -4, 3, 0, -2, 2 })]
    [InlineData(1, new float[] { 1, -4, 3, 0.5f, -2, 2 })]
    public void The_largest_magnitudes_and_their_equals_stay(double share, float[] expected)
    {
        float[] values = [.. Weights];
        HardThreshold.Apply(values, share);
        Assert.Equal(expected, values);

        TorchRuntime.Load();
        using var scope = NewDisposeScope();
        Tensor weight = tensor(Weights, 2, 3);
        Tensor mask = HardThreshold.Mask(weight, share);
        Assert.Equal([2, 3], mask.shape);
        Assert.Equal(expected, (weight * mask).data<float>().ToArray());
    }

    [Fact]
    public void The_share_goes_through_percent_as_in_numpy()
    {
        // 1 - 0.7 is a little above 0.3: of 11 weights the fourth is not kept, where (1 - s) (n - 1) would be 3 exactly
        float[] values = [.. Enumerable.Range(1, 11).Select(i => (float)i)];
        Assert.Equal(5, HardThreshold.Threshold(values, 0.7));
        Assert.Equal(6, HardThreshold.Threshold(values, 0.5));
    }

    [Fact]
    public void A_support_is_where_the_source_is_not_zero()
    {
        float[] target = [1, 2, 3, 4];
        HardThreshold.CopySupport([0, -1, 0.1f, 0], target);
        Assert.Equal([0, 2, 3, 0], target);
        Assert.Contains("3 weights does not fit 4", Assert.Throws<TernException>(() => HardThreshold.CopySupport(new float[3], new float[4])).Message);
    }

    [Fact]
    public void No_weights_are_no_error()
    {
        HardThreshold.Apply([], 0.5);
        TorchRuntime.Load();
        Assert.Equal([0, 4], HardThreshold.Mask(zeros(0, 4), 0.5).shape);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_share_that_is_none_is_refused(double share)
    {
        Assert.Contains("expected 0 to 1", Assert.Throws<TernException>(() => HardThreshold.Apply(new float[3], share)).Message);
        Assert.Contains("keep-w is", Assert.Throws<TernException>(() => HardThreshold.CheckShare(share, "keep-w")).Message);
    }

    [Fact]
    public void A_share_that_a_user_gives_is_above_0()
    {
        Assert.Contains("keep-w is 0; expected a share to keep above 0", Assert.Throws<TernException>(() => HardThreshold.CheckShare(0, "keep-w")).Message);
        Assert.Equal(1, HardThreshold.CheckShare(1, "keep-w"));
        Assert.Equal(0.3, HardThreshold.CheckShare(0.3, "keep-w"));
    }

    [Fact]
    public void Sizes_are_counted_as_their_authors_count()
    {
        Assert.Equal(new AuthorsSize(11, 88, true), AuthorsSize.Of(42, 0.25));       // 10.5 values are 11, with an index each
        Assert.Equal(new AuthorsSize(42, 168, false), AuthorsSize.Of(42, 0.5));
        Assert.Equal(new AuthorsSize(0, 0, true), AuthorsSize.Of(42, 0));
        Assert.Equal(new AuthorsSize(11, 22, true), AuthorsSize.Of(42, 0.25, bytesPerValue: 1));
        Assert.Contains("expected", Assert.Throws<TernException>(() => AuthorsSize.Of(42, 1.5)).Message);
        Assert.Contains("-1 values", Assert.Throws<TernException>(() => AuthorsSize.Of(-1, 1)).Message);
    }
}
