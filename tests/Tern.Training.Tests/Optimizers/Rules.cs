using Tern.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;

namespace Tern.Training.Tests.Optimizers;

/// <summary>The rules that tests go through, libtorch's form of each, and each written out in double.</summary>
static class Rules
{
    public static OptimizerConfig Config(string rule) => rule switch
    {
        "adam" => new(),
        "adam-decay" => new() { WeightDecay = 0.1 },
        "adam-other" => new() { Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-3 },
        "adamw" => new() { Kind = OptimizerKind.AdamW, WeightDecay = 0.2 },
        "adamax" => new() { Kind = OptimizerKind.Adamax },
        "adamax-decay" => new() { Kind = OptimizerKind.Adamax, WeightDecay = 0.1 },
        "sgd" => new() { Kind = OptimizerKind.Sgd, Momentum = 0 },
        "sgd-decay" => new() { Kind = OptimizerKind.Sgd, Momentum = 0, WeightDecay = 0.1 },
        "momentum" => new() { Kind = OptimizerKind.Sgd, Momentum = 0.9 },
        "nesterov-decay" => new() { Kind = OptimizerKind.Sgd, Momentum = 0.8, Nesterov = true, WeightDecay = 0.1 },
        _ => throw new ArgumentException(rule),
    };

    public static TheoryData<string> All => ["adam", "adam-decay", "adam-other", "adamw", "adamax", "adamax-decay", "sgd", "sgd-decay", "momentum", "nesterov-decay"];

    public static torch.optim.Optimizer Torch(IEnumerable<Parameter> parameters, OptimizerConfig c, double rate) => c.Kind switch
    {
        OptimizerKind.AdamW => torch.optim.AdamW(parameters, rate, c.Beta1, c.Beta2, c.Epsilon, c.WeightDecay),
        OptimizerKind.Adamax => torch.optim.Adamax(parameters, rate, c.Beta1, c.Beta2, c.Epsilon, c.WeightDecay),
        OptimizerKind.Sgd => torch.optim.SGD(parameters, rate, c.Momentum, 0, c.WeightDecay, c.Nesterov),
        _ => torch.optim.Adam(parameters, rate, c.Beta1, c.Beta2, c.Epsilon, c.WeightDecay),
    };

    /// <summary>Step t of one number, as published.</summary>
    public static double Move(OptimizerConfig c, double rate, int t, double x, double g, ref double first, ref double second)
    {
        if (c.Kind == OptimizerKind.AdamW)
            x -= rate * c.WeightDecay * x;
        else
            g += c.WeightDecay * x;
        if (c.Kind == OptimizerKind.Sgd)
        {
            first = c.Momentum * first + g;
            return x - rate * (c.Nesterov ? g + c.Momentum * first : first);
        }
        first = c.Beta1 * first + (1 - c.Beta1) * g;
        double mean = first / (1 - Math.Pow(c.Beta1, t));
        if (c.Kind == OptimizerKind.Adamax)
        {
            second = Math.Max(c.Beta2 * second, Math.Abs(g) + c.Epsilon);
            return x - rate * mean / second;
        }
        second = c.Beta2 * second + (1 - c.Beta2) * g * g;
        return x - rate * mean / (Math.Sqrt(second / (1 - Math.Pow(c.Beta2, t))) + c.Epsilon);
    }
}
