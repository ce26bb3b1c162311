using System.Text;
using System.Text.RegularExpressions;
using ScottPlot;
using Tern.Training.Search;
using Tern.Training.Sweeps;

namespace Tern.Training.Reports;

/// <summary>Curves and bars as SVG that takes its text colour from the page.</summary>
static partial class Charts
{
    const int Width = 400, Height = 270;

    /// <summary>Numbers of charts in one document are distinct: those of training begin with 0.</summary>
    const int FirstOfStages = 10;

    /// <summary>Stands for the page's text colour until the SVG is written.</summary>
    const string Ink = "#010203";

    static readonly string[] Palette = ["#0f9aa3", "#e0791f", "#8a6fc9", "#b0a02c", "#c8577a", "#5b8c4a"];

    public static string Html(IReadOnlyList<TrainResult> runs)
    {
        var html = new StringBuilder("<div class=\"charts\">");
        int charts = 0;
        Figure("Validation accuracy, %", "by seconds of training", Legend(runs), AccuracyOverTime(runs));
        Figure("Loss, nats", "by epoch; dashed: on validation texts", Legend(runs), Loss(runs));
        if (runs.Any(run => run.RecurrentSecondsPerEpoch > 0))
            Figure("Seconds an epoch", "full colour: recurrent layers; pale: all else", "", SecondsPerEpoch(runs));
        return html.Append("</div>").ToString();

        void Figure(string title, string note, string legend, Plot plot) =>
            html.Append($"<figure><h3>{title} <span class=\"unit\">{note}</span></h3>{legend}{Svg(plot, charts++)}</figure>");
    }

    /// <summary>Validation accuracy of several runs, by epoch and by time.</summary>
    public static string Html(IReadOnlyList<RunSummary> runs)
    {
        string legend = Legend([.. runs.Select(run => run.Name)]);
        string Figure(string note, Plot plot, int chart) => $"<figure><h3>Validation accuracy, % <span class=\"unit\">{note}</span></h3>{legend}{Svg(plot, chart)}</figure>";
        Plot byEpoch = Accuracy(runs, epoch => epoch.Epoch), byTime = Accuracy(runs, epoch => epoch.Elapsed);
        byEpoch.Axes.Bottom.TickGenerator = Ticks(whole: true);
        byTime.Axes.SetLimitsX(0, byTime.Axes.GetLimits().Right);
        return $"<div class=\"charts\">{Figure("by epoch", byEpoch, 0)}{Figure("by seconds of training", byTime, 1)}</div>";
    }

    /// <summary>Validation accuracy by time of all models of a study, a chart a data set; means over the repeats.</summary>
    public static string Html(SweepTable table)
    {
        var html = new StringBuilder(Legend([.. table.Models])).Append("<div class=\"charts\">");
        int charts = 0;
        foreach (string set in table.Sets)
        {
            Plot plot = New();
            for (int i = 0; i < table.Models.Count; i++)
                if (table.At(table.Models[i], set) is { } result)
                    Curve(plot, [.. result.Curve.Select(point => point.Seconds)], [.. result.Curve.Select(point => 100 * point.Accuracy)], i, dashed: i >= Palette.Length);
            plot.Axes.AutoScale();
            plot.Axes.SetLimitsX(0, plot.Axes.GetLimits().Right);
            html.Append($"<figure><h3>{Markup.Text(set)} <span class=\"unit\">validation accuracy, %, by seconds of training</span></h3>{Svg(plot, charts++)}</figure>");
        }
        return html.Append("</div>").ToString();
    }

    /// <summary>Test accuracy and bytes after each stage of compression.</summary>
    public static string Stages(TrainResult run)
    {
        string[] names = [.. run.Stages.Select(stage => stage.Name)];
        string Figure(string title, double[] values, int chart) => $"<figure><h3>{title}</h3>{Svg(Bars(names, values), chart)}</figure>";
        return $"<div class=\"charts\">{Figure("Test accuracy, %", [.. run.Stages.Select(stage => 100 * stage.TestAccuracy)], FirstOfStages)}{Figure("Bytes of the matrices", [.. run.Stages.Select(stage => (double)stage.MatrixBytes)], FirstOfStages + 1)}</div>";
    }

