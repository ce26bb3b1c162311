namespace Tern.Training.Search;

/// <summary>What a trained candidate costs and does.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Epochs">It was trained for.</param>
/// <param name="Flash">Bytes of code and tables.</param>
/// <param name="Ram">Bytes of state and work space.</param>
/// <param name="Milliseconds">A step; 0 where it is not known.</param>
/// <param name="Accuracy">On the validation examples, 0 to 1.</param>
/// <param name="Fits">Whether it is within the budget.</param>
public sealed record FrontierPoint(string Name, int Epochs, long Flash, long Ram, double Milliseconds, double Accuracy, bool Fits);

/// <summary>Which of many models are worth looking at.</summary>
public static class Frontier
{
    /// <summary>Those within the budget than which none is both smaller in flash and as accurate; by flash.</summary>
    public static IReadOnlyList<FrontierPoint> Of(IEnumerable<FrontierPoint> points)
    {
        List<FrontierPoint> frontier = [];
        foreach (FrontierPoint point in points.Where(point => point.Fits).OrderBy(point => point.Flash).ThenByDescending(point => point.Accuracy))
            if (frontier.Count == 0 || point.Accuracy > frontier[^1].Accuracy) frontier.Add(point);
        return frontier;
    }
}
