using System.Text;
using Tern.Training.Reports.Charts;
using Tern.Training.Search;

namespace Tern.Training.Reports;

/// <summary>fit.html: what a budget search has tried, and the models that are the most accurate for their size.</summary>
public static class FrontierPage
{
    /// <summary>Writes the page under a temporary name and renames it.</summary>
    /// <param name="path">The page.</param>
    /// <param name="title">Heading.</param>
    /// <param name="introduction">Data, budget, and what was found; a sentence or two.</param>
    /// <param name="points">All that was tried.</param>
    /// <param name="flash">The budget of flash in bytes; null for none.</param>
    /// <exception cref="TernException">The file cannot be written.</exception>
    public static void Write(string path, string title, string introduction, IReadOnlyList<FrontierPoint> points, long? flash) =>
        Report.Write(path, Html(title, introduction, points, flash, DateTimeOffset.Now));

    /// <summary>The page as HTML.</summary>
    public static string Html(string title, string introduction, IReadOnlyList<FrontierPoint> points, long? flash, DateTimeOffset made)
    {
        var main = new StringBuilder($"<h1>{Markup.Text(title)}</h1><p class=\"soft\">{Markup.Text(introduction)}</p>");
        IReadOnlyList<FrontierPoint> frontier = Frontier.Of(points);
        if (points.Count > 0) main.Append("<h2>Accuracy for its size</h2>").Append(FrontierChart.Html(points, flash));
        main.Append("<h2>The frontier</h2>").Append(Table(frontier.Reverse()));
        main.Append("<details><summary>Everything that was tried</summary>").Append(Table(points.OrderByDescending(point => point.Accuracy))).Append("</details>");
        return Report.Document($"Tern: {title}", main.ToString(), made);
    }

    static string Table(IEnumerable<FrontierPoint> points) => Markup.Table("", ["model", "validation accuracy", "flash, bytes", "RAM, bytes", "ms a step", "epochs", "fits"], points.Select(point => (string[])
    [
        Markup.Text(point.Name), Markup.Percent(point.Accuracy), Markup.Count(point.Flash), Markup.Count(point.Ram), point.Milliseconds > 0 ? Markup.Invariant($"{point.Milliseconds:0.00}") : "–", $"{point.Epochs}", point.Fits ? "yes" : "no",
    ]));
}
