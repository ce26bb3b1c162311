namespace Tern.Training.Optimizers.Schedules;

/// <summary>What a schedule remembers from epoch to epoch (plateau); a checkpoint holds it as JSON.</summary>
/// <param name="Best">The best finite metric so far; null before the first.</param>
/// <param name="Waited">Epochs since the best, or since the last fall.</param>
/// <param name="Falls">Times that the learning rate has fallen.</param>
public sealed record ScheduleState(double? Best = null, int Waited = 0, int Falls = 0);
