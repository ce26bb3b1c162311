using Tern.Cells;
using Tern.Matrices;
using Tern.Model;

namespace Tern.Cli.Bench;

/// <summary>One measured number of `bench step`.</summary>
/// <param name="Cell">What was stepped.</param>
/// <param name="Weights">How its weights are stored: one of <see cref="WeightKind.Names"/>.</param>
/// <param name="Size">Input and hidden size.</param>
/// <param name="Microseconds">Median of a step at batch 1.</param>
/// <param name="RatioToFloat32">Over that of the same cell with plain weights, where these are measured too.</param>
/// <param name="WeightBytes">Bytes of all weights as they are stored; null for libtorch's cells.</param>
/// <param name="BytesPerStep">Managed memory allocated by a step.</param>
sealed record StepTiming(string Cell, string Weights, int Size, double Microseconds, double? RatioToFloat32, long? WeightBytes, double BytesPerStep);

/// <summary>Streaming: one layer, one sequence, one step at a time, the state carried on.</summary>
static class StepBench
{
    const int Warm = 200, Rounds = 15;

    static readonly string[] Own = ["sru", "fastgrnn", "gru", "lstm"];

    public static string[] Names { get; } = [.. Own, LibtorchSteps.Lstm, LibtorchSteps.LstmCell];

    /// <summary>Measures a cell with each kind of weights, in turn; libtorch's cells, for which alone it is loaded, have plain ones.</summary>
    public static StepTiming[] Measure(string cell, int size, string[] kinds, WeightKind make, CancellationToken cancel)
    {
        bool own = Own.Contains(cell);
        using IDisposable? owned = own ? null : LibtorchSteps.Make(cell, size);
        string[] weights = own ? kinds : [WeightKind.Plain];
        (Action Step, long? Bytes)[] rows = owned is LibtorchSteps libtorch ? [(libtorch.Step, null)] : [.. weights.Select(kind => Make(cell, size, kind, make))];
        foreach (var (step, _) in rows)
            for (int i = 0; i < Warm; i++) step();
        double[] medians = new Stopclock(cpuTime: true).Medians([.. rows.Select(row => row.Step)], Rounds, TimeSpan.MaxValue, cancel);
        double? plain = own && Array.IndexOf(weights, WeightKind.Plain) is var first and >= 0 ? medians[first] : null;
        return [.. rows.Select((row, i) => new StepTiming(cell, weights[i], size, 1000 * medians[i], medians[i] / plain, row.Bytes, Allocated(row.Step)))];
    }

    static double Allocated(Action step)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Warm; i++) step();
        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Warm;
    }

    /// <summary>Tern's session, a cell with its default options, without libtorch.</summary>
    static (Action, long?) Make(string cell, int size, string kind, WeightKind weights)
    {
        var random = new Random(1);
        var module = new RecurrentSpec { Name = "encoder.0", Inputs = [ModelSpec.FeaturesInput], Cell = CellCatalogue.Resolve(cell), Input = size, Hidden = size };
        var spec = new ModelSpec { Task = "bench", Modules = [module], Output = module.Name };
        var shapes = module.Tensors().ToLookup(tensor => tensor.Value.Length == 2);
        Network network = new(spec, new ModelTensors(
            shapes[false].ToDictionary(tensor => tensor.Key, tensor => new TensorData(tensor.Value, WeightKind.Random(random, tensor.Value[0], size))),
            shapes[true].ToDictionary(tensor => tensor.Key, tensor => weights.Make(kind, tensor.Value[0], tensor.Value[1], random))));
        Session session = network.CreateSession();
        float[] features = WeightKind.Random(random, size, 1), output = new float[size];
        return (() => session.Step(features, output), network.Bytes);
    }
}
