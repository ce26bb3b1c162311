namespace Tern.Training.Search;

/// <summary>
/// Asynchronous successive halving (Li et al. 2020, "A System for Massively Parallel Hyperparameter Tuning", algorithm 2):
/// many candidates are trained for few epochs; of those of a rung the best third is trained for three times as many.
/// Nobody waits for a rung to be full: whoever is free takes the highest rung from which one may go up, else a new candidate.
/// </summary>
/// <param name="rungs">Epochs of each rung, ascending. Each is a training of its own, since stages and schedule end with it.</param>
public sealed class SuccessiveHalving(IReadOnlyList<int> rungs)
{
    /// <summary>One of so many of a rung goes up; also how many times more epochs the next rung has.</summary>
    public const int Reduction = 3;

    /// <summary>Epochs of each rung, ascending.</summary>
    public IReadOnlyList<int> Rungs { get; } = rungs;

    /// <summary>Rungs up to a number of epochs, of which the lowest has no fewer than <paramref name="least"/>.</summary>
    public static SuccessiveHalving UpTo(int epochs, int least)
    {
        List<int> rungs = [epochs];
        while (rungs[0] / Reduction >= least) rungs.Insert(0, rungs[0] / Reduction);
        return new(rungs);
    }

    /// <summary>The trial to do next; null where none can be done in the time that is left.</summary>
    /// <param name="trials">All that were begun.</param>
    /// <param name="fits">Whether a trial of this candidate (null for a new one) at this rung can be done in the time that is left.</param>
    public (int? Candidate, int Rung)? Next(IReadOnlyCollection<Trial> trials, Func<int?, int, bool> fits)
    {
        for (int rung = Rungs.Count - 2; rung >= 0; rung--)
        {
            Trial[] done = [.. Done(trials, rung)];
            if (done.Take(done.Length / Reduction).FirstOrDefault(May) is { } best) return (best.Candidate, rung + 1);

            bool May(Trial trial) => !Begun(trials, trial.Candidate, rung + 1) && fits(trial.Candidate, rung + 1);
        }
        if (fits(null, 0)) return (null, 0);
        // the time is too short for new ones and a whole rung: what is left goes to the best
        for (int rung = Rungs.Count - 2; rung >= 0; rung--)
            if (Done(trials, rung).FirstOrDefault() is { } best && !Begun(trials, best.Candidate, rung + 1) && fits(best.Candidate, rung + 1))
                return (best.Candidate, rung + 1);
        return null;
    }

    /// <summary>The trials of a rung that have come to something, the best first.</summary>
    static IEnumerable<Trial> Done(IReadOnlyCollection<Trial> trials, int rung) =>
        trials.Where(trial => trial.Rung == rung && trial.Score is not null).OrderByDescending(trial => trial.Score).ThenBy(trial => trial.Candidate);

    static bool Begun(IReadOnlyCollection<Trial> trials, int candidate, int rung) => trials.Any(trial => trial.Candidate == candidate && trial.Rung == rung);

    /// <summary>A training of a search.</summary>
    /// <param name="Candidate">Number of the candidate.</param>
    /// <param name="Rung">From 0.</param>
    /// <param name="Score">Larger is better; null while it is under way, or where it has failed.</param>
    public sealed record Trial(int Candidate, int Rung, double? Score);
}
