using System.Globalization;

namespace Tern.Training.Compression;

/// <summary>
/// Gradual magnitude pruning (Zhu and Gupta 2017, "To prune, or not to prune", eq. 1): the share of zeros rises from
/// s_i to s_f as s_t = s_f + (s_i - s_f) (1 - (t - t_0) / (t_n - t_0))^3, fast at first, when many weights can go.
/// </summary>
public sealed class PruningSchedule
{
    /// <summary>A schedule.</summary>
    /// <param name="keep">The share of weights to keep in the end, above 0 and up to 1.</param>
    /// <param name="begin">t_0: the step from which on weights go.</param>
    /// <param name="end">t_n: the step from which on no more go; after <paramref name="begin"/>.</param>
    /// <param name="keepAtFirst">The share to keep at the beginning.</param>
    /// <exception cref="TernException">A share is 0, below the last one or above 1, or the steps do not rise from 0.</exception>
    public PruningSchedule(double keep, long begin, long end, double keepAtFirst = 1)
    {
        HardThreshold.CheckShare(keep, "keep");
        HardThreshold.CheckShare(keepAtFirst, "keepAtFirst");
        if (keep > keepAtFirst)
            throw new TernException(string.Create(CultureInfo.InvariantCulture, $"keep is {keep} and keepAtFirst {keepAtFirst}; expected a share that falls."));
        if (begin < 0 || end <= begin)
            throw new TernException($"Pruning goes from step {begin} to {end}; expected a first step from 0 on and a later last one.");
        (Keep, Begin, End, KeepAtFirst) = (keep, begin, end, keepAtFirst);
    }

    /// <summary>The share kept in the end.</summary>
    public double Keep { get; }

    /// <summary>The step from which on weights go.</summary>
    public long Begin { get; }

    /// <summary>The step from which on no more go.</summary>
    public long End { get; }

    /// <summary>The share kept at the beginning.</summary>
    public double KeepAtFirst { get; }

    /// <summary>The share to keep at a step; all before <see cref="Begin"/>.</summary>
    public double At(long step)
    {
        if (step < Begin)
            return 1;
        double left = 1 - Math.Min(1, (double)(step - Begin) / (End - Begin));
        return Keep + (KeepAtFirst - Keep) * left * left * left;
    }
}
