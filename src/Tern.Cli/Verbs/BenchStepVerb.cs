using System.CommandLine;
using System.Globalization;
using Tern.Cli.Bench;

namespace Tern.Cli.Verbs;

/// <summary>`tern bench step`: what one step of a stream costs.</summary>
sealed class BenchStepVerb : Verb
{
    readonly Option<string[]> cells = Flags.Names("--cells", "Rows to measure", StepBench.Names, StepBench.Names);
    readonly Option<int[]> sizes = Flags.Wholes("--sizes", "Input and hidden size", [64, 128, 256], most: 16_384);

    public BenchStepVerb() : base("step", "Times one step of a layer at batch 1: microseconds and managed bytes allocated, on one thread.",
        "tern bench step", "tern bench step --cells sru --sizes 32,64")
    {
        Add(cells);
        Add(sizes);
        AddShared(threads: "Accepted for uniformity; a step runs on one thread.");
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        int[] all = arguments.Value(sizes);
        Memory.Require(40.0 * all.Max() * all.Max(), $"size {all.Max()}");
        using Pinning? pinning = Pinning.ToThisCore();
        StepTiming[] timings = [.. from size in all from cell in arguments.Value(cells) select StepBench.Measure(cell, size, cancel)];
        if (output.Json) output.Document(timings);
        else output.Table(["cell", ">size", ">microseconds", ">bytes a step"], timings.Select(t => (string[])
            [t.Cell, $"{t.Size}", t.Microseconds.ToString("0.00", CultureInfo.InvariantCulture), t.BytesPerStep.ToString("0", CultureInfo.InvariantCulture)]));
        return 0;
    }
}
