using Tern.Export.C;
using Tern.FixedPoint;
using Tern.Model;
using Tern.Training;
using Tern.Training.Data;
using Tern.Training.Search;

namespace Tern.Cli.Fit;

/// <summary>What networks cost on a target before anybody has trained or compiled them.</summary>
/// <param name="config">What all trainings have in common, resolved.</param>
/// <param name="data">The data.</param>
/// <param name="budget">The target, and what a model may take.</param>
sealed class FitCosts(TrainConfig config, Dataset data, FitBudget budget) : IDisposable
{
    /// <summary>Enough to choose scales by, which decide the width of sums.</summary>
    const int Sequences = 24;

    readonly UntrainedModels models = new(config, data);
    IReadOnlyList<float[]>? rows;

    /// <summary>Numbers of a step.</summary>
    public int Channels => models.Channels;

    /// <summary>The cost of a candidate with random weights; null where the integer form or the training lacks what it asks for.</summary>
    public FitCost? Of(Candidate candidate)
    {
        TrainConfig whole;
        try { whole = candidate.Apply(config).Resolve(); }
        catch (TernException) { return null; }
        (ModelSpec spec, ModelTensors tensors) = models.Of(whole);
        return Of(spec, tensors);
    }

    /// <summary>The cost of a model.</summary>
    public FitCost Of(ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors)
    {
        rows ??= [.. data.Train.Where((_, i) => i % Math.Max(1, data.Train.Count / Sequences) == 0).Take(Sequences).Select(example => FixedPointModel.Rows(example, models.Features))];
        FixedNetwork network = spec.Ranges is null ? FixedPointCompiler.Compile(spec, tensors, rows) : FixedPointCompiler.Compile(spec, tensors);
        return Predict(network, Options(network, budget));
    }

    /// <summary>How a network is exported within a budget: products in loops, which are the smallest; in straight-line code where only that keeps the time.</summary>
    public static CExportOptions Options(FixedNetwork network, FitBudget budget)
    {
        // nothing is in straight-line code where one byte is given; what loops take is then the budget
        CExportOptions loops = new() { Target = budget.Target, FlashBytes = 1 };
        FitCost cost = Predict(network, loops);
        bool slow = budget.Milliseconds < budget.MillisecondsOf(cost.Cycles);
        return loops with { FlashBytes = slow ? Math.Max((int)cost.Flash, budget.Flash ?? int.MaxValue) : (int)cost.Flash };
    }

    static FitCost Predict(FixedNetwork network, CExportOptions options)
    {
        CCost cost = CExport.Cost(network, options);
        return new(cost.FlashBytes, cost.RamBytes + cost.StackBytes, cost.Cycles);
    }

    public void Dispose() => models.Dispose();
}
