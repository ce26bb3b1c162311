using System.CommandLine;
using System.Globalization;
using Tern.Cli.Bench;

namespace Tern.Cli.Verbs;

/// <summary>`tern bench step`: what one step of a stream costs.</summary>
sealed class BenchStepVerb : Verb
{
    readonly Option<string[]> cells = Flags.Names("--cells", "Rows to measure", StepBench.Names, StepBench.Names);
    readonly Option<int[]> sizes = Flags.Wholes("--sizes", "Input and hidden size", [64, 100, 128, 256, 512], most: 4096);
    readonly WeightFlags weights = new("How the weights of Tern's cells are stored", ["float32", "int8", "sparse"]);

    public BenchStepVerb() : base("step", "Times one step of a layer at batch 1, with plain and with compressed weights: microseconds (processor time, medians of interleaved rounds), bytes of the weights, managed bytes allocated, on one thread.",
        "tern bench step", "tern bench step --cells lstm --sizes 100,512 --weights float32,int16,ternary,low-rank", "tern bench step --cells sru --weights float32,sparse-int8 --keep 0.1 --json")
    {
        Add(cells);
        Add(sizes);
        weights.AddTo(this);
        AddShared(threads: "Accepted for uniformity; a step runs on one thread.");
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        int[] all = arguments.Value(sizes);
        var (kinds, make) = weights.Of(arguments);
        Memory.Require(150.0 * kinds.Length * all.Max() * all.Max(), $"size {all.Max()}");
        using Pinning? pinning = Pinning.ToThisCore();
        StepTiming[] timings = [.. from size in all from cell in arguments.Value(cells) from timing in StepBench.Measure(cell, size, kinds, make, cancel) select timing];
        if (output.Json) output.Document(timings);
        else output.Table(["cell", "weights", ">size", ">microseconds", ">/ float32", ">bytes of weights", ">bytes a step"], timings.Select(t => (string[])
        [
            t.Cell, t.Weights, $"{t.Size}", Number(t.Microseconds, "0.00"), Number(t.RatioToFloat32, "0.00"),
            Number(t.WeightBytes, "N0"), Number(t.BytesPerStep, "0"),
        ]));
        return 0;
    }

    static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
