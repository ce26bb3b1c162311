using ScottPlot;
using Tern.Training.Sweeps;
using static Tern.Training.Reports.Charts.Drawing;

namespace Tern.Training.Reports.Charts;

/// <summary>Charts of a study.</summary>
static class SweepCharts
{
    /// <summary>Charts of training come first; each figure of the study has numbers of its own.</summary>
    const int PerFigure = 100;

    /// <summary>Validation accuracy by time of all models, a chart a data set; means over the repeats.</summary>
    public static string Training(SweepTable table)
    {
        int charts = 0;
        return Legend(table.Models) + Side(table.Sets.Select(set =>
        {
            Plot plot = New();
            for (int i = 0; i < table.Models.Count; i++)
                if (table.At(table.Models[i], set) is { } result)
                    Curve(plot, [.. result.Curve.Select(point => point.Seconds)], [.. result.Curve.Select(point => 100 * point.Accuracy)], i, dashed: i >= Colours);
            plot.Axes.AutoScale();
            plot.Axes.SetLimitsX(0, plot.Axes.GetLimits().Right);
            return Figure(set, "validation accuracy, %, by seconds of training", "", plot, charts++);
        }));
    }

    /// <summary>A figure of all entries: the longer of models and sets down a chart, a chart for each of the others.</summary>
    /// <param name="table">The study.</param>
    /// <param name="figure">Which.</param>
    /// <param name="index">Of the figure in the study.</param>
    public static string Of(SweepTable table, SweepFigure figure, int index)
    {
        bool models = table.Models.Count >= table.Sets.Count;
        (IReadOnlyList<string> rows, IReadOnlyList<string> charts) = models ? (table.Models, table.Sets) : (table.Sets, table.Models);
        return Side(charts.Select(Chart));

        string Chart(string chart, int i)
        {
            SweepResult?[] results = [.. rows.Select(row => models ? table.At(row, chart) : table.At(chart, row))];
            double?[] values = [.. results.Select(result => result is null ? null : figure.Value(result))];
            return values.All(value => value is null) ? ""
                : Figure(chart, figure.Title, "", Dots(rows, values, [.. results.Select(result => result is null ? 0 : figure.Deviation(result))]), (index + 1) * PerFigure + i, rows.Count);
        }
    }
}
