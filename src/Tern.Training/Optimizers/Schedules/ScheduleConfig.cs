namespace Tern.Training.Optimizers.Schedules;

/// <summary>The schedule's kind and its numbers; those that a kind does not name are not used by it.</summary>
public sealed record ScheduleConfig
{
    /// <summary>The kind.</summary>
    public ScheduleKind Kind { get; init; } = ScheduleKind.Constant;

    /// <summary>Epochs between two falls (step).</summary>
    public int Every { get; init; } = 1;

    /// <summary>What the learning rate is multiplied by in a fall (step, exponential, plateau).</summary>
    public double Factor { get; init; } = 0.5;

    /// <summary>Epochs at the full learning rate, before it falls with each (exponential).</summary>
    public int After { get; init; } = 1;

    /// <summary>Epochs without a better validation metric after which the learning rate falls (plateau).</summary>
    public int Patience { get; init; } = 2;

    /// <summary>Lowest learning rate, as a share of the full one; a warm-up may be below it. Not for noam.</summary>
    public double Minimum { get; init; }

    /// <summary>Steps in which the learning rate rises evenly from 0, in any kind; noam needs some.</summary>
    public long WarmupSteps { get; init; }

    /// <summary>Width of the model (noam).</summary>
    public int Width { get; init; }

    /// <exception cref="TernException">A value is out of range.</exception>
    internal void Check()
    {
        TrainConfig.Check(Enum.IsDefined(Kind), "optimizer.schedule.kind", Kind, "constant, step, exponential, plateau, cosine or noam");
        TrainConfig.Check(Every >= 1, "optimizer.schedule.every", Every, "1 epoch or more");
        TrainConfig.Check(Factor is > 0 and <= 1, "optimizer.schedule.factor", Factor, "above 0 to 1, for example 0.5");
        TrainConfig.Check(After >= 0, "optimizer.schedule.after", After, "0 epochs or more");
        TrainConfig.Check(Patience >= 1, "optimizer.schedule.patience", Patience, "1 epoch or more");
        TrainConfig.Check(Minimum is >= 0 and <= 1, "optimizer.schedule.minimum", Minimum, "0 to 1, a share of the learning rate");
        TrainConfig.Check(WarmupSteps is >= 0 and <= 1_000_000_000_000, "optimizer.schedule.warmup_steps", WarmupSteps, "0 to 1000000000000 steps");
        TrainConfig.Check(Width >= 0, "optimizer.schedule.width", Width, "0 or more");
        if (Kind == ScheduleKind.Noam)
        {
            TrainConfig.Check(WarmupSteps >= 1, "optimizer.schedule.warmup_steps", WarmupSteps, "1 or more where optimizer.schedule.kind is noam, for example 4000");
            TrainConfig.Check(Width >= 1, "optimizer.schedule.width", Width, "the model's width where optimizer.schedule.kind is noam, for example 128");
            TrainConfig.Check(Minimum == 0, "optimizer.schedule.minimum", Minimum, "0 where optimizer.schedule.kind is noam");
        }
    }
}
