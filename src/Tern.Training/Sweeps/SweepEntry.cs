using Tern.Training.Reports;

namespace Tern.Training.Sweeps;

/// <summary>A model on a data set: an entry of a study's table, made of several runs.</summary>
public sealed class SweepEntry
{
    readonly TrainConfig config;

    /// <param name="study">The study.</param>
    /// <param name="set">The column.</param>
    /// <param name="model">The row.</param>
    /// <param name="folder">The study's folder.</param>
    /// <param name="threads">Threads of each run.</param>
    /// <exception cref="TernException">A value does not fit, the data is not on this machine, or the folder holds runs of another study.</exception>
    public SweepEntry(SweepConfig study, SweepSet set, SweepModel model, string folder, int threads)
    {
        (Set, Model) = (set, model);
        Folder = Path.Combine(folder, "runs", SweepConfig.FolderName(set.Name), SweepConfig.FolderName(model.Name));
        try
        {
            config = set.Set.Concat(model.Set).Aggregate(study.Base, ConfigJson.Set) with { Name = $"{set.Name} {model.Name}", Threads = threads };
            // all of them now, so that a value that does not fit is no surprise of the third hour
            foreach (string value in set.Repeat.Values)
                foreach (SweepRun run in Runs(value))
                    run.Check();
        }
        catch (TernException e)
        {
            throw new TernException($"{set.Name}, {model.Name}: {e.Message}");
        }
    }

    /// <summary>The folder of its runs.</summary>
    public string Folder { get; }

    /// <summary>The column.</summary>
    public SweepSet Set { get; }

    /// <summary>The row.</summary>
    public SweepModel Model { get; }

    /// <summary>The runs that are done first: the first repeat, once for each value that is tried.</summary>
    public IReadOnlyList<SweepRun> First => Runs(Set.Repeat.Values[0]);

    /// <summary>All repeats with the value that was best in <see cref="First"/>; null while that is not known.</summary>
    public IReadOnlyList<SweepRun>? Repeats
    {
        get
        {
            IReadOnlyList<SweepRun> first = First;
            RunSummary?[] tried = [.. first.Select(run => run.Done())];
            if (tried.Any(run => run is null))
                return null;
            // of equals the one that stands first
            int best = Enumerable.Range(0, tried.Length).MaxBy(i => (tried[i]!.ValidationAccuracy ?? tried[i]!.Best!.ValidationAccuracy, -i));
            return [.. Set.Repeat.Values.Select(value => Runs(value)[best])];
        }
    }

    IReadOnlyList<SweepRun> Runs(string repeat)
    {
        TrainConfig repeated = Set.Repeat.Apply(config, repeat);
        string last = Set.Repeat.Label(repeat);
        return Model.Tune is not { } tune
            ? [new(Path.Combine(Folder, last), repeated.Resolve(), "")]
            : [.. tune.Values.Select(value => new SweepRun(Path.Combine(Folder, tune.Label(value), last), tune.Apply(repeated, value).Resolve(), value))];
    }
}
