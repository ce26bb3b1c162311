using ScottPlot;
using static Tern.Training.Reports.Charts.Drawing;

namespace Tern.Training.Reports.Charts;

/// <summary>Charts of report.html and of comparisons: how training went, and what compression has left.</summary>
static class RunCharts
{
    /// <summary>Numbers of charts in one document are distinct: those of training begin with 0.</summary>
    const int FirstOfStages = 10;

    public static string Html(IReadOnlyList<TrainResult> runs)
    {
        string legend = Legend([.. runs.Select(run => run.Config.Name)]);
        List<string> figures =
        [
            Figure("Validation accuracy, %", "by seconds of training", legend, AccuracyOverTime(runs), 0),
            Figure("Loss, nats", "by epoch; dashed: on validation texts", legend, Loss(runs), 1),
        ];
        if (runs.Any(run => run.RecurrentSecondsPerEpoch > 0))
            figures.Add(Figure("Seconds an epoch", "full colour: recurrent layers; pale: all else", "", SecondsPerEpoch(runs), 2));
        return Side(figures);
    }

    /// <summary>Validation accuracy of several runs, by epoch and by time.</summary>
    public static string Html(IReadOnlyList<RunSummary> runs)
    {
        string legend = Legend([.. runs.Select(run => run.Name)]);
        Plot byEpoch = Accuracy(runs, epoch => epoch.Epoch), byTime = Accuracy(runs, epoch => epoch.Elapsed);
        byEpoch.Axes.Bottom.TickGenerator = Ticks(whole: true);
        byTime.Axes.SetLimitsX(0, byTime.Axes.GetLimits().Right);
        return Side([Figure("Validation accuracy, %", "by epoch", legend, byEpoch, 0), Figure("Validation accuracy, %", "by seconds of training", legend, byTime, 1)]);
    }

    /// <summary>Test accuracy and bytes after each stage of compression.</summary>
    public static string Stages(TrainResult run)
    {
        string[] names = [.. run.Stages.Select(stage => stage.Name)];
        return Side([
            Figure("Test accuracy, %", "", "", Bars(names, [.. run.Stages.Select(stage => 100 * stage.TestAccuracy)]), FirstOfStages),
            Figure("Bytes of the matrices", "", "", Bars(names, [.. run.Stages.Select(stage => (double)stage.MatrixBytes)]), FirstOfStages + 1),
        ]);
    }

    static Plot Accuracy(IReadOnlyList<RunSummary> runs, Func<RunEpoch, double> x)
    {
        Plot plot = New();
        for (int i = 0; i < runs.Count; i++)
            if (runs[i].Epochs.Count > 0)
                Curve(plot, [.. runs[i].Epochs.Select(x)], [.. runs[i].Epochs.Select(epoch => 100 * epoch.ValidationAccuracy)], i, dashed: i >= Colours);
        plot.Axes.AutoScale();
        return plot;
    }

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
        for (int i = 0; i < runs.Count; i++)
        {
            // from top to bottom in the order of the runs
            double y = runs.Count - 1 - i, recurrent = runs[i].RecurrentSecondsPerEpoch;
            Bar(plot, y, 0, recurrent, Color.FromHex(Colour(i)));
            Bar(plot, y, recurrent, runs[i].SecondsPerEpoch, Color.FromHex(Colour(i)).WithAlpha(0.35));
        }
        Named(plot, [.. runs.Select(run => run.Config.Name)]);
        plot.Axes.SetLimitsX(0, plot.Axes.GetLimits().Right);
        return plot;
    }
}
