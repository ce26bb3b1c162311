using Tern.Training;
using Tern.Training.Data;
using Tern.Training.Data.Series;
using Tern.Training.Models;
using Tern.Training.Optimizers.Schedules;
using Tern.Training.Search;

namespace Tern.Cli.Fit;

/// <summary>What a search needs before it begins: settings of all trainings, and how long one may be.</summary>
static class FitPlanner
{
    /// <summary>A recipe as it is; data with settings that suit small networks of series.</summary>
    public static TrainConfig Base(string source, IEnumerable<string> assignments)
    {
        TrainConfig config = source.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? ConfigJson.ReadFile(source) : new TrainConfig
        {
            Data = new DataConfig { Train = source },
            Optimizer = new() { ClipNorm = 1, Schedule = new() { Kind = ScheduleKind.Cosine } },
            Batch = 0,
        };
        config = assignments.Aggregate(config, ConfigJson.Set);
        return config with { Name = config.Name.Length > 0 ? config.Name : Path.GetFileNameWithoutExtension(source.TrimEnd('/', '\\')), InitialModel = "" };
    }

    /// <summary>The data, whose size decides on a batch that is not given.</summary>
    public static Dataset Load(TrainConfig config) => Dataset.Load((config with { Batch = Math.Max(1, config.Batch) }).Resolve().Data);

    /// <summary>Fills in what depends on the data: a batch of a hundredth of it, and log-mel frames where it is sound.</summary>
    public static TrainConfig For(TrainConfig config, Dataset data, Output output)
    {
        if (config.Batch == 0) config = config with { Batch = Math.Clamp((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)data.Train.Count / 100), 8, 64) };
        if (data.SampleRate > 0 && config.Data.Series is { Features: SoundFeatures.Raw, Frame: 1 })
        {
            output.Note("The data is sound: steps are log-mel frames (data.series.features=logmel); --set data.series.frame=80 takes raw samples.");
            config = config with { Data = config.Data with { Series = config.Data.Series with { Features = SoundFeatures.LogMel } } };
        }
        return config.Resolve();
    }

    /// <summary>A candidate within the budget, the largest of a few, for what an epoch takes.</summary>
    /// <exception cref="TernException">There is none; the message names the smallest budget that lets one in.</exception>
    public static Candidate Largest(SearchSpace space, FitCosts costs, FitBudget budget)
    {
        const int looked = 150, enough = 6;
        List<Candidate> fitting = [];
        (Candidate Candidate, FitCost Cost)? nearest = null;
        foreach (Candidate candidate in space.Smallest().Concat(Enumerable.Range(0, looked).Select(space.At)))
        {
            if (costs.Of(candidate) is not { } cost) continue;
            if (budget.Holds(cost)) fitting.Add(candidate);
            if (fitting.Count == enough) break;
            if (nearest is not { } near || budget.Excess(cost) < budget.Excess(near.Cost)) nearest = (candidate, cost);
        }
        if (fitting.Count > 0) return fitting.MaxBy(candidate => candidate.Hidden * candidate.Layers)!;
        (Candidate least, FitCost itsCost) = nearest!.Value;
        throw new TernException(FormattableString.Invariant($"No model of this data is within {budget}: the nearest, {least}, takes {itsCost.Flash:N0} bytes of flash, {itsCost.Ram:N0} of RAM and {budget.MillisecondsOf(itsCost.Cycles):0.00} ms a step; give at least {budget.OptionsFor(itsCost)}."));
    }

    /// <summary>Seconds of an epoch of a candidate, measured.</summary>
    public static double SecondsPerEpoch(Candidate candidate, TrainConfig config, Dataset data)
    {
        const double validation = 1.3;      // times the training steps
        return validation * DryRun.Of(candidate.Apply(config), data).SecondsPerEpoch;
    }

    /// <summary>Epochs of the longest trainings: so many that a sixth of the time does one of them.</summary>
    public static int Epochs(double seconds, int jobs, double secondsPerEpoch)
    {
        const int least = 9, most = 54, trainings = 6;
        return (int)Math.Clamp(seconds * jobs / (trainings * secondsPerEpoch), least, most);
    }
}
