using Tern.Training.Reports;

namespace Tern.Training.Sweeps;

/// <summary>What the runs of an entry have come to.</summary>
/// <param name="Set">Heading of the column.</param>
/// <param name="Model">Heading of the row.</param>
/// <param name="Tuned">The value that was best on the first repeat; empty where none was tuned.</param>
/// <param name="Runs">Repeats that are done.</param>
public sealed record SweepResult(string Set, string Model, string Tuned, IReadOnlyList<RunSummary> Runs)
{
    /// <summary>Test accuracy, mean over the repeats, 0 to 1.</summary>
    public double Mean => Runs.Average(run => run.TestAccuracy!.Value);

    /// <summary>Deviation of the test accuracy over the repeats (n - 1 in the denominator); 0 of one run.</summary>
    public double Deviation => Runs.Count < 2 ? 0 : Math.Sqrt(Runs.Sum(run => Math.Pow(run.TestAccuracy!.Value - Mean, 2)) / (Runs.Count - 1));

    /// <summary>The integer forms of the repeats; empty where nobody asks, or where a repeat has none.</summary>
    public IReadOnlyList<IntegerForm> Integers { get; init; } = [];

    /// <summary>Test accuracy of the integer forms less that of the models, mean over the repeats; null without.</summary>
    public double? IntegerDifference => Integers.Count == 0 ? null : Integers.Average(form => form.Accuracy) - Mean;

    /// <summary>What the integer form takes on a processor, means over the repeats; null without.</summary>
    public IntegerCost? CostOn(string target)
    {
        IntegerCost[] costs = [.. Integers.SelectMany(form => form.Costs).Where(cost => cost.Target == target)];
        return costs.Length == 0 ? null : new(target, (long)Math.Round(costs.Average(cost => cost.FlashBytes)), (long)Math.Round(costs.Average(cost => cost.RamBytes)), costs.Average(cost => cost.Milliseconds));
    }

    /// <summary>Numbers in the model file of the first repeat.</summary>
    public long? Parameters => Runs[0].Parameters;

    /// <summary>Bytes of all numbers in the model file of the first repeat, as they are stored.</summary>
    public long? NumberBytes => Runs[0].NumberBytes;

    /// <summary>Learnt numbers of the first layer's cell, means over the repeats.</summary>
    public IReadOnlyDictionary<string, double> Numbers => Runs[0].Numbers.Keys.ToDictionary(name => name, name => Runs.Average(run => run.Numbers.GetValueOrDefault(name)));

    /// <summary>Seconds of an epoch's training steps, median over all epochs of all repeats.</summary>
    public double SecondsPerEpoch => Median(Runs.SelectMany(run => run.Epochs).Select(epoch => epoch.Seconds));

    /// <summary>Of that, the encoder's forward and backward.</summary>
    public double RecurrentSecondsPerEpoch => Median(Runs.SelectMany(run => run.Epochs).Select(epoch => epoch.RecurrentSeconds));

    /// <summary>Validation accuracy by seconds of training, an item an epoch: means over the repeats, up to the last epoch of the shortest.</summary>
    public IReadOnlyList<(double Seconds, double Accuracy)> Curve =>
        [.. Enumerable.Range(0, Runs.Min(run => run.Epochs.Count)).Select(i => (Runs.Average(run => run.Epochs[i].Elapsed), Runs.Average(run => run.Epochs[i].ValidationAccuracy)))];

    static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>The results of a study: a row a model, a column a data set.</summary>
/// <param name="Name">The study.</param>
/// <param name="Sets">Headings of the columns.</param>
/// <param name="Models">Headings of the rows.</param>
/// <param name="Results">What is done so far.</param>
public sealed record SweepTable(string Name, IReadOnlyList<string> Sets, IReadOnlyList<string> Models, IReadOnlyList<SweepResult> Results)
{
    /// <summary>Reads what is done of a study.</summary>
    /// <param name="study">The study.</param>
    /// <param name="entries">Its entries.</param>
    /// <param name="integers">Makes the integer form of a run that is done, null where its model has none; null where nobody asks.</param>
    public static SweepTable Read(SweepConfig study, IEnumerable<SweepEntry> entries, Func<SweepRun, IntegerForm?>? integers = null)
    {
        var results = new List<SweepResult>();
        foreach (SweepEntry entry in entries)
        {
            if (entry.Repeats is not { } repeats) continue;
            SweepRun[] done = [.. repeats.Where(run => run.Done() is not null)];
            if (done.Length == 0) continue;
            IntegerForm[] forms = integers is null ? [] : [.. done.Select(integers).OfType<IntegerForm>()];
            results.Add(new(entry.Set.Name, entry.Model.Name, repeats[0].Tuned, [.. done.Select(run => run.Done()!)]) { Integers = forms.Length == done.Length ? forms : [] });
        }
        return new(study.Name, [.. study.Sets.Select(set => set.Name)], [.. study.Models.Select(model => model.Name)], results);
    }

