using System.Text;
using Tern.Training.Reports.Charts;
using Tern.Training.Sweeps;

namespace Tern.Training.Reports;

/// <summary>sweep.html: the tables of a study and its curves.</summary>
public static class SweepPage
{
    /// <summary>Writes the page, and beside it the tables as Markdown (.md), each under a temporary name that is renamed.</summary>
    /// <exception cref="TernException">The file cannot be written.</exception>
    public static void Write(string path, SweepTable table)
    {
        Report.Write(path, Html(table, DateTimeOffset.Now));
        Report.Write(Path.ChangeExtension(path, ".md"), table.Markdown());
    }

    /// <summary>The page as HTML.</summary>
    public static string Html(SweepTable table, DateTimeOffset made)
    {
        string title = $"Study {table.Name}";
        var main = new StringBuilder($"<h1>{Markup.Text(title)}</h1>");
        foreach ((int i, SweepFigure figure) in table.Figures.Index())
            main.Append($"<h2>{Markup.Text(figure.Title)}</h2>").Append(Table(table, result => Markup.Text(figure.Print(result)))).Append(SweepCharts.Of(table, figure, i));
        main.Append("<h2>Training</h2>").Append(SweepCharts.Training(table));
        main.Append("<h2>Parameters</h2>").Append(Table(table, result => result.Parameters is { } count ? Markup.Count(count) : "–"));
        main.Append("<h2>Repeats and tuned values</h2>").Append(Table(table, result => result.Tuned.Length > 0 ? $"{result.Runs.Count} <span class=\"unit\">{Markup.Text(result.Tuned)}</span>" : $"{result.Runs.Count}"));
        return Report.Document($"Tern: {title}", main.ToString(), made);
    }

    static string Table(SweepTable table, Func<SweepResult, string> print) =>
        Markup.Table("", table.Sets.Select(Markup.Text).Prepend("model"), table.Models.Select(model => table.Sets.Select(set => table.At(model, set) is { } result ? print(result) : "–").Prepend(Markup.Text(model))));
}
