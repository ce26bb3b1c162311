using Tern.Training.Search;

namespace Tern.Cli.Fit;

/// <summary>A training of a search, as fit.json keeps it.</summary>
sealed record FitTrial
{
    public required Candidate Candidate { get; init; }

    /// <summary>Rung of successive halving, from 0.</summary>
    public required int Rung { get; init; }

    public required int Epochs { get; init; }

    /// <summary>The run's folder, below that of the search.</summary>
    public required string Folder { get; init; }

    /// <summary>Of the best epoch, 0 to 1; null while it is under way, or where it has failed.</summary>
    public double? ValidationAccuracy { get; init; }

    public double? TestAccuracy { get; init; }

    /// <summary>Predicted from the trained weights.</summary>
    public FitCost? Cost { get; init; }

    /// <summary>Wall time of the whole trial.</summary>
    public double Seconds { get; init; }

    /// <summary>Why it has failed; null where it has not.</summary>
    public string? Error { get; init; }

    /// <summary>Whether it has neither ended nor failed.</summary>
    public bool IsUnderWay => ValidationAccuracy is null && Error is null;

    /// <summary>For the report.</summary>
    public FrontierPoint? Point(FitBudget budget) => (ValidationAccuracy, Cost) is ({ } accuracy, { } cost)
        ? new(Candidate.ToString(), Epochs, cost.Flash, cost.Ram, budget.MillisecondsOf(cost.Cycles), accuracy, budget.Holds(cost))
        : null;
}
