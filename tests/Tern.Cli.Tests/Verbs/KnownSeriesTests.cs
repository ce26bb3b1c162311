using Xunit;

namespace Tern.Cli.Tests.Verbs;

/// <summary>Counts of the series at hand, as their publishers give them (of UCI HAR: the teaching subset).</summary>
public sealed class KnownSeriesTests
{
    [Theory]
    [InlineData("gunpoint", 2, 1, new[] { 50, 150 })]
    [InlineData("italy-power-demand", 2, 1, new[] { 67, 1_029 })]
    [InlineData("basic-motions", 4, 6, new[] { 40, 40 })]
    [InlineData("japanese-vowels", 9, 12, new[] { 270, 370 })]
    [InlineData("uci-har", 6, 9, new[] { 2_400, 950 })]
    [InlineData("mnist", 10, 28, new[] { 60_000, 10_000 })]
    [InlineData("fsdd", 10, 1, new[] { 2_700, 300 })]
    [InlineData("speech-commands", 12, 1, new[] { 4_890 })]
    public void Show_counts_the_known_series(string name, int classes, int channels, int[] examples) => KnownCounts.Are(name, classes, channels, examples);
}
