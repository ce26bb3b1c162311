using System.CommandLine;
using Tern.Cli.Sweeps;
using Tern.Export.C;
using Tern.Training.Reports;
using Tern.Training.Sweeps;

namespace Tern.Cli.Verbs;

/// <summary>`tern sweep STUDY`: all runs of a study, and its tables.</summary>
sealed class SweepVerb : Verb
{
    readonly Argument<string> study = new("study") { HelpName = "STUDY.json", Description = "Data sets and models, and what repeats (see docs/studies.md)." };
    readonly Option<string?> folder = Flags.Text("--out", "DIR", "Folder of all runs and tables (default: runs/ and the study's name). Runs that are there and done are not done again.");
    readonly Option<int?> jobs = Flags.Whole("--jobs", "Runs at a time (default: one a core).", most: 1024);
    readonly Option<string[]> targets = Flags.Names("--targets", "Also make the integer form of each model: its test accuracy, and flash, RAM and time of a step as predicted for these processors", [.. CTargets.Names], []);
    readonly Option<bool> dryRun = new("--dry-run") { Description = "Say what would be done." };

    public SweepVerb() : base("sweep", "Trains every model of a study on every data set, over folds or seeds, and makes one table of accuracies and times and one page of curves. Interrupted, the same command goes on.",
        "tern sweep recipes/sentence/study.json", "tern sweep recipes/sentence/study.json --out runs/sentence --jobs 2 --threads 1",
        "tern sweep recipes/fastgrnn/models.study.json --targets atmega328p,cortex-m4")
    {
        Add(study);
        foreach (Option option in (Option[])[folder, jobs, targets, dryRun]) Add(option);
        AddShared("Threads of each run (default 1).");
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        if (arguments.Seed is not null) throw new TernException("A study says its seeds itself, as repeat or in base; leave --seed out.");
        SweepConfig config = SweepConfig.ReadFile(arguments.Get(study));
        string path = arguments.Get(folder) ?? Path.Combine("runs", SweepConfig.FolderName(config.Name));
        SweepEntry[] entries = [.. config.Models.SelectMany(model => config.Sets.Select(set => new SweepEntry(config, set, model, path, arguments.Threads ?? 1)))];
        var queue = new SweepQueue(entries);
        if (arguments.Get(dryRun))
        {
            if (output.Json) output.Document(new { config.Name, Models = config.Models.Count, Sets = config.Sets.Count, Runs = queue.Total, queue.Done, Folder = path });
            else output.Line($"{config.Name}: {config.Models.Count} models on {config.Sets.Count} sets, {queue.Total} runs, {queue.Done} of them done, into {path}");
            return 0;
        }
        OutFolder.Prepare(path);
        var failures = new List<string>();
        try
        {
            using var progress = new ProgressLine(output, config.Name, "runs");
            var runner = new SweepRunner(queue, progress, cancel);
            try { runner.Run(arguments.Get(jobs) ?? Environment.ProcessorCount); }
            finally { failures.AddRange(runner.Failures); }
        }
        finally
        {
            CTarget[] processors = [.. arguments.Value(targets).Select(CTargets.Parse)];
            using SweepIntegers? integers = processors.Length == 0 ? null : new(processors, entries.Sum(entry => entry.Set.Repeat.Values.Count), output, cancel);
            Show(SweepTable.Read(config, entries, integers is null ? null : integers.Of), path, output, failures);
        }
        if (failures.Count > 0) output.Note($"{failures.Count} {(failures.Count == 1 ? "run has" : "runs have")} failed; the same command tries again. The first: {failures[0]}");
        return failures.Count > 0 ? 1 : 0;
    }

    static void Show(SweepTable table, string path, Output output, IReadOnlyList<string> failures)
    {
        string page = Path.Combine(path, "sweep.html"), markdown = Path.Combine(path, "sweep.md");
        SweepPage.Write(page, table);
        if (output.Json)
        {
            output.Document(new
            {
                table.Name,
                Results = table.Results.Select(result => new { result.Set, result.Model, result.Tuned, Runs = result.Runs.Count, result.Parameters, result.NumberBytes, result.Numbers, result.Integers, Accuracy = result.Mean, result.Deviation, result.SecondsPerEpoch, result.RecurrentSecondsPerEpoch }),
                Failures = failures,
                Page = page,
                Table = markdown,
            });
            return;
        }
        foreach (SweepFigure figure in table.Figures)
        {
            output.Line(figure.Title);
            output.Table(["model", .. table.Sets.Select(set => ">" + set)], Rows(table, figure.Print));
        }
        output.Line($"page     {page}");
        output.Line($"table    {markdown}");
    }

    static IEnumerable<string[]> Rows(SweepTable table, Func<SweepResult, string> print) =>
        table.Models.Select(model => (string[])[model, .. table.Sets.Select(set => table.At(model, set) is { } result ? print(result) : "–")]);
}
