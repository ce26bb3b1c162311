using System.Text.RegularExpressions;
using ScottPlot;

namespace Tern.Training.Reports.Charts;

/// <summary>What all charts are drawn with: SVG that takes its text colour from the page, a palette, legends, curves, bars and dots.</summary>
static partial class Drawing
{
    const int Width = 400, Height = 270;

    /// <summary>Height of a row with a name, and of what is around all rows.</summary>
    const int RowHeight = 22, RowsFrame = 60;

    /// <summary>Stands for the page's text colour until the SVG is written.</summary>
    public const string Ink = "#010203";

    static readonly string[] Palette = ["#0f9aa3", "#e0791f", "#8a6fc9", "#b0a02c", "#c8577a", "#5b8c4a"];

    /// <summary>From this number on lines are dashed: the colours are few.</summary>
    public static int Colours => Palette.Length;

    public static string Colour(int run) => Palette[run % Palette.Length];

    /// <summary>Charts side by side.</summary>
    public static string Side(IEnumerable<string> figures) => $"<div class=\"charts\">{string.Concat(figures)}</div>";

    /// <summary>A chart with its title, a note in small letters, and a legend.</summary>
    /// <param name="title">Text.</param>
    /// <param name="note">Text, or empty.</param>
    /// <param name="legend">Of <see cref="Legend"/>, or empty.</param>
    /// <param name="plot">The chart.</param>
    /// <param name="number">Distinct in one document.</param>
    /// <param name="rows">Rows with names; 0 for a chart of the usual height.</param>
    public static string Figure(string title, string note, string legend, Plot plot, int number, int rows = 0) =>
        $"<figure><h3>{Markup.Text(title)}{(note.Length > 0 ? $" <span class=\"unit\">{Markup.Text(note)}</span>" : "")}</h3>{legend}{Svg(plot, number, rows == 0 ? Height : Math.Max(Height, rows * RowHeight + RowsFrame))}</figure>";

    public static string Legend(IReadOnlyList<string> names) => names.Count == 1 ? "" :
        $"<div class=\"legend\">{string.Concat(names.Select((name, i) => $"<span><i style=\"{Mark(i)}\"></i>{Markup.Text(name)}</span>"))}</div>";

    static string Mark(int run) => run < Palette.Length ? $"background:{Colour(run)}" : $"background:repeating-linear-gradient(90deg,{Colour(run)} 0 5px,transparent 5px 8px)";

    public static Plot New()
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

    /// <summary>Few ticks: the charts are small.</summary>
    public static ScottPlot.TickGenerators.NumericAutomatic Ticks(bool whole = false) => new() { IntegerTicksOnly = whole, TickDensity = 0.6 };

    public static void Curve(Plot plot, double[] x, double[] y, int run, bool dashed)
    {
        var curve = plot.Add.Scatter(x, y, Color.FromHex(Colour(run)));
        curve.LineWidth = 2.5f;
        if (dashed) curve.LinePattern = LinePattern.Dashed;
        curve.MarkerSize = dashed ? 0 : 6;
    }

    /// <summary>A horizontal bar at a height.</summary>
    public static void Bar(Plot plot, double y, double from, double to, Color colour)
    {
        if (to > from) plot.Add.Bar(new Bar { Position = y, ValueBase = from, Value = to, FillColor = colour, LineWidth = 0, Size = 0.62, Orientation = Orientation.Horizontal });
    }

    /// <summary>Bars from 0, a name before each, from top to bottom.</summary>
    public static Plot Bars(IReadOnlyList<string> names, IReadOnlyList<double> values)
    {
        Plot plot = New();
        for (int i = 0; i < names.Count; i++) Bar(plot, names.Count - 1 - i, 0, values[i], Color.FromHex(Colour(0)));
        Named(plot, names);
        plot.Axes.SetLimitsX(0, plot.Axes.GetLimits().Right);
        return plot;
    }

    /// <summary>Dots with a line as long as the deviation to either side, a name before each, from top to bottom; the axis need not begin at 0.</summary>
    /// <param name="names">[rows].</param>
    /// <param name="values">[rows]; null where there is none.</param>
    /// <param name="deviations">[rows].</param>
    public static Plot Dots(IReadOnlyList<string> names, IReadOnlyList<double?> values, IReadOnlyList<double> deviations)
    {
        Plot plot = New();
        Color colour = Color.FromHex(Colour(0));
        for (int i = 0; i < names.Count; i++)
            if (values[i] is { } value)
            {
                double y = names.Count - 1 - i;
                if (deviations[i] > 0)
                {
                    var line = plot.Add.Line(value - deviations[i], y, value + deviations[i], y);
                    (line.LineColor, line.LineWidth, line.MarkerSize) = (colour.WithAlpha(0.5), 2.5f, 0);
                }
                plot.Add.Marker(value, y, MarkerShape.FilledCircle, 9, colour);
            }
        Named(plot, names);
        return plot;
    }

    /// <summary>Names on the left, of which the first is on top.</summary>
    public static void Named(Plot plot, IReadOnlyList<string> names)
    {
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        for (int i = 0; i < names.Count; i++) ticks.AddMajor(names.Count - 1 - i, names[i]);
        plot.Axes.Left.TickGenerator = ticks;
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Margins(left: 0.05, right: 0.05);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsY(-0.7, names.Count - 0.3);
    }

    /// <summary>Scales with the page, and wears its colour.</summary>
    static string Svg(Plot plot, int chart, int height)
    {
        string svg = plot.GetSvgXml(Width, height);
        svg = svg[svg.IndexOf("<svg", StringComparison.Ordinal)..].Replace(Ink, "currentColor", StringComparison.OrdinalIgnoreCase);
        // all charts are in one document: ids of one must not be those of another
        svg = Identifier().Replace(svg, $"$1chart{chart}_$2");
        svg = FontOfText().Replace(svg, "font-family=\"inherit\"");
        return SizeOfRoot().Replace(svg, $"<svg viewBox=\"0 0 {Width} {height}\"$1", 1);
    }

    [GeneratedRegex("<svg((?: (?!width|height)[^ >=]+=\"[^\"]*\")*) width=\"[^\"]*\" height=\"[^\"]*\"")]
    private static partial Regex SizeOfRoot();

    [GeneratedRegex("(id=\"|url\\(#|href=\"#)([^\")]+)")]
    private static partial Regex Identifier();

    [GeneratedRegex("font-family=\"[^\"]*\"")]
    private static partial Regex FontOfText();
}
