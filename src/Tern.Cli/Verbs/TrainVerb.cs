using System.CommandLine;
using System.Globalization;
using Tern.Training;
using Tern.Training.Data;
using Tern.Training.Reports;

namespace Tern.Cli.Verbs;

/// <summary>`tern train RECIPE|DATA`: trains a text classifier into a run folder.</summary>
sealed class TrainVerb : Verb
{
    readonly Argument<string> source = new("source") { HelpName = "RECIPE|DATA", Description = "A configuration (.json; a run's config.json repeats the run), or a file of labelled texts: 'label token token ...', '__label__NAME token ...', or CSV with the columns text and label." };
    readonly Option<string?> cell = Flags.Text("--cell", "NAME", "Recurrent cell: sru, mingru, or libtorch's lstm or gru (model.cell).");
    readonly Option<int?> hidden = Flags.Whole("--hidden", "Units of a layer (model.hidden).");
    readonly Option<int?> layers = Flags.Whole("--layers", "Layers (model.layers).");
    readonly Option<int?> epochs = Flags.Whole("--epochs", "Passes over the training texts (epochs).");
    readonly Option<string?> folder = Flags.Text("--out", "DIR", "Run folder (default: runs/ and the name of the recipe or data).");
    readonly Option<string[]> set = new("--set") { HelpName = "KEY=VALUE", Description = "Any value of the configuration, such as optimizer.learning_rate=0.003. May be repeated.", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };

    public TrainVerb() : base("train", "Trains a text classifier, and leaves a model, its configuration, metrics and a report in a run folder.",
        "tern train reviews.csv --cell sru --hidden 128 --epochs 10", "tern train runs/quickstart/sru/config.json --set model.layers=3 --out runs/three")
    {
        Add(source);
        foreach (Option option in (Option[])[cell, hidden, layers, epochs, folder, set]) Add(option);
        AddShared();
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        TrainConfig config = Config(arguments).Resolve();
        string path = OutFolder.Prepare(arguments.Get(folder) ?? OutFolder.Unused(Path.Combine("runs", config.Name)));
        Dataset data;
        try
        {
            data = Dataset.Load(config.Data);
            ModelMemory.Require(config, data);
        }
        catch (TernException)
        {
            OutFolder.RemoveIfEmpty(path);
            throw;
        }

        TrainResult result;
        using (var view = new TrainView(output, config.Name))
        {
            result = new Trainer().Train(config, data, path, view, cancel);
            view.End(result);
        }
        string report = Path.Combine(path, "report.html");
        Report.Write(report, new ReportPage
        {
            Title = config.Name,
            Introduction = $"{config.Model.Cell} on {data.Name}: {result.TrainTexts:N0} training, {result.ValidationTexts:N0} validation and {data.Test.Count:N0} test texts of {result.Labels.Count} classes.",
            Runs = [result],
        });
        if (output.Json) output.Document(Document(result, report));
        else Summary(output, result, path, report);
        return result.Interrupted ? Errors.Interrupted : 0;
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
        if (arguments.Seed is { } seed) config = config with { Seed = seed };
        if (arguments.Threads is { } threads) config = config with { Threads = threads };
        return config.Name.Length > 0 ? config : config with { Name = $"{Path.GetFileNameWithoutExtension(given)}-{config.Model.Cell}" };
    }

    static void Summary(Output output, TrainResult result, string path, string report)
    {
        output.Line(Invariant($"test accuracy {result.TestAccuracy:0.000} ± {result.TestError:0.000} on {result.TestTexts:N0} texts; epoch {result.BestEpoch} of {result.Epochs.Count} kept"));
        output.Line(Invariant($"{result.TrainingSeconds:0.0} s of training, {result.SecondsPerEpoch:0.00} s an epoch, {result.Parameters:N0} parameters, {result.Bytes:N0} bytes"));
        output.Line($"report   {report}");
        output.Line($"model    {result.ModelPath}");
        output.Line($"next     ./tern predict {result.ModelPath} -     (a text a line)");
        if (result.Interrupted) output.Note($"Interrupted: the best epoch so far is kept. Run {Path.Combine(path, "config.json")} again for the whole run.");
    }

    static object Document(TrainResult result, string report) => new
    {
        Accuracy = result.TestAccuracy,
        StandardError = result.TestError,
        result.ValidationAccuracy,
        result.BestEpoch,
        result.TrainingSeconds,
        result.SecondsPerEpoch,
        result.RecurrentSecondsPerEpoch,
        result.Parameters,
        result.Bytes,
        Epochs = result.Epochs.Count,
        result.Interrupted,
        Report = report,
        Model = result.ModelPath,
    };

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
