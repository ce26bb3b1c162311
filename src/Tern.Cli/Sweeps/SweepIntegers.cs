using System.Diagnostics;
using Tern.Cli.Mcu;
using Tern.Export.C;
using Tern.Model;
using Tern.Training;
using Tern.Training.Data;
using Tern.Training.Sweeps;

namespace Tern.Cli.Sweeps;

/// <summary>Makes and tests the integer forms of a study's models.</summary>
/// <param name="targets">Processors that they are priced for.</param>
/// <param name="models">How many there are, for the progress.</param>
/// <param name="output">Hears of models that have no integer form.</param>
/// <param name="cancel">Ends the work; what is left has no integer form then.</param>
sealed class SweepIntegers(IReadOnlyList<CTarget> targets, int models, Output output, CancellationToken cancel) : IDisposable
{
    readonly ProgressLine progress = new(output, "integers", "models");
    readonly long begin = Stopwatch.GetTimestamp();
    /// <summary>Test parts by the configuration of their data: entries of one data set are far from one another.</summary>
    readonly Dictionary<string, IReadOnlyList<Example>> tests = [];
    int seen;

    /// <summary>The integer form of a run that is done; null where its model has none, which is said.</summary>
    public IntegerForm? Of(SweepRun run)
    {
        if (cancel.IsCancellationRequested) return null;
        double rate = seen / Stopwatch.GetElapsedTime(begin).TotalSeconds;
        progress.Report((double)seen / models, rate, seen == 0 ? null : TimeSpan.FromSeconds((models - seen) / rate), run.Config.Name);
        seen++;
        string path = Path.Combine(run.Folder, "best.safetensors");
        try
        {
            FixedPointModel model = FixedPointModel.Load(path, data: null, weightBits: null, output);
            IReadOnlyList<Example> examples = Test(run.Config.Data);
            IReadOnlyList<Prediction> predictions = Classifier.Of(path, model, out _).Predict(examples, Environment.ProcessorCount);
            IReadOnlyList<string> labels = model.Network.Spec.Labels!;
            int right = examples.Index().Count(pair => pair.Item.Labels.Contains(labels[predictions[pair.Index].Index]));
            return new((double)right / examples.Count, [.. targets.Select(target => Cost(model, target))]);
        }
        catch (TernException e)
        {
            progress.Milestone($"{run.Config.Name} has no integer form: {e.Message}");
            return null;
        }
    }

    static IntegerCost Cost(FixedPointModel model, CTarget target)
    {
        CCost cost = CExport.Cost(model.Network, new CExportOptions { Target = target });
        return new(target.Name(), cost.FlashBytes, cost.RamBytes + cost.StackBytes, McuTarget.Of(target).Milliseconds(cost.Cycles));
    }

    IReadOnlyList<Example> Test(DataConfig data)
    {
        string key = ConfigJson.Element(new TrainConfig { Data = data }).GetRawText();
        if (tests.TryGetValue(key, out IReadOnlyList<Example>? examples)) return examples;
        Dataset all = Dataset.Load(data);
        return tests[key] = all.Test.Count > 0 ? all.Test : all.Validation;      // as training tests
    }

    public void Dispose() => progress.Dispose();
}
