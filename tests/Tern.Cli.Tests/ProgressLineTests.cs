using Xunit;

namespace Tern.Cli.Tests;

public sealed class ProgressLineTests
{
    readonly ProgressLine line = new(new Output(new Terminal(TextReader.Null, default), json: false), "SRU", "texts");

    [Theory]
    [InlineData(120, "SRU  ━━━━━━━━━━━━━━━───────────────   50%  epoch 3/6  loss 0.812  2,750 texts/s  1:05 left")]
    [InlineData(50, "SRU   50%  epoch 3/6  loss 0.812  1:05 left")]
    [InlineData(20, "SRU   50%  epoch 3/6")]
    public void A_narrow_window_gets_the_more_important_part(int width, string expected)
    {
        string shown = line.Fit(0.5, 2750, TimeSpan.FromSeconds(65), "epoch 3/6  loss 0.812", width);
        Assert.True(shown.Length <= width, shown);
        Assert.Equal(expected, shown);
    }
}
