namespace Tern.Training.Reports;

/// <summary>The tables of a report.</summary>
static class RunTables
{
    public static string Comparison(IReadOnlyList<TrainResult> runs) => Markup.Table("",
        ["model", "test accuracy", "training", "an epoch", "of it recurrent", "parameters", "model file", "batch", "epochs"],
        runs.Select(run => (string[])
        [
            Markup.Text(run.Config.Name),
            Markup.Invariant($"{100 * run.TestAccuracy:0.0} <span class=\"unit\">± {100 * run.TestError:0.0} %</span>"),
            Markup.Seconds(run.TrainingSeconds),
            Markup.Seconds(run.SecondsPerEpoch),
            run.RecurrentSecondsPerEpoch > 0 ? Markup.Seconds(run.RecurrentSecondsPerEpoch) : "–",
            Markup.Count(run.Parameters),
            Markup.Bytes(run.Bytes),
            Markup.Count(run.Config.Batch),
            Markup.Count(run.Epochs.Count),
        ]));

    public static string Epochs(TrainResult run) => Markup.Table("",
        ["epoch", "training loss", "validation loss", "validation accuracy", "training steps", "of it recurrent"],
        run.Epochs.Select(epoch => (string[])
        [
            epoch.Epoch == run.BestEpoch ? $"{epoch.Epoch} <span class=\"unit\">kept</span>" : $"{epoch.Epoch}",
            Markup.Invariant($"{epoch.TrainLoss:0.0000}"),
            Markup.Invariant($"{epoch.ValidationLoss:0.0000}"),
            Markup.Percent(epoch.ValidationAccuracy),
            Markup.Seconds(epoch.Seconds),
            epoch.RecurrentSeconds > 0 ? Markup.Seconds(epoch.RecurrentSeconds) : "–",
        ]));

    /// <summary>A row a stage of compression.</summary>
    public static string Stages(TrainResult run) => Markup.Table("",
        ["stage", "until epoch", "validation accuracy", "test accuracy", "weights kept", "all numbers", "matrices", "by the authors' rule"],
        run.Stages.Select(stage => (string[])
        [
            Markup.Text(stage.Name),
            $"{stage.Epochs}",
            Markup.Percent(stage.ValidationAccuracy),
            Markup.Percent(stage.TestAccuracy),
            Markup.Invariant($"{100 * stage.Kept:0} %"),
            $"{Markup.Count(stage.Bytes)} B",
            $"{Markup.Count(stage.MatrixBytes)} B",
            $"{Markup.Count(stage.AuthorsBytes)} B",
        ]));

    public static string Examples(IReadOnlyList<ReportExample> examples) => Markup.Table("words", ["class", "probability", "text"],
        examples.Select(example => (string[])
        [
            $"<span class=\"chip\">{Markup.Text(example.Label)}</span>",
            Markup.Percent(example.Probability),
            Markup.Text(example.Text),
        ]));

    /// <summary>A row a key, a column a run.</summary>
    public static string Configuration(IReadOnlyList<TrainResult> runs)
    {
        List<(string Key, string Value)>[] all = [.. runs.Select(run => RunFiles.Flat("", ConfigJson.Element(run.Config)).ToList())];
        string[] keys = [.. all.SelectMany(values => values.Select(value => value.Key)).Distinct()];
        string[] headings = runs.Count > 1 ? [.. runs.Select(run => Markup.Text(run.Config.Name))] : ["value"];
        return Markup.Table("words config", ["key", .. headings],
            keys.Select(key => (string[])[$"<code>{Markup.Text(key)}</code>", .. all.Select(values => $"<code>{Markup.Text(values.FirstOrDefault(value => value.Key == key).Value ?? "–")}</code>")]));
    }
}
