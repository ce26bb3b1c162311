using Tern.Training.Optimizers.Schedules;

namespace Tern.Training.Optimizers;

/// <summary>The optimizer's rule and constants, the limits of the gradient, and the schedule of the learning rate.</summary>
public sealed record OptimizerConfig
{
    /// <summary>The rule.</summary>
    public OptimizerKind Kind { get; init; } = OptimizerKind.Adam;

    /// <summary>Step size, before the schedule.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Decay of the mean of gradients (Adam's family).</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the mean of squared gradients, in Adamax of their largest magnitude.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the squared mean, in Adamax to the gradient's magnitude.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decay of the sum of gradients (sgd); 0 for plain gradient descent.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Whether the gradient is taken after the coming momentum step (sgd).</summary>
    public bool Nesterov { get; init; }

    /// <summary>
    /// Pulls parameters to 0: in adamw each step multiplies them by 1 - learning rate x this, in the others it is the
    /// factor of the parameter that is added to its gradient, after clipping. Of an embedding table, the batch's rows only.
    /// </summary>
    public double WeightDecay { get; init; }

    /// <summary>Largest norm of all gradients together; larger ones are scaled down. 0 does not clip.</summary>
    public double ClipNorm { get; init; }

    /// <summary>Largest absolute value of a gradient's element; larger ones are cut, after clipping by norm. 0 does not clip.</summary>
    public double ClipValue { get; init; }

    /// <summary>How the learning rate changes in the course of a run.</summary>
    public ScheduleConfig Schedule { get; init; } = new();

    /// <exception cref="TernException">A value is out of range.</exception>
    internal void Check()
    {
        TrainConfig.Check(Enum.IsDefined(Kind), "optimizer.kind", Kind, "adam, adamw, adamax or sgd");
        TrainConfig.Check(LearningRate is > 0 and < 1e38, "optimizer.learning_rate", LearningRate, "above 0, for example 0.001");
        TrainConfig.Check(Beta1 is >= 0 and < 1, "optimizer.beta1", Beta1, "0 to below 1");
        TrainConfig.Check(Beta2 is >= 0 and < 1, "optimizer.beta2", Beta2, "0 to below 1");
        TrainConfig.Check(Epsilon is >= 1e-30 and < 1, "optimizer.epsilon", Epsilon, "1e-30 to below 1");
        TrainConfig.Check(Momentum is >= 0 and < 1, "optimizer.momentum", Momentum, "0 to below 1");
        TrainConfig.Check(!Nesterov || Kind == OptimizerKind.Sgd, "optimizer.nesterov", "true", "false where optimizer.kind is not sgd");
        TrainConfig.Check(!Nesterov || Momentum > 0, "optimizer.nesterov", "true", "false where optimizer.momentum is 0");
        TrainConfig.Check(WeightDecay is >= 0 and <= 1, "optimizer.weight_decay", WeightDecay, "0 (none) to 1, for example 0.01");
        TrainConfig.Check(ClipNorm >= 0, "optimizer.clip_norm", ClipNorm, "0 (no clipping) or more");
        TrainConfig.Check(ClipValue >= 0, "optimizer.clip_value", ClipValue, "0 (no clipping) or more");
        Schedule.Check();
    }
}
