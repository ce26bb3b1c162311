using System.Globalization;
using Tern.Training;
using Tern.Training.Reports;

namespace Tern.Cli;

/// <summary>The end of a training run: report.html, and what the program says.</summary>
static class RunEnd
{
    /// <summary>Writes the report, prints figures and next steps; returns the exit code.</summary>
    public static int Show(Output output, TrainResult result, string folder)
    {
        string report = Path.Combine(folder, "report.html");
        string data = Path.GetFileName(result.Config.Data.Train.TrimEnd('/', '\\'));
        Report.Write(report, new ReportPage
        {
            Title = result.Config.Name,
            Introduction = $"{result.Config.Model.Cell} on {data}: {result.TrainTexts:N0} training, {result.ValidationTexts:N0} validation and {result.TestTexts:N0} test examples of {result.Labels.Count} classes.",
            Runs = [result],
        });
        if (result.Diverged)
            output.Note(Invariant($"The training has diverged: its loss ends at {result.Epochs[^1].TrainLoss:0.000} and was {result.LeastTrainLoss:0.000}. Lower optimizer.learning_rate{(result.Config.Optimizer.ClipNorm > 0 ? "" : ", or set optimizer.clip_norm=1")}."));
        if (output.Json) output.Document(Document(result, report));
        else Print(output, result, report);
        return result.Interrupted ? Errors.Interrupted : 0;
    }

    static void Print(Output output, TrainResult result, string report)
    {
        output.Line(Invariant($"test accuracy {result.TestAccuracy:0.000} ± {result.TestError:0.000} on {result.TestTexts:N0} examples{(result.TestMicroF1 is { } f1 ? Invariant($", micro F1 {f1:0.000}") : "")}; epoch {result.BestEpoch} of {result.Epochs.Count} kept"));
        output.Line(Invariant($"{result.TrainingSeconds:0.0} s of training, {result.SecondsPerEpoch:0.00} s an epoch, {result.Parameters:N0} parameters, {result.Bytes:N0} bytes"));
        if (result.Stages.Count > 0)
            output.Table(["stage", ">epochs", ">accuracy", ">kept", ">bytes", ">of matrices", ">by the authors' rule"], result.Stages.Select(stage => (string[])
                [stage.Name, $"{stage.Epochs}", Invariant($"{stage.TestAccuracy:0.0000}"), Invariant($"{100 * stage.Kept:0} %"), Invariant($"{stage.Bytes:N0}"), Invariant($"{stage.MatrixBytes:N0}"), Invariant($"{stage.AuthorsBytes:N0}")]));
        output.Line($"report   {report}");
        output.Line($"model    {result.ModelPath}");
        output.Line(result.ReadsText ? $"next     ./tern predict {result.ModelPath} -     (a text a line)" : $"next     ./tern predict {result.ModelPath} {result.Config.Data.Train}");
    }

    static object Document(TrainResult result, string report) => new
    {
        Accuracy = result.TestAccuracy,
        StandardError = result.TestError,
        MicroF1 = result.TestMicroF1,
        result.ValidationAccuracy,
        result.BestEpoch,
        result.TrainingSeconds,
        result.SecondsPerEpoch,
        result.RecurrentSecondsPerEpoch,
        result.Parameters,
        result.Bytes,
        Epochs = result.Epochs.Count,
        result.Stages,
        result.Diverged,
        result.Interrupted,
        Report = report,
        Model = result.ModelPath,
    };

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