    /// <summary>Accuracy by flash of all that a search has tried, and the line of the best for their size; dashed: the budget.</summary>
    public static string Html(IReadOnlyList<FrontierPoint> points, IReadOnlyList<FrontierPoint> frontier, long? flash)
    {
        Plot plot = New();
        Points(points.Where(point => !point.Fits), Color.FromHex(Ink).WithAlpha(0.25));
        Points(points.Where(point => point.Fits), Color.FromHex(Colour(1)).WithAlpha(0.6));
        if (frontier.Count > 0)
            Curve(plot, [.. frontier.Select(point => (double)point.Flash)], [.. frontier.Select(point => 100 * point.Accuracy)], 0, dashed: false);
        plot.Axes.AutoScale();
        AxisLimits limits = plot.Axes.GetLimits();
        plot.Axes.SetLimitsX(0, Math.Max(limits.Right, 1.05 * (flash ?? 0)));
        if (flash is { } most)
        {
            var line = plot.Add.VerticalLine(most, 1.5f, Color.FromHex(Ink));
            line.LinePattern = LinePattern.Dashed;
        }
        string[] names = ["the most accurate for their size", "within the budget"];
        return $"<div class=\"charts\"><figure><h3>Validation accuracy, % <span class=\"unit\">by bytes of flash; grey: over the budget{(flash is null ? "" : "; dashed: its flash")}</span></h3>{Legend(names)}{Svg(plot, 0)}</figure></div>";

        void Points(IEnumerable<FrontierPoint> some, Color colour)
        {
            FrontierPoint[] all = [.. some];
            if (all.Length == 0) return;
            plot.Add.ScatterPoints(all.Select(point => (double)point.Flash).ToArray(), all.Select(point => 100 * point.Accuracy).ToArray(), colour);
        }
    }

    static Plot Accuracy(IReadOnlyList<RunSummary> runs, Func<RunEpoch, double> x)
    {
        Plot plot = New();
        for (int i = 0; i < runs.Count; i++)
            if (runs[i].Epochs.Count > 0)
                Curve(plot, [.. runs[i].Epochs.Select(x)], [.. runs[i].Epochs.Select(epoch => 100 * epoch.ValidationAccuracy)], i, dashed: i >= Palette.Length);
        plot.Axes.AutoScale();
        return plot;
    }

    static string Legend(IReadOnlyList<TrainResult> runs) => Legend([.. runs.Select(run => run.Config.Name)]);

