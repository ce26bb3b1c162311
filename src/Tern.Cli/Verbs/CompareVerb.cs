using System.CommandLine;
using System.Globalization;
using Tern.Training.Reports;

namespace Tern.Cli.Verbs;

/// <summary>`tern compare RUN...`: several runs in one table and on one page. Needs no libtorch.</summary>
sealed class CompareVerb : Verb
{
    readonly Argument<string[]> runs = new("run") { HelpName = "RUN", Description = "Run folders, as train leaves them; also of runs that are still going on.", Arity = ArgumentArity.OneOrMore };
    readonly Option<string?> page = Flags.Text("--out", "FILE", "The page with curves and tables (default runs/compare.html).");

    public CompareVerb() : base("compare", "Compares runs: accuracy, size, time and the settings in which they differ, as a table and as one HTML page with their curves.",
        "tern compare runs/quickstart/sru runs/quickstart/lstm", "tern compare runs/a runs/b --out a-and-b.html --json")
    {
        Add(runs);
        Add(page);
        AddShared();
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        IReadOnlyList<RunSummary> compared = RunSummary.ReadAll(arguments.Get(runs));
        string path = arguments.Get(page) ?? Path.Combine("runs", "compare.html");
        if (Directory.Exists(path)) throw new TernException($"--out {path} is a folder; give a file, for example {Path.Combine(path, "compare.html")}.");
        OutFolder.Prepare(Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : ".");
        ComparePage.Write(path, compared);
        IReadOnlyList<string> keys = RunSummary.Differences(compared);
        if (output.Json) output.Document(Document(compared, keys, path));
        else Print(output, compared, keys, path);
        return 0;
    }

    static void Print(Output output, IReadOnlyList<RunSummary> compared, IReadOnlyList<string> keys, string path)
    {
        output.Table(["run", "cell", "size", ">best epoch", ">validation", ">test", ">seconds", ">parameters", ">bytes"], compared.Select(run => (string[])
        [
            run.Name,
            run.Cell,
            run.Size,
            run.Best is { } best ? $"{best.Epoch} of {run.Epochs.Count}" : "-",
            Share(run.Best?.ValidationAccuracy),
            Share(run.TestAccuracy),
            run.Epochs.Count > 0 ? run.Seconds.ToString("0.0", CultureInfo.InvariantCulture) : "-",
            run.Parameters?.ToString("N0", CultureInfo.InvariantCulture) ?? "-",
            run.Bytes?.ToString("N0", CultureInfo.InvariantCulture) ?? "-",
        ]));
        if (keys.Count > 0) output.Table(["key", .. compared.Select(run => run.Name)], keys.Select(key => (string[])[key, .. compared.Select(run => run.Config.GetValueOrDefault(key, "-"))]));
        foreach (RunSummary run in compared.Where(run => run.Remark.Length > 0)) output.Line($"{run.Name}: {run.Remark}");
        output.Line($"page     {path}");
    }

    static object Document(IReadOnlyList<RunSummary> compared, IReadOnlyList<string> keys, string path) => new
    {
        Page = path,
        Runs = compared.Select(run => new
        {
            run.Folder,
            run.Name,
            run.Cell,
            run.Size,
            BestEpoch = run.Best?.Epoch,
            Epochs = run.Epochs.Count,
            run.Best?.ValidationAccuracy,
            run.TestAccuracy,
            run.Seconds,
            run.Parameters,
            run.Bytes,
            run.Remark,
        }),
        Differences = keys.ToDictionary(key => key, key => compared.Select(run => run.Config.GetValueOrDefault(key))),
    };

    static string Share(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";
}
