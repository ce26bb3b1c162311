using System.Text;
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
        main.Append("<h2>Test accuracy <span class=\"unit\">%, mean ± deviation over the repeats</span></h2>");
        main.Append(Table(table, result => Markup.Invariant($"{100 * result.Mean:0.0} <span class=\"unit\">± {100 * result.Deviation:0.0}</span>")));
        main.Append("<h2>Seconds an epoch <span class=\"unit\">of them in the encoder; median</span></h2>");
        main.Append(Table(table, result => Markup.Invariant($"{result.SecondsPerEpoch:0.00} <span class=\"unit\">{result.RecurrentSecondsPerEpoch:0.00}</span>")));
        main.Append("<h2>Training</h2>").Append(Charts.Html(table));
        main.Append("<h2>Parameters</h2>").Append(Table(table, result => result.Parameters is { } count ? Markup.Count(count) : "–"));
        main.Append("<h2>Repeats and tuned values</h2>").Append(Table(table, result => result.Tuned.Length > 0 ? $"{result.Runs.Count} <span class=\"unit\">{Markup.Text(result.Tuned)}</span>" : $"{result.Runs.Count}"));
        return Report.Document($"Tern: {title}", main.ToString(), made);
    }

    static string Table(SweepTable table, Func<SweepResult, string> print) =>
        Markup.Table("", table.Sets.Select(Markup.Text).Prepend("model"), table.Models.Select(model => table.Sets.Select(set => table.At(model, set) is { } result ? print(result) : "–").Prepend(Markup.Text(model))));
}
