using System.Text;
using Tern.Training.Reports.Charts;

namespace Tern.Training.Reports;

/// <summary>compare.html: several runs on one page, with their curves together and the settings in which they differ.</summary>
public static class ComparePage
{
    /// <summary>Writes the page under a temporary name and renames it.</summary>
    /// <exception cref="TernException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<RunSummary> runs) => Report.Write(path, Html(runs, DateTimeOffset.Now));

    /// <summary>The page as HTML.</summary>
    public static string Html(IReadOnlyList<RunSummary> runs, DateTimeOffset made)
    {
        string title = runs.Count == 1 ? "One run" : $"{runs.Count} runs";
        var main = new StringBuilder($"<h1>{title}</h1>");
        main.Append("<h2>Side by side <span class=\"unit\">accuracy of the best epoch, time of all</span></h2>").Append(Results(runs));
        main.Append("<h2>Training</h2>").Append(RunCharts.Html(runs));
        IReadOnlyList<string> keys = RunSummary.Differences(runs);
        if (keys.Count > 0) main.Append("<h2>Where the configurations differ</h2>").Append(Differences(runs, keys));
        return Report.Document($"Tern: {title}", main.ToString(), made);
    }

    static string Results(IReadOnlyList<RunSummary> runs)
    {
        string table = Markup.Table("", ["run", "cell", "layers x units", "best epoch", "validation", "test", "training", "parameters", "model file"], runs.Select(run => (string[])
        [
            Markup.Text(run.Name),
            Markup.Text(run.Cell),
            Markup.Text(run.Size),
            run.Best is { } best ? $"{best.Epoch} <span class=\"unit\">of {run.Epochs.Count}</span>" : "–",
            run.Best is { } reached ? Markup.Percent(reached.ValidationAccuracy) : "–",
            run.TestAccuracy is { } test ? Markup.Percent(test) : "–",
            run.Epochs.Count > 0 ? Markup.Seconds(run.Seconds) : "–",
            run.Parameters is { } parameters ? Markup.Count(parameters) : "–",
            run.Bytes is { } bytes ? Markup.Bytes(bytes) : "–",
        ]));
        return table + string.Concat(runs.Where(run => run.Remark.Length > 0).Select(run => $"<p class=\"soft\">{Markup.Text(run.Name)}: {Markup.Text(run.Remark)}</p>"));
    }

    static string Differences(IReadOnlyList<RunSummary> runs, IReadOnlyList<string> keys) => Markup.Table("words config",
        ["key", .. runs.Select(run => Markup.Text(run.Name))],
        keys.Select(key => (string[])[$"<code>{Markup.Text(key)}</code>", .. runs.Select(run => $"<code>{Markup.Text(run.Config.GetValueOrDefault(key, "–"))}</code>")]));
}
