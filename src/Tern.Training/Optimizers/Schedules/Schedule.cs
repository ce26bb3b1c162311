namespace Tern.Training.Optimizers.Schedules;

/// <summary>
/// The learning rate of each step. Step and epoch count from 1, so that a resumed run continues on the curve; only a
/// plateau has a state besides.
/// </summary>
public sealed class Schedule
{
    readonly double full;
    readonly ScheduleConfig config;
    readonly long totalSteps;
    ScheduleState state = new();

    /// <summary>The schedule of a run.</summary>
    /// <param name="optimizer">The full learning rate and the schedule's numbers.</param>
    /// <param name="stepsPerEpoch">Optimizer steps of an epoch: batches divided by those of one accumulated step, rounded up.</param>
    /// <param name="epochs">Epochs of the run, if nothing ends it before.</param>
    /// <exception cref="TernException">A value is out of range.</exception>
    public Schedule(OptimizerConfig optimizer, int stepsPerEpoch, int epochs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stepsPerEpoch);
        ArgumentOutOfRangeException.ThrowIfNegative(epochs);
        optimizer.Check();
        full = optimizer.LearningRate;
        config = optimizer.Schedule;
        totalSteps = (long)stepsPerEpoch * epochs;
    }

    /// <summary>What is remembered; to be saved with a checkpoint and set again.</summary>
    /// <exception cref="TernException">A value that no schedule can have.</exception>
    public ScheduleState State
    {
        get => state;
        set
        {
            if (value.Waited < 0 || value.Falls < 0 || value.Best is double best && !double.IsFinite(best))
                throw new TernException($"The schedule's state {value} is none that a run leaves; the checkpoint is damaged.");
            state = value;
        }
    }

    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">The optimizer's step from the start of the run, from 1.</param>
    /// <param name="epoch">Its epoch, from 1.</param>
    public double LearningRate(long step, int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(epoch, 1);
        long warmup = config.WarmupSteps;
        if (config.Kind == ScheduleKind.Noam)
            return full * Math.Pow(config.Width, -0.5) * Math.Min(Math.Pow(step, -0.5), step * Math.Pow(warmup, -1.5));
        double share = Math.Max(config.Minimum, config.Kind switch
        {
            ScheduleKind.Step => Math.Pow(config.Factor, (epoch - 1) / config.Every),
            ScheduleKind.Exponential => Math.Pow(config.Factor, Math.Max(0, epoch - config.After)),
            ScheduleKind.Plateau => Math.Pow(config.Factor, state.Falls),
            ScheduleKind.Cosine => Cosine(step - 1 - warmup, totalSteps - warmup),
            _ => 1,
        });
        return full * share * (step < warmup ? (double)step / warmup : 1);
    }

    // after = 0 is the first step after the warm-up, and the first at the full rate where there is none
    double Cosine(long after, long steps) =>
        after <= 0 ? 1
        : after >= steps ? config.Minimum
        : config.Minimum + 0.5 * (1 - config.Minimum) * (1 + Math.Cos(Math.PI * after / steps));

    /// <summary>To be told of each epoch's end.</summary>
    /// <param name="metric">Validation metric, higher is better; one that is not finite is never better.</param>
    public void EpochEnded(double metric)
    {
        if (config.Kind != ScheduleKind.Plateau)
            return;
        if (double.IsFinite(metric) && (state.Best is null || metric > state.Best))
            state = state with { Best = metric, Waited = 0 };
        else if (state.Waited + 1 < config.Patience)
            state = state with { Waited = state.Waited + 1 };
        else
            state = state with { Waited = 0, Falls = state.Falls + 1 };
    }
}
