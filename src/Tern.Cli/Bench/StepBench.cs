using System.Diagnostics;
using Tern.Cells;
using Tern.Model;
using Tern.Training.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tern.Cli.Bench;

/// <summary>One measured number of `bench step`.</summary>
/// <param name="Cell">What was stepped.</param>
/// <param name="Size">Input and hidden size.</param>
/// <param name="Microseconds">Median of a step at batch 1.</param>
/// <param name="BytesPerStep">Managed memory allocated by a step.</param>
sealed record StepTiming(string Cell, int Size, double Microseconds, double BytesPerStep);

/// <summary>Streaming: one layer, one sequence, one step at a time, the state carried on.</summary>
static class StepBench
{
    const int Samples = 25;
    static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(20);

    static readonly (string Name, Func<int, (Action Step, IDisposable? Owned)> Make)[] All =
    [
        ("sru", size => Own("sru", size)),
        ("fastgrnn", size => Own("fastgrnn", size)),
        ("gru", size => Own("gru", size)),
        ("lstm", size => Own("lstm", size)),
        ("lstm-libtorch", Lstm),
        ("lstmcell-libtorch", LstmCell),
    ];

    public static string[] Names { get; } = [.. All.Select(row => row.Name)];

    /// <summary>Measures a cell; libtorch is loaded for its own cells only.</summary>
    public static StepTiming Measure(string cell, int size, CancellationToken cancel)
    {
        (Action step, IDisposable? owned) = All.First(row => row.Name == cell).Make(size);
        using (owned)
        {
            for (int i = 0; i < 200; i++) step();
            int steps = 1;
            while (Time(step, steps) < Sample / 2) steps *= 2;
            var times = new double[Samples];
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Samples; i++) times[i] = Time(step, steps).TotalMicroseconds / steps;
            double bytes = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Samples / steps;
            cancel.ThrowIfCancellationRequested();
            Array.Sort(times);
            return new StepTiming(cell, size, times[Samples / 2], bytes);
        }
    }

    static TimeSpan Time(Action step, int steps)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < steps; i++) step();
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Tern's session, a cell with its default options, without libtorch.</summary>
    static (Action, IDisposable?) Own(string cell, int size)
    {
        var random = new Random(1);
        var module = new RecurrentSpec { Name = "encoder.0", Inputs = [ModelSpec.FeaturesInput], Cell = CellCatalogue.Resolve(cell), Input = size, Hidden = size };
        var spec = new ModelSpec { Task = "bench", Modules = [module], Output = module.Name };
        var tensors = module.Tensors().ToDictionary(t => t.Key, t => new TensorData(t.Value, Random(random, t.Value.Aggregate(1, (product, length) => product * length), size)));
        Session session = new Network(spec, tensors).CreateSession();
        float[] features = Random(random, size, 1), output = new float[size];
        return (() => session.Step(features, output), null);
    }

    static (Action, IDisposable?) Lstm(int size)
    {
        TorchRuntime.Load(new TorchOptions { Threads = 1 });
        LSTM module = nn.LSTM(size, size);
        Tensor x = randn(1, 1, size), h = zeros(1, 1, size), c = zeros(1, 1, size);   // [time, batch, size]
        return (() =>
        {
            using IDisposable off = no_grad();
            var (output, nextH, nextC) = module.forward(x, (h, c));
            output.Dispose();
            h.Dispose();
            c.Dispose();
            (h, c) = (nextH, nextC);
        }, module);
    }

    static (Action, IDisposable?) LstmCell(int size)
    {
        TorchRuntime.Load(new TorchOptions { Threads = 1 });
        LSTMCell module = nn.LSTMCell(size, size);
        Tensor x = randn(1, size), h = zeros(1, size), c = zeros(1, size);            // [batch, size]
        return (() =>
        {
            using IDisposable off = no_grad();
            var (nextH, nextC) = module.forward(x, (h, c));
            h.Dispose();
            c.Dispose();
            (h, c) = (nextH, nextC);
        }, module);
    }

    /// <summary>Uniform, small enough that no gate saturates.</summary>
    static float[] Random(Random random, int count, int fan) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2 - 1) * Math.Sqrt(3.0 / fan)))];
}