    /// <summary>An entry; null where nothing is done yet.</summary>
    public SweepResult? At(string model, string set) => Results.FirstOrDefault(result => result.Model == model && result.Set == set);

    /// <summary>What the study tells of each entry, a table a figure: accuracy, time, bytes, and what cells have learnt.</summary>
    public IReadOnlyList<SweepFigure> Figures =>
    [
        new("Test accuracy, %, mean ± deviation", result => 100 * result.Mean, result => Markup.Invariant($"{100 * result.Mean:0.0} ± {100 * result.Deviation:0.0}")) { Deviation = result => 100 * result.Deviation },
        new("Seconds an epoch (of them in the encoder)", result => result.SecondsPerEpoch, result => Markup.Invariant($"{result.SecondsPerEpoch:0.00} ({result.RecurrentSecondsPerEpoch:0.00})")),
        new("Bytes of all numbers in the model file", result => result.NumberBytes, result => result.NumberBytes is { } bytes ? Markup.Count(bytes) : "–"),
        .. Results.Any(result => result.Integers.Count > 0) ? (SweepFigure[])
        [
            new("Test accuracy of the integer form, %, mean (less that of the model, points)", result => result.IntegerDifference is { } less ? 100 * (result.Mean + less) : null,
                result => result.IntegerDifference is { } less ? Markup.Invariant($"{100 * (result.Mean + less):0.0} ({100 * less:+0.00;-0.00;0})") : "–"),
        ] : [],
        .. Results.SelectMany(result => result.Integers).SelectMany(form => form.Costs).Select(cost => cost.Target).Distinct().SelectMany(target => (SweepFigure[])
        [
            new($"Bytes of flash on {target}, predicted", result => result.CostOn(target)?.FlashBytes, result => result.CostOn(target) is { } cost ? Markup.Count(cost.FlashBytes) : "–"),
            new($"Bytes of RAM with stack on {target}, predicted", result => result.CostOn(target)?.RamBytes, result => result.CostOn(target) is { } cost ? Markup.Count(cost.RamBytes) : "–"),
            new($"Milliseconds a step on {target}, predicted", result => result.CostOn(target)?.Milliseconds, result => result.CostOn(target) is { Milliseconds: > 0 } cost ? Markup.Invariant($"{cost.Milliseconds:0.000}") : "–"),
        ]),
        .. Results.SelectMany(result => result.Numbers.Keys).Distinct().Select(name =>
            new SweepFigure($"Learnt {name}, mean of the repeats", result => result.Numbers.TryGetValue(name, out double value) ? value : null, result => result.Numbers.TryGetValue(name, out double value) ? Markup.Invariant($"{value:0.0000}") : "–")),
    ];

    /// <summary>The tables as Markdown.</summary>
    public string Markdown() => string.Join('\n', Figures.SelectMany(figure => (string[])[$"{figure.Title}:", "", .. Rows("model", figure.Print), ""]));

    IEnumerable<string> Rows(string corner, Func<SweepResult, string> print)
    {
        yield return $"| {string.Join(" | ", Sets.Prepend(corner))} |";
        yield return $"|{string.Concat(Enumerable.Repeat("---|", Sets.Count + 1))}";
        foreach (string model in Models)
            yield return $"| {string.Join(" | ", Sets.Select(set => At(model, set) is { } result ? print(result) : "–").Prepend(model))} |";
    }
}

/// <summary>A figure of each entry of a study.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Value">The figure of an entry as a chart shows it; null where it has none.</param>
/// <param name="Print">The figure of an entry, as text.</param>
public sealed record SweepFigure(string Title, Func<SweepResult, double?> Value, Func<SweepResult, string> Print)
{
    /// <summary>Its deviation over the repeats, in the unit of the value.</summary>
    public Func<SweepResult, double> Deviation { get; init; } = _ => 0;
}
