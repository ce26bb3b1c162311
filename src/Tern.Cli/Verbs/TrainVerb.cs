using System.CommandLine;
using System.Globalization;
using Tern.Training;
using Tern.Training.Data;
using Tern.Training.Reports;

namespace Tern.Cli.Verbs;

/// <summary>`tern train RECIPE|DATA`: trains a classifier into a run folder.</summary>
sealed class TrainVerb : Verb
{
    readonly Argument<string> source = new("source") { HelpName = "RECIPE|DATA", Description = "A configuration (.json; a run's config.json repeats the run), the name of a data set (see tern data list), or labelled data: texts (label lines, fastText, CSV, TSV, JSON lines, Parquet) or series (numeric CSV, .ts, UCI HAR, IDX, wav)." };
    readonly Option<string?> cell = Flags.Text("--cell", "NAME", "Recurrent cell: sru, fastgrnn, lstm and others, or libtorch's lstm-libtorch or gru-libtorch; or cnn, a convolution (model.cell).");
    readonly Option<int?> hidden = Flags.Whole("--hidden", "Units of a layer (model.hidden).");
    readonly Option<int?> layers = Flags.Whole("--layers", "Layers (model.layers).");
    readonly Option<int?> epochs = Flags.Whole("--epochs", "Passes over the training examples (epochs).");
    readonly Option<double?> maxTime = Flags.Duration("--max-time", "End after this much training, and test the best model (max_seconds).");
    readonly Option<bool> dryRun = new("--dry-run") { Description = "Show sizes, memory, steps and the time of one batch, forward and backward; train and write nothing." };
    readonly Option<bool> overwrite = new("--overwrite") { Description = "Replace the run that --out holds." };
    readonly Option<string?> folder = Flags.Text("--out", "DIR", "Run folder (default: runs/ and the name of the recipe or data).");
    readonly Option<string[]> set = new("--set") { HelpName = "KEY=VALUE", Description = "Any value of the configuration, such as optimizer.learning_rate=0.003. May be repeated.", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };

    public TrainVerb() : base("train", "Trains a classifier of texts or series, and leaves a model, its configuration, metrics and a report in a run folder.",
        "tern train reviews.csv --cell sru --hidden 128 --epochs 10", "tern train runs/quickstart/sru/config.json --set model.layers=3 --out runs/three")
    {
        Add(source);
        foreach (Option option in (Option[])[cell, hidden, layers, epochs, maxTime, folder, overwrite, dryRun, set]) Add(option);
        AddShared();
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        TrainConfig config = Config(arguments).Resolve();
        if (arguments.Get(dryRun)) return Dry(config, output);
        string path = TrainRun.Folder(arguments.Get(folder), config.Name, arguments.Get(overwrite));
        return RunEnd.Show(output, TrainRun.Start(config, path, output, cancel), path);
    }

    TrainConfig Config(Arguments arguments)
    {
        string given = arguments.Get(source);
        TrainConfig config = given.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? ConfigJson.ReadFile(given)
            : new TrainConfig { Data = new DataConfig { Train = given } };
        foreach (string assignment in arguments.Get(set) ?? []) config = ConfigJson.Set(config, assignment);
        if (arguments.Get(cell) is { } name) config = ConfigJson.Set(config, $"model.cell={name}");
        if (arguments.Get(hidden) is { } units) config = config with { Model = config.Model with { Hidden = units } };
        if (arguments.Get(layers) is { } depth) config = config with { Model = config.Model with { Layers = depth } };
        if (arguments.Get(epochs) is { } passes) config = config with { Epochs = passes };
        if (arguments.Get(maxTime) is { } seconds) config = config with { MaxSeconds = seconds };
        if (arguments.Seed is { } seed) config = config with { Seed = seed };
        if (arguments.Threads is { } threads) config = config with { Threads = threads };
        return config.Name.Length > 0 ? config : config with { Name = $"{Path.GetFileNameWithoutExtension(given.TrimEnd('/', '\\'))}-{config.Model.Cell}" };
    }

    static int Dry(TrainConfig config, Output output)
    {
        Dataset data = Dataset.Load(config.Data);
        ModelMemory.Require(config, data);
        DryRun run = DryRun.Of(config, data);
        if (output.Json)
        {
            output.Document(run);
            return 0;
        }
        output.Line($"data      {data.Name}: {run.TrainExamples:N0} training, {run.ValidationExamples:N0} validation, {run.TestExamples:N0} test examples of {run.Classes} classes");
        output.Line(run.Vocabulary > 0 ? $"input     {run.Vocabulary:N0} token ids, at most {run.LongestExample:N0} tokens" : $"input     {run.Channels:N0} channels, at most {run.LongestExample:N0} steps");
        output.Line($"model     {config.Model.Cell}, {run.Parameters:N0} parameters: {Megabytes(run.WeightBytes)} with gradients and moments");
        output.Line($"batch     {config.Batch} examples: {Megabytes(run.BatchBytes)} for the longest, {Number(1000 * run.SecondsPerBatch)} ms for a median one, loss {Number(run.Loss)} at first");
        output.Line($"run       {run.StepsPerEpoch:N0} steps an epoch, {run.Steps:N0} in all; about {Number(run.SecondsPerEpoch)} s an epoch, {Number(run.SecondsPerEpoch * config.Epochs)} s in all on {config.Threads} threads");
        return 0;
    }

    static string Megabytes(long bytes) => Number(bytes / 1e6) + " MB";

    static string Number(double value) => value.ToString("0.0##", CultureInfo.InvariantCulture);
}
