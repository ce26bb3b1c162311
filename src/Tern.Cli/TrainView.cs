using System.Globalization;
using Tern.Training;

namespace Tern.Cli;

/// <summary>Shows a training run on standard error while it goes on.</summary>
sealed class TrainView(Output output, string title) : IProgress<TrainProgress>, IDisposable
{
    readonly ProgressLine line = new(output, title, "examples");
    TrainProgress? before;

    public void Report(TrainProgress progress)
    {
        // the metric of an epoch comes with the first report of the next one
        if (before is { } last && progress.Epoch > last.Epoch) EndOfEpoch(last, progress.Metric);
        before = progress;
        double steps = (double)progress.Epochs * progress.Steps, done = (progress.Epoch - 1.0) * progress.Steps + progress.Step;
        string metric = progress.Metric is { } accuracy ? $"  accuracy {Share(accuracy)}" : "";
        line.Report(done / steps, progress.ExamplesPerSecond, progress.Remaining, $"epoch {progress.Epoch}/{progress.Epochs}{Stage(progress)}  loss {Number(progress.Loss)}{metric}");
    }

    /// <summary>The last epoch's line, whose accuracy is known once the run has ended.</summary>
    public void End(TrainResult result)
    {
        if (before is { } last) EndOfEpoch(last, result.Epochs[^1].ValidationAccuracy);
        string over = result.Interrupted ? "interrupted" : "done";
        line.Milestone($"{over} in {result.TrainingSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s, test accuracy {Share(result.TestAccuracy)}");
    }

    public void Dispose() => line.Dispose();

    void EndOfEpoch(TrainProgress epoch, double? metric)
    {
        if (!output.Terminal.ErrorIsWatched) line.Milestone($"epoch {epoch.Epoch}/{epoch.Epochs}{Stage(epoch)}  loss {Number(epoch.Loss)}  accuracy {(metric is { } accuracy ? Share(accuracy) : "-")}  {epoch.ExamplesPerSecond.ToString("N0", CultureInfo.InvariantCulture)} examples/s");
    }

    static string Stage(TrainProgress progress) => progress.Stage is { } stage ? $" {stage}" : "";

    static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    static string Share(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
