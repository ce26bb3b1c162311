using Tern.Training.Reports;
using Tern.Training.Search;

namespace Tern.Training.Tests.Search;

public class FrontierTests
{
    static readonly FrontierPoint[] Points =
    [
        Point("a", 1000, 0.8), Point("b", 1500, 0.79), Point("c", 2000, 0.9), Point("d", 2000, 0.85), Point("e", 3000, 0.9), Point("f", 4000, 0.95) with { Fits = false }, Point("g", 3500, 0.91),
    ];

    [Fact]
    public void None_is_both_smaller_and_as_accurate() => Assert.Equal(["a", "c", "g"], Frontier.Of(Points).Select(point => point.Name));

    [Fact]
    public void Nothing_that_fits_is_an_empty_frontier() => Assert.Empty(Frontier.Of([Point("f", 1, 1) with { Fits = false }]));

    [Fact]
    public void The_page_has_a_chart_and_every_model()
    {
        string html = FrontierPage.Html("Fit <har>", "Two of seven.", Points, 3600, DateTimeOffset.UnixEpoch);
        Assert.Contains("Fit &lt;har&gt;", html, StringComparison.Ordinal);
        Assert.Contains("<svg viewBox", html, StringComparison.Ordinal);
        Assert.All(Points, point => Assert.Contains($"<td>{point.Name}</td>", html, StringComparison.Ordinal));
        Assert.DoesNotContain("<svg", FrontierPage.Html("none", "", [], null, DateTimeOffset.UnixEpoch), StringComparison.Ordinal);
    }

    static FrontierPoint Point(string name, long flash, double accuracy) => new(name, 9, flash, 100, 0.5, accuracy, Fits: true);
}
