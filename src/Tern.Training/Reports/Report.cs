using System.Runtime.InteropServices;
using System.Text;
using Tern.Training.Reports.Charts;

namespace Tern.Training.Reports;

/// <summary>A text that a trained model has classified, for the report.</summary>
/// <param name="Text">The text.</param>
/// <param name="Label">The most probable class.</param>
/// <param name="Probability">Its probability, 0 to 1.</param>
public sealed record ReportExample(string Text, string Label, double Probability);

/// <summary>What a report shows.</summary>
public sealed record ReportPage
{
    /// <summary>Heading.</summary>
    public required string Title { get; init; }

    /// <summary>A sentence or two below the heading.</summary>
    public string Introduction { get; init; } = "";

    /// <summary>The runs, the most important first. Several are compared on the page.</summary>
    public required IReadOnlyList<TrainResult> Runs { get; init; }

    /// <summary>Texts that the first run's model has classified.</summary>
    public IReadOnlyList<ReportExample> Examples { get; init; } = [];

    /// <summary>When the page was made.</summary>
    public DateTimeOffset Made { get; init; } = DateTimeOffset.Now;
}

/// <summary>
/// report.html: one file without references to others. Figures at the top, curves, confusions, every epoch, configuration.
/// Charts are SVG by ScottPlot, in the colours of the reader's light or dark theme.
/// </summary>
public static class Report
{
    /// <summary>Writes the page under a temporary name and renames it.</summary>
    /// <exception cref="TernException">The file cannot be written.</exception>
    public static void Write(string path, ReportPage page) => Write(path, Html(page));

    internal static void Write(string path, string html)
    {
        try
        {
            Model.WholeFile.Write(path, html);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TernException($"The report {path} cannot be written: {e.Message} Choose another folder.");
        }
    }

    /// <summary>The page as HTML.</summary>
    public static string Html(ReportPage page)
    {
        var main = new StringBuilder();
        main.Append($"<h1>{Markup.Text(page.Title)}</h1>");
        if (page.Introduction.Length > 0) main.Append($"<p class=\"soft\">{Markup.Text(page.Introduction)}</p>");
        main.Append(KeyFigures.Html(page.Runs));
        if (page.Runs.Count > 1) main.Append("<h2>Side by side</h2>").Append(RunTables.Comparison(page.Runs));
        if (page.Runs.FirstOrDefault(run => run.Stages.Count > 0) is { } compressed)
            main.Append("<h2>Compression</h2>").Append(RunCharts.Stages(compressed)).Append(RunTables.Stages(compressed));
        main.Append("<h2>Training</h2>").Append(RunCharts.Html(page.Runs));
        if (page.Examples.Count > 0) main.Append("<h2>Sentences it has never seen</h2>").Append(RunTables.Examples(page.Examples));
        main.Append("<h2>Which class is taken for which</h2>");
        main.Append(Confusion.Html(page.Runs[0]));
        foreach (TrainResult run in page.Runs.Skip(1)) main.Append($"<details><summary>{Markup.Text(run.Config.Name)}</summary>{Confusion.Html(run)}</details>");
        main.Append("<h2>Every epoch</h2>");
        main.Append(RunTables.Epochs(page.Runs[0]));
        foreach (TrainResult run in page.Runs.Skip(1)) main.Append($"<details><summary>{Markup.Text(run.Config.Name)}</summary>{RunTables.Epochs(run)}</details>");
        main.Append("<h2>Configuration</h2>").Append(RunTables.Configuration(page.Runs));
        return Document(page.Title, main.ToString(), page.Made);
    }

    /// <summary>A whole page around what is in it.</summary>
    internal static string Document(string title, string main, DateTimeOffset made)
    {
        string machine = $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
        return $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Markup.Text(title)}</title>
            <style>{Style()}</style>
            </head>
            <body><main>{main}<footer>Made by Tern {Model.ModelSpec.TernVersion} on {made:yyyy-MM-dd HH:mm} · {Markup.Text(machine)}</footer></main></body>
            </html>

            """;
    }

    static string Style()
    {
        using Stream stream = typeof(Report).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
