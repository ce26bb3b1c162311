using Tern.Cells;
using Tern.Model;
using Tern.Training.Models;

namespace Tern.Training.Reports;

/// <summary>An epoch of a run, as metrics.csv has it.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Elapsed">Seconds of training steps from the start of the run to the end of this epoch.</param>
/// <param name="ValidationAccuracy">0 to 1.</param>
/// <param name="ValidationLoss">Mean over the validation part; NaN where the file has none.</param>
/// <param name="Seconds">Of this epoch's training steps; 0 where the file has none.</param>
/// <param name="RecurrentSeconds">Of that, the encoder's forward and backward; 0 where the file has none.</param>
public sealed record RunEpoch(int Epoch, double Elapsed, double ValidationAccuracy, double ValidationLoss, double Seconds = 0, double RecurrentSeconds = 0);

/// <summary>What a run folder says of its run, for comparisons. What is missing or damaged is left out and named in <see cref="Remark"/>.</summary>
public sealed record RunSummary
{
    /// <summary>The folder, as it was given.</summary>
    public required string Folder { get; init; }

    /// <summary>The folder's own name, or the folder as given where another run has that name.</summary>
    public required string Name { get; init; }

    /// <summary>The configuration: keys such as model.hidden, and values as they stand in config.json.</summary>
    public required IReadOnlyDictionary<string, string> Config { get; init; }

    /// <summary>The epochs so far.</summary>
    public IReadOnlyList<RunEpoch> Epochs { get; init; } = [];

    /// <summary>Test accuracy of the model file, 0 to 1; null where it is not there yet.</summary>
    public double? TestAccuracy { get; init; }

    /// <summary>Validation accuracy of the model file, 0 to 1; null where it does not say. With stages of compression it is that of the last stage, not of the best epoch.</summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>Numbers in the model file; null where it cannot be read.</summary>
    public long? Parameters { get; init; }

    /// <summary>Size of the model file; null where there is none.</summary>
    public long? Bytes { get; init; }

    /// <summary>Bytes of all numbers in the model file, as they are stored; null where it cannot be read.</summary>
    public long? NumberBytes { get; init; }

    /// <summary>Learnt numbers of the first layer's cell by name, such as FastRNN's alpha and beta.</summary>
    public IReadOnlyDictionary<string, double> Numbers { get; init; } = new Dictionary<string, double>();

    /// <summary>What is missing or damaged; empty where all is there.</summary>
    public string Remark { get; init; } = "";

    /// <summary>The epoch with the best validation accuracy (of equals, the smallest validation loss); null before the first.</summary>
    public RunEpoch? Best => Epochs.Count == 0 ? null : Epochs.Aggregate((best, epoch) => (epoch.ValidationAccuracy, -epoch.ValidationLoss).CompareTo((best.ValidationAccuracy, -best.ValidationLoss)) > 0 ? epoch : best);

    /// <summary>Seconds of training steps so far.</summary>
    public double Seconds => Epochs.Count == 0 ? 0 : Epochs[^1].Elapsed;

    /// <summary>The recurrent cell.</summary>
    public string Cell => Config.GetValueOrDefault("model.cell", "–");

    /// <summary>Layers and units, for example "2 x 128", with "both directions" where it reads both ways; windows and filters of a convolution.</summary>
    public string Size => Cell == ModelConfig.Cnn ? Convolution : $"{Config.GetValueOrDefault("model.layers", "?")} x {Config.GetValueOrDefault("model.hidden", "?")}{(Config.GetValueOrDefault("model.bidirectional") == "true" ? ", both directions" : "")}";

    string Convolution => $"windows {Config.GetValueOrDefault("model.windows", "?").Trim('[', ']').Replace(",", ", ", StringComparison.Ordinal)} of {Config.GetValueOrDefault("model.filters", "?")}";

    /// <summary>Reads run folders.</summary>
    /// <exception cref="TernException">One is no run folder, or none has an epoch.</exception>
    public static IReadOnlyList<RunSummary> ReadAll(IReadOnlyList<string> folders)
    {
        RunSummary[] runs = [.. folders.Select(Read)];
        if (runs.All(run => run.Epochs.Count == 0))
            throw new TernException($"There is nothing to compare: {runs[0].Folder} has no epoch yet ({runs[0].Remark}); wait for the first line of its metrics.csv, or give another run.");
        return [.. runs.Select(run => runs.Count(other => other.Name == run.Name) > 1 ? run with { Name = run.Folder } : run)];
    }

    /// <summary>Reads a run folder; a file of the folder stands for it.</summary>
    /// <exception cref="TernException">It is no run folder.</exception>
    public static RunSummary Read(string folder)
    {
        string path = File.Exists(folder) ? Path.GetDirectoryName(Path.GetFullPath(folder))! : folder;
        if (!Directory.Exists(path))
            throw new TernException($"There is no run folder {folder}; give folders that `tern train` has written, such as runs/NAME.");
        var remarks = new List<string>();
        var run = new RunSummary
        {
            Folder = folder,
            Name = Path.GetFileName(Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar)),
            Config = RunFiles.Config(Path.Combine(path, "config.json")),
            Epochs = RunFiles.Metrics(Path.Combine(path, "metrics.csv"), remarks),
        };
        return WithModel(run, Path.Combine(path, "best.safetensors"), remarks);
    }

    static RunSummary WithModel(RunSummary run, string path, List<string> remarks)
    {
        if (!File.Exists(path))
            return run with { Remark = string.Join("; ", remarks.Append("no model yet")) };
        long bytes = new FileInfo(path).Length;
        try
        {
            (ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors) = ModelFile.Load(path);
            double? test = spec.Metrics.TryGetValue("test_accuracy", out double accuracy) ? accuracy : null;
            if (test is null)
                remarks.Add("not tested yet");
            return run with
            {
                TestAccuracy = test,
                ValidationAccuracy = spec.Metrics.TryGetValue("validation_accuracy", out double validated) ? validated : null,
                Parameters = ModuleCost.Of(spec).Sum(cost => cost.Parameters),
                Bytes = bytes,
                NumberBytes = ModelTensors.Size(tensors, tensors.Keys).Bytes,
                Numbers = Scalars(spec, tensors),
                Remark = string.Join("; ", remarks),
            };
        }
        catch (TernException e)
        {
            // the file's name is the row's
            string what = e.Message.Replace($"Model file '{path}' ", "the model file ", StringComparison.Ordinal);
            return run with { Bytes = bytes, Remark = string.Join("; ", remarks.Append(what)) };
        }
    }

    static Dictionary<string, double> Scalars(ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors) => spec.Modules.OfType<RecurrentSpec>().FirstOrDefault() is not { } layer ? []
        : CellCatalogue.Spec(layer.Cell).Scalars.ToDictionary(name => name, name => 1 / (1 + Math.Exp(-(double)tensors[$"{layer.Name}.forward.{name}"].Values[0])));

    /// <summary>Keys whose values are not the same in all runs, in the order of the first configuration that has them; a name is no setting.</summary>
    public static IReadOnlyList<string> Differences(IReadOnlyList<RunSummary> runs) =>
        [.. runs.SelectMany(run => run.Config.Keys).Distinct().Where(key => key != "name" && runs.Select(run => run.Config.GetValueOrDefault(key)).Distinct().Count() > 1)];
}
