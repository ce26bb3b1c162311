namespace Tern.Training;

/// <summary>Where a run stands; reported about ten times a second and at the end of each epoch.</summary>
/// <param name="Epoch">Present epoch, from 1.</param>
/// <param name="Epochs">Epochs of the run.</param>
/// <param name="Step">Steps done of this epoch.</param>
/// <param name="Steps">Steps of an epoch.</param>
/// <param name="ExamplesPerSecond">Rate of this epoch so far.</param>
/// <param name="Remaining">Expected time to the end of the last epoch.</param>
/// <param name="Loss">Mean training loss of this epoch so far, in nats.</param>
/// <param name="Metric">Validation accuracy after the last whole epoch, 0 to 1; null in the first.</param>
public sealed record TrainProgress(
    int Epoch, int Epochs, int Step, int Steps, double ExamplesPerSecond, TimeSpan Remaining, double Loss, double? Metric)
{
    /// <summary>The stage of compression; null without.</summary>
    public string? Stage { get; init; }
}