    static string Legend(string[] names) => names.Length == 1 ? "" :
        $"<div class=\"legend\">{string.Concat(names.Select((name, i) => $"<span><i style=\"{Mark(i)}\"></i>{Markup.Text(name)}</span>"))}</div>";

    /// <summary>The colours are few: from the seventh run on lines are dashed.</summary>
    static string Mark(int run) => run < Palette.Length ? $"background:{Colour(run)}" : $"background:repeating-linear-gradient(90deg,{Colour(run)} 0 5px,transparent 5px 8px)";

    static Plot AccuracyOverTime(IReadOnlyList<TrainResult> runs)
    {
        Plot plot = New();
        for (int i = 0; i < runs.Count; i++)
        {
            double seconds = 0;
            double[] x = [.. runs[i].Epochs.Select(epoch => seconds += epoch.Seconds)];
            Curve(plot, x, [.. runs[i].Epochs.Select(epoch => 100 * epoch.ValidationAccuracy)], i, dashed: false);
        }
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsX(0, plot.Axes.GetLimits().Right);
        return plot;
    }

    /// <summary>Few ticks: the charts are small.</summary>
    static ScottPlot.TickGenerators.NumericAutomatic Ticks(bool whole = false) => new() { IntegerTicksOnly = whole, TickDensity = 0.6 };

    static Plot Loss(IReadOnlyList<TrainResult> runs)
    {
        Plot plot = New();
        for (int i = 0; i < runs.Count; i++)
        {
            double[] x = [.. runs[i].Epochs.Select(epoch => (double)epoch.Epoch)];
            Curve(plot, x, [.. runs[i].Epochs.Select(epoch => epoch.TrainLoss)], i, dashed: false);
            Curve(plot, x, [.. runs[i].Epochs.Select(epoch => epoch.ValidationLoss)], i, dashed: true);
        }
        plot.Axes.Bottom.TickGenerator = Ticks(whole: true);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsY(0, plot.Axes.GetLimits().Top);
        return plot;
    }

    static Plot SecondsPerEpoch(IReadOnlyList<TrainResult> runs)
    {
        Plot plot = New();
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        for (int i = 0; i < runs.Count; i++)
        {
            // from top to bottom in the order of the runs
            double y = runs.Count - 1 - i, recurrent = runs[i].RecurrentSecondsPerEpoch;
            Bar(plot, y, 0, recurrent, Color.FromHex(Colour(i)));
            Bar(plot, y, recurrent, runs[i].SecondsPerEpoch, Color.FromHex(Colour(i)).WithAlpha(0.35));
            ticks.AddMajor(y, runs[i].Config.Name);
        }
        return Rows(plot, ticks, runs.Count);
    }

    static Plot Bars(string[] names, double[] values)
    {
        Plot plot = New();
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        for (int i = 0; i < names.Length; i++)
        {
            double y = names.Length - 1 - i;
            Bar(plot, y, 0, values[i], Color.FromHex(Colour(0)));
            ticks.AddMajor(y, names[i]);
        }
        return Rows(plot, ticks, names.Length);
    }

    /// <summary>A plot of horizontal bars, a name before each.</summary>
    static Plot Rows(Plot plot, ScottPlot.TickGenerators.NumericManual names, int rows)
    {
        plot.Axes.Left.TickGenerator = names;
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Margins(left: 0, right: 0.05);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsX(0, plot.Axes.GetLimits().Right);
        plot.Axes.SetLimitsY(-0.7, rows - 0.3);
        return plot;
    }

    static void Bar(Plot plot, double y, double from, double to, Color colour)
    {
        if (to > from) plot.Add.Bar(new Bar { Position = y, ValueBase = from, Value = to, FillColor = colour, LineWidth = 0, Size = 0.62, Orientation = Orientation.Horizontal });
    }

    static void Curve(Plot plot, double[] x, double[] y, int run, bool dashed)
    {
        var curve = plot.Add.Scatter(x, y, Color.FromHex(Colour(run)));
        curve.LineWidth = 2.5f;
        if (dashed) curve.LinePattern = LinePattern.Dashed;
        curve.MarkerSize = dashed ? 0 : 6;
    }

    static string Colour(int run) => Palette[run % Palette.Length];

    static Plot New()
    {
        var plot = new Plot();
        Color ink = Color.FromHex(Ink);
        plot.FigureBackground.Color = Colors.Transparent;
        plot.DataBackground.Color = Colors.Transparent;
        plot.Axes.Color(ink);
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Grid.MajorLineColor = ink.WithAlpha(0.12);
        plot.Axes.Bottom.TickGenerator = Ticks();
        plot.Axes.Left.TickGenerator = Ticks();
        plot.Axes.Bottom.TickLabelStyle.FontSize = 14;
        plot.Axes.Left.TickLabelStyle.FontSize = 14;
        foreach (IAxis axis in (IAxis[])[plot.Axes.Bottom, plot.Axes.Left]) axis.MinorTickStyle.Length = 0;
        plot.HideLegend();
        return plot;
    }

    /// <summary>Scales with the page, and wears its colour.</summary>
    static string Svg(Plot plot, int chart)
    {
        string svg = plot.GetSvgXml(Width, Height);
        svg = svg[svg.IndexOf("<svg", StringComparison.Ordinal)..].Replace(Ink, "currentColor", StringComparison.OrdinalIgnoreCase);
        // all charts are in one document: ids of one must not be those of another
        svg = Identifier().Replace(svg, $"$1chart{chart}_$2");
        svg = FontOfText().Replace(svg, "font-family=\"inherit\"");
        return SizeOfRoot().Replace(svg, $"<svg viewBox=\"0 0 {Width} {Height}\"$1", 1);
    }

    [GeneratedRegex("<svg((?: (?!width|height)[^ >=]+=\"[^\"]*\")*) width=\"[^\"]*\" height=\"[^\"]*\"")]
    private static partial Regex SizeOfRoot();

    [GeneratedRegex("(id=\"|url\\(#|href=\"#)([^\")]+)")]
    private static partial Regex Identifier();

    [GeneratedRegex("font-family=\"[^\"]*\"")]
    private static partial Regex FontOfText();
}
