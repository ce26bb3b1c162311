using System.Text.RegularExpressions;
using System.Xml.Linq;
using Tern.Training.Models;
using Tern.Training.Reports;
using Xunit;

namespace Tern.Training.Tests.Reports;

public sealed partial class ReportTests
{
    [Fact]
    public void One_run_shows_figures_curves_confusions_and_configuration()
    {
        string html = Report.Html(new ReportPage { Title = "Reviews", Runs = [Run("a", 0.853, 5, 0.4, 10)] });
        foreach (string expected in (string[])["Reviews", "85.3 %", "epoch", "validation accuracy", "model.hidden", "texts of"]) Assert.Contains(expected, html);
        Assert.DoesNotContain("Side by side", html);
        Assert.Equal(3, Charts(html).Count);
    }

    [Fact]
    public void Several_runs_are_compared()
    {
        string html = Report.Html(Page());
        foreach (string expected in (string[])["Side by side", "SRU", "LSTM", "mean", "0.50×", "2.5×", "a cookie", "92.0 %"]) Assert.Contains(expected, html);
    }

    [Fact]
    public void The_page_stands_alone()
    {
        string html = Report.Html(Page());
        Assert.DoesNotMatch(@"<(script|link|img|iframe)\b|url\((?!#)|@import| src=", html);
        List<XElement> charts = Charts(html);   // well-formed, or this throws
        string[] ids = [.. charts.SelectMany(svg => svg.Descendants().Attributes("id")).Select(id => id.Value)];
        Assert.Equal(ids.Distinct(), ids);
        foreach (Match reference in Reference().Matches(html)) Assert.Contains(reference.Groups[1].Value, ids);
    }

    [Fact]
    public void Text_colour_of_charts_comes_from_the_page()
    {
        string html = Report.Html(Page());
        Assert.Contains("currentColor", html);
        Assert.DoesNotContain("#010203", html);
    }

    [Fact]
    public void Names_are_text_and_not_markup()
    {
        string html = Report.Html(new ReportPage { Title = "<b>&", Runs = [Run("<i>", 0.5, 1, 0.1, 1)] });
        Assert.DoesNotContain("<i>", html);
        Assert.Contains("&lt;b&gt;&amp;", html);
    }

    [Fact]
    public void A_model_without_recurrence_has_no_chart_of_it() =>
        Assert.Equal(2, Charts(Report.Html(new ReportPage { Title = "m", Runs = [Run("mean", 0.35, 1, 0, 3)] })).Count);

    [Fact]
    public void Writing_replaces_the_old_page_and_leaves_nothing_else()
    {
        using var folder = new TemporaryFolder();
        string path = System.IO.Path.Combine(folder.Path, "report.html");
        File.WriteAllText(path, "old");
        Report.Write(path, Page());
        Assert.StartsWith("<!doctype html>", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named() =>
        Assert.Contains("nowhere", Assert.Throws<TernException>(() => Report.Write("/nowhere/report.html", Page())).Message);

    static List<XElement> Charts(string html) => [.. Svg().Matches(html).Select(match => XElement.Parse(match.Value))];

    static ReportPage Page() => new()
    {
        Title = "Tern quickstart: SRU against LSTM",
        Introduction = "Which area of .NET does a sentence document? Read character by character.",
        Runs = [Run("SRU", 0.853, 6, 2.9, 30), Run("LSTM (libtorch)", 0.846, 4, 7.25, 60), Run("mean of embeddings", 0.349, 4, 0, 4)],
        Examples = [new("adds a cookie to the headers of the http response.", "web", 0.92)],
    };

    static TrainResult Run(string name, double accuracy, int epochs, double recurrent, double seconds)
    {
        string[] labels = ["collections", "components", "data", "diagnostics", "extensions", "files", "network", "reflection", "security", "text", "web", "xml"];
        var random = new Random(1);
        var confusion = new int[labels.Length, labels.Length];
        for (int i = 0; i < labels.Length; i++)
            for (int j = 0; j < labels.Length; j++) confusion[i, j] = i == j ? (int)(178 * accuracy) : random.Next(0, 6);
        double perEpoch = seconds / epochs;
        return new TrainResult
        {
            Config = new TrainConfig { Name = name, Model = new ModelConfig { Hidden = 128 }, Epochs = epochs }.Resolve(),
            Labels = labels,
            TestAccuracy = accuracy,
            ValidationAccuracy = accuracy,
            BestEpoch = epochs,
            TrainingSeconds = seconds,
            SecondsPerEpoch = perEpoch,
            RecurrentSecondsPerEpoch = recurrent,
            Parameters = 117_000,
            Bytes = 470_000,
            Confusion = confusion,
            TrainTexts = 17_073,
            ValidationTexts = 2_134,
            TestTexts = 2_134,
            Epochs = [.. Enumerable.Range(1, epochs).Select(e => new EpochRecord(e, 2.0 / e, 2.1 / e, accuracy * (1 - 0.4 / e), perEpoch, recurrent))],
        };
    }

    [GeneratedRegex(@"url\(#(\w+)\)")]
    private static partial Regex Reference();

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Svg();
}
