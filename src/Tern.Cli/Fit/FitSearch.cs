using System.Diagnostics;
using System.Globalization;
using Tern.Model;
using Tern.Training;
using Tern.Training.Search;
using Tern.Training.Sweeps;

namespace Tern.Cli.Fit;

/// <summary>
/// The search: draws candidates that fit the budget, trains them by asynchronous successive halving, each in a process of
/// its own, and keeps fit.json. What was under way when it was interrupted is done first.
/// </summary>
sealed class FitSearch
{
    /// <summary>Seconds that a trial takes beside its epochs: a process, the data, the test.</summary>
    const double Start = 3;

    /// <summary>Candidates that are drawn in vain before a search has seen them all.</summary>
    const int MostInVain = 3000;

    readonly object gate = new();
    readonly string folder;
    readonly TrainConfig config;
    readonly FitCosts costs;
    readonly SearchSpace space;
    readonly SuccessiveHalving halving;
    readonly Queue<FitTrial> left;
    readonly double limit;
    readonly int most;
    readonly long begin = Stopwatch.GetTimestamp();
    readonly double before;
    bool exhausted;

    /// <param name="folder">Of the search.</param>
    /// <param name="state">Where it stands.</param>
    /// <param name="config">What all trainings have in common.</param>
    /// <param name="costs">Costs of candidates.</param>
    /// <param name="space">Where candidates come from.</param>
    /// <param name="limit">Seconds in all, those of earlier commands included.</param>
    /// <param name="most">Trainings in all, likewise.</param>
    public FitSearch(string folder, FitState state, TrainConfig config, FitCosts costs, SearchSpace space, double limit, int most)
    {
        (this.folder, State, this.config, this.costs, this.space, this.limit, this.most) = (folder, state, config, costs, space, limit, most);
        halving = new(state.Plan.Rungs);
        before = state.Seconds;
        left = new(state.Trials.Where(trial => trial.IsUnderWay));
    }

    /// <summary>Where the search stands.</summary>
    public FitState State { get; private set; }

    /// <summary>Told of a trial that has ended.</summary>
    public Action<FitTrial>? Ended { get; init; }

    /// <summary>Seconds spent so far, those of earlier commands included.</summary>
    public double Seconds => before + Stopwatch.GetElapsedTime(begin).TotalSeconds;

    /// <summary>The most accurate trials that fit, one of each candidate: that of the most epochs.</summary>
    public IReadOnlyList<FitTrial> Best =>
    [
        .. State.Trials.Where(trial => trial.ValidationAccuracy is not null && trial.Cost is { } cost && State.Plan.Budget.Holds(cost))
            .GroupBy(trial => trial.Candidate.Number).Select(trials => trials.MaxBy(trial => trial.Rung)!)
            .OrderByDescending(trial => trial.ValidationAccuracy).ThenBy(trial => trial.Cost!.Value.Flash),
    ];

    /// <summary>Returns when the time is over, nothing is left to try, or somebody interrupts; <paramref name="tick"/> is called about ten times a second.</summary>
    public void Run(int jobs, Action tick, CancellationToken cancel)
    {
        Thread[] workers = [.. Enumerable.Range(0, jobs).Select(_ => new Thread(() => Work(cancel)))];
        foreach (Thread worker in workers) worker.Start();
        while (!Array.TrueForAll(workers, worker => worker.Join(TimeSpan.FromMilliseconds(100.0 / jobs)))) tick();
        lock (gate) Change(State);
    }

    void Work(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested && Next() is { } trial)
        {
            long start = Stopwatch.GetTimestamp();
            FitTrial ended = Attempt(trial, cancel);
            if (cancel.IsCancellationRequested) return;     // it stays under way
            ended = ended with { Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds };
            lock (gate)
            {
                Change(State with { Trials = [.. State.Trials.Select(other => other.Folder == ended.Folder ? ended : other)] });
                Ended?.Invoke(ended);
            }
        }
    }

    FitTrial? Next()
    {
        lock (gate)
        {
            if (left.TryDequeue(out FitTrial? begun)) return begun;
            SuccessiveHalving.Trial[] trials = [.. State.Trials.Select(trial => new SuccessiveHalving.Trial(trial.Candidate.Number, trial.Rung, trial.ValidationAccuracy))];
            while (trials.Length < most && halving.Next(trials, Fits) is var (number, rung))
            {
                Candidate? candidate = number is null ? Draw() : State.Trials.First(trial => trial.Candidate.Number == number).Candidate;
                if (candidate is null) continue;     // all were seen: what is left goes to the best
                var trial = new FitTrial { Candidate = candidate, Rung = rung, Epochs = halving.Rungs[rung], Folder = Path.Combine("trials", string.Create(CultureInfo.InvariantCulture, $"{candidate.Number:0000}-{halving.Rungs[rung]}")) };
                Change(State with { Trials = [.. State.Trials, trial] });
                return trial;
            }
            return null;
        }
    }

    bool Fits(int? candidate, int rung)
    {
        if (candidate is null && exhausted) return false;
        FitTrial[] known = [.. State.Trials.Where(trial => trial.Seconds > 0 && (candidate is null || trial.Candidate.Number == candidate))];
        double epoch = known.Length == 0 ? State.SecondsPerEpoch : known.Select(trial => Math.Max(0, trial.Seconds - Start) / trial.Epochs).Order().ElementAt(known.Length / 2);
        return Start + epoch * halving.Rungs[rung] <= limit - Seconds;
    }

    /// <summary>The next candidate that fits the budget; null where no more are found.</summary>
    Candidate? Draw()
    {
        for (int vain = 0; vain < MostInVain; vain++)
        {
            Candidate candidate = space.At(State.Drawn);
            State = State with { Drawn = State.Drawn + 1 };
            if (costs.Of(candidate) is { } cost && State.Plan.Budget.Holds(cost)) return candidate;
        }
        exhausted = true;
        return null;
    }

    FitTrial Attempt(FitTrial trial, CancellationToken cancel)
    {
        try
        {
            var run = new SweepRun(Path.Combine(folder, trial.Folder), (trial.Candidate.Apply(config) with { Name = trial.Candidate.ToString(), Epochs = trial.Epochs }).Resolve(), "");
            run.Begin();
            (int code, string said) = ChildProcess.Quiet(["resume", run.Folder, "--json"], cancel);
            if (run.Done() is not { } done || code != 0) return trial with { Error = $"exit code {code}: {said}" };
            (ModelSpec spec, var tensors) = ModelFile.Load(Path.Combine(run.Folder, FitFolder.Model));
            lock (gate) return trial with { ValidationAccuracy = done.ValidationAccuracy, TestAccuracy = done.TestAccuracy, Cost = costs.Of(spec, tensors) };
        }
        catch (Exception e) when (e is TernException or IOException or OperationCanceledException)
        {
            return trial with { Error = e.Message };
        }
    }

    void Change(FitState state)
    {
        State = state with { Seconds = Seconds };
        State.Save(Path.Combine(folder, FitFolder.State));
    }
}
