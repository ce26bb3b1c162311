using ScottPlot;
using Tern.Training.Search;
using static Tern.Training.Reports.Charts.Drawing;

namespace Tern.Training.Reports.Charts;

/// <summary>Accuracy by flash of all that a search has tried.</summary>
static class FrontierChart
{
    /// <param name="points">All.</param>
    /// <param name="flash">The budget in bytes, drawn dashed; null for none.</param>
    public static string Html(IReadOnlyList<FrontierPoint> points, long? flash)
    {
        IReadOnlyList<FrontierPoint> frontier = Frontier.Of(points);
        Plot plot = New();
        Points(points.Where(point => !point.Fits), Color.FromHex(Ink).WithAlpha(0.25));
        Points(points.Where(point => point.Fits), Color.FromHex(Colour(1)).WithAlpha(0.6));
        if (frontier.Count > 0)
            Curve(plot, [.. frontier.Select(point => (double)point.Flash)], [.. frontier.Select(point => 100 * point.Accuracy)], 0, dashed: false);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsX(0, Math.Max(plot.Axes.GetLimits().Right, 1.05 * (flash ?? 0)));
        if (flash is { } most)
            plot.Add.VerticalLine(most, 1.5f, Color.FromHex(Ink), LinePattern.Dashed);
        return Side([Figure("Validation accuracy, %", $"by bytes of flash; grey: over the budget{(flash is null ? "" : "; dashed: its flash")}", Legend(["the most accurate for their size", "within the budget"]), plot, 0)]);

        void Points(IEnumerable<FrontierPoint> some, Color colour)
        {
            FrontierPoint[] all = [.. some];
            if (all.Length > 0)
                plot.Add.ScatterPoints(all.Select(point => (double)point.Flash).ToArray(), all.Select(point => 100 * point.Accuracy).ToArray(), colour);
        }
    }
}
