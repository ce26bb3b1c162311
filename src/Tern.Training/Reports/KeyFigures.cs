using System.Text;

namespace Tern.Training.Reports;

/// <summary>The figures at the top: the first run's, and how it compares with the second.</summary>
static class KeyFigures
{
    public static string Html(IReadOnlyList<TrainResult> runs)
    {
        TrainResult run = runs[0];
        var html = new StringBuilder("<div class=\"keys\">");
        void Key(string value, string meaning) => html.Append($"<div class=\"key\"><b>{Markup.Text(value)}</b><span>{Markup.Text(meaning)}</span></div>");

        string of = runs.Count > 1 ? $" of {run.Config.Name}" : "";
        Key(Markup.Percent(run.TestAccuracy), Markup.Invariant($"test accuracy{of}, ± {100 * run.TestError:0.0}"));
        if (runs.Count > 1)
        {
            TrainResult other = runs[1];
            Key(Markup.Percent(other.TestAccuracy), Markup.Invariant($"test accuracy of {other.Config.Name}, ± {100 * other.TestError:0.0}"));
            Key(Markup.Invariant($"{run.TrainingSeconds / other.TrainingSeconds:0.00}×"), $"its training time: {Markup.Seconds(run.TrainingSeconds)} against {Markup.Seconds(other.TrainingSeconds)}");
            if (run.RecurrentSecondsPerEpoch > 0 && other.RecurrentSecondsPerEpoch > 0)
                Key(Markup.Invariant($"{other.RecurrentSecondsPerEpoch / run.RecurrentSecondsPerEpoch:0.0}×"), "as fast in the recurrent part of an epoch");
        }
        else
        {
            Key(Markup.Seconds(run.TrainingSeconds), "training");
            Key(Markup.Seconds(run.SecondsPerEpoch), $"an epoch, {Markup.Count((long)(run.TrainTexts / run.SecondsPerEpoch))} texts a second");
        }
        Key(Markup.Count(run.Parameters), $"parameters{of}");
        Key(Markup.Bytes(run.Bytes), "model file");
        return html.Append("</div>").ToString();
    }
}
