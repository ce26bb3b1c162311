using System.CommandLine;
using System.Globalization;
using Tern.Features;
using Tern.Training;
using Tern.Training.Data;

namespace Tern.Cli.Verbs;

/// <summary>`tern data show PATH|NAME`: what is in a data set.</summary>
sealed class DataShowVerb : Verb
{
    const int Shown = 3, ShownClasses = 40, ShownText = 90, ShownNumbers = 6;

    static readonly string[] Formats = ["auto", "lines", "fasttext", "csv", "tsv", "jsonl", "parquet", "numeric-csv", "ts", "uci-har", "idx", "wav"];

    readonly Argument<string> source = new("source") { HelpName = "PATH|NAME", Description = "A file or folder of examples, or the name of a data set (./tern data list)." };
    readonly Option<string> format = Flags.Name("--format", "Layout", Formats);
    readonly Option<string[]> set = new("--set") { HelpName = "KEY=VALUE", Description = "Any value of data in the configuration, such as data.encoding=latin1. May be repeated.", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };

    public DataShowVerb() : base("show", "Shows what is in a data set: examples by part and class, lengths, three examples, and what may be wrong.",
        "tern data show trec", "tern data show reviews.tsv --set data.columns.text=review")
    {
        Add(source);
        Add(format);
        Add(set);
        AddShared();
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        string given = arguments.Get(source);
        DataConfig config = Config(given, arguments);
        DataParts parts = Dataset.ReadParts(config);
        DataSummary summary = DataSummary.Of(parts, config);
        string[] examples = [.. parts.Train.Take(Shown).Select(example => Describe(example, summary.LogMel))];
        if (output.Json)
        {
            output.Document(new { Source = given, Kind = summary.IsText ? "texts" : "series", summary.Channels, summary.LogMel, summary.Parts, Examples = examples, summary.Warnings });
            return 0;
        }
        IReadOnlyList<string> labels = summary.Labels;
        output.Line($"{given}: {(summary.IsText ? "texts" : $"series of {summary.Channels} channel(s)")} of {labels.Count} classes");
        if (summary.LogMel is { } mel) output.Line($"fed  {mel.Describe()}");
        output.Table(["part", ">examples", summary.IsText ? ">shortest (tokens)" : ">shortest (steps)", ">median", ">longest"], summary.Parts.Select(part => (string[])
            [part.Part, Number(part.Examples), Number(part.MinLength), Number(part.MedianLength), Number(part.MaxLength)]));
        output.Table(["class", .. summary.Parts.Select(part => ">" + part.Part)], labels.Take(ShownClasses).Select(label => (string[])
            [Cut(label, 40), .. summary.Parts.Select(part => Number(part.Classes.GetValueOrDefault(label)))]));
        if (labels.Count > ShownClasses) output.Line($"  and {labels.Count - ShownClasses} more classes (--json lists all)");
        foreach (string example in examples) output.Line("example  " + example);
        foreach (string warning in summary.Warnings) output.Line("warning  " + warning);
        return 0;
    }

    DataConfig Config(string given, Arguments arguments)
    {
        var config = new TrainConfig { Data = new DataConfig { Train = given } };
        if (arguments.Value(format) is var layout and not "auto") config = ConfigJson.Set(config, $"data.format={layout}");
        foreach (string assignment in arguments.Get(set) ?? [])
            config = assignment.StartsWith("data.", StringComparison.Ordinal)
                ? ConfigJson.Set(config, assignment)
                : throw new TernException($"--set {assignment}: only values of data matter here; expected data.KEY=VALUE, for example data.encoding=latin1.");
        bool exists = Path.Exists(given) || DataCache.Roots.Any(root => Path.Exists(Path.Combine(root, given)));
        if (!exists && KnownDatasets.Find(given) is null && Nearest.Of(given, KnownDatasets.All.Select(known => known.Name)) is { } near)
            throw new TernException($"There is no file or data set '{given}'; did you mean '{near}'?");
        return config.Data;
    }

    static string Describe(Example example, LogMelOptions? mel)
    {
        if (mel is not null && example is SeriesExample sound)
            example = new SeriesExample(LogMel.Frames(mel, sound.Values), mel.Width, sound.Label);
        string label = example.Labels.Count == 0 ? "(no label)" : string.Join('|', example.Labels);
        string content = example is SeriesExample series
            ? $"{series.Steps} x {series.Channels}: {string.Join(' ', series.Values.Take(ShownNumbers).Select(value => value.ToString("0.###", CultureInfo.InvariantCulture)))}{(series.Values.Length > ShownNumbers ? " ..." : "")}"
            : ((TextExample)example).Text.ReplaceLineEndings(" ");
        return $"{Cut(label, 40)}  {Cut(content, ShownText)}";
    }

    static string Cut(string text, int length) => text.Length <= length ? text : text[..(length - 3)] + "...";

    static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
