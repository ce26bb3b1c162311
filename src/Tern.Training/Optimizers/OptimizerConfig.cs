namespace Tern.Training.Optimizers;

/// <summary>Adam's constants and the limits of the gradient.</summary>
public sealed record OptimizerConfig
{
    /// <summary>Step size.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Decay of the mean of gradients.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the mean of squared gradients.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the squared mean.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Largest norm of all gradients together; larger ones are scaled down. 0 does not clip.</summary>
    public double ClipNorm { get; init; }

    /// <summary>Largest absolute value of a gradient's element; larger ones are cut. 0 does not clip.</summary>
    public double ClipValue { get; init; }

    /// <exception cref="TernException">A value is out of range.</exception>
    internal void Check()
    {
        TrainConfig.Check(LearningRate is > 0 and < 1e38, "optimizer.learning_rate", LearningRate, "above 0, for example 0.001");
        TrainConfig.Check(Beta1 is >= 0 and < 1, "optimizer.beta1", Beta1, "0 to below 1");
        TrainConfig.Check(Beta2 is >= 0 and < 1, "optimizer.beta2", Beta2, "0 to below 1");
        TrainConfig.Check(Epsilon is >= 1e-30 and < 1, "optimizer.epsilon", Epsilon, "1e-30 to below 1");
        TrainConfig.Check(ClipNorm >= 0, "optimizer.clip_norm", ClipNorm, "0 (no clipping) or more");
        TrainConfig.Check(ClipValue >= 0, "optimizer.clip_value", ClipValue, "0 (no clipping) or more");
    }
}
