using System.Globalization;
using Tern.Model;
using Tern.Training;

namespace Tern.Cli.Quickstart;

/// <summary>The end of the quickstart: for a person, and as a document.</summary>
static class QuickstartSummary
{
    public static void Print(Output output, IReadOnlyList<TrainResult> runs, double agreement, string report, IReadOnlyList<string> sentences, IReadOnlyList<Prediction> predictions)
    {
        (TrainResult sru, TrainResult lstm, TrainResult small) = (runs[0], runs[1], runs[2]);
        output.Table(["model", ">test accuracy", ">training s", ">s/epoch", ">recurrent", ">parameters", ">bytes", ">batch", ">epochs"], runs.Select(run => (string[])
        [
            run.Config.Name, Invariant($"{run.TestAccuracy:0.000} ± {run.TestError:0.000}"), Invariant($"{run.TrainingSeconds:0.0}"), Invariant($"{run.SecondsPerEpoch:0.00}"),
            run.RecurrentSecondsPerEpoch > 0 ? Invariant($"{run.RecurrentSecondsPerEpoch:0.00}") : "-", Invariant($"{run.Parameters:N0}"), Invariant($"{run.Bytes:N0}"), $"{run.Config.Batch}", $"{run.Epochs.Count}",
        ]));
        output.Line(Invariant($"The SRU took {sru.TrainingSeconds / lstm.TrainingSeconds:0.00} of the LSTM's training time; its recurrent part ran {lstm.RecurrentSecondsPerEpoch / sru.RecurrentSecondsPerEpoch:0.0} times as fast ({sru.Config.Threads} {(sru.Config.Threads == 1 ? "thread" : "threads")})."));
        output.Line(Invariant($"That LSTM has the SRU's width and depth, and {(double)lstm.Parameters / sru.Parameters:0.0} times its parameters. Of the LSTM with as many parameters the SRU took {sru.TrainingSeconds / small.TrainingSeconds:0.00} of the training time, {small.RecurrentSecondsPerEpoch / sru.RecurrentSecondsPerEpoch:0.0} times as fast in the recurrent part."));
        output.Line();
        output.Line(Invariant($"Classified without libtorch (the same label as in training for {100 * agreement:0.##} % of the test sentences):"));
        for (int i = 0; i < sentences.Count; i++) output.Line(Invariant($"  {predictions[i].Label,-12} {predictions[i].Probability:0.00}  {sentences[i]}"));
        output.Line();
        output.Line($"Report:  {report}");
        output.Line("Next:");
        output.Line($"  echo \"Opens a socket to the remote host.\" | ./tern predict {sru.ModelPath} - --top 3");
        output.Line($"  ./tern info {sru.ModelPath}");
        output.Line("  ./tern bench cells --lengths 128 --sizes 256 --layers 1");
        output.Line("  ./tern train YOUR.csv        (columns text and label)");
    }

    public static object Document(TrainResult sru, TrainResult lstm, TrainResult small, TrainResult mean, double agreement, string report) => new
    {
        Sru = Recurrent(sru),
        Lstm = Recurrent(lstm),
        LstmEqualParameters = Recurrent(small),
        MeanOfEmbeddings = new { Accuracy = mean.TestAccuracy, mean.TrainingSeconds },
        SessionAgreement = agreement,
        Report = report,
        Model = sru.ModelPath,
    };

    static object Recurrent(TrainResult run) => new { Accuracy = run.TestAccuracy, run.TrainingSeconds, run.SecondsPerEpoch, run.RecurrentSecondsPerEpoch, run.Parameters, run.Bytes };

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
