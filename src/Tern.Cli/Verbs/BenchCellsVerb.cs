using System.CommandLine;
using System.Globalization;
using Tern.Cli.Bench;
using Tern.Training.Native;

namespace Tern.Cli.Verbs;

/// <summary>`tern bench cells`: Figure 2 of the SRU paper on this machine.</summary>
sealed class BenchCellsVerb : Verb
{
    readonly Option<string[]> cells = Flags.Names("--cells", "Rows to measure", CellRows.Names, CellRows.Names);
    readonly Option<int[]> lengths = Flags.Wholes("--lengths", "Time steps of a sequence", [32, 128, 256], most: 100_000);
    readonly Option<int[]> sizes = Flags.Wholes("--sizes", "Hidden size, and size of the input", [128, 256, 512], most: 65_536);
    readonly Option<int[]> inputs = Flags.Wholes("--inputs", "Columns of the first layer's input, where they are not the hidden size", [], most: 65_536);
    readonly Option<int?> batch = Flags.Whole("--batch", "Sequences at a time (default 32).", most: 65_536);
    readonly Option<int[]> layers = Flags.Wholes("--layers", "Layers of the stack", [1, 4], most: 64);
    readonly Option<string[]> pass = Flags.Names("--pass", "Passes to measure", ["forward", "forward+backward"], ["forward", "forward+backward"]);
    readonly Option<string[]> allocator = Flags.Names("--allocator", "The C library's treatment of freed memory; each in a process of its own", ["tuned", "default"], ["tuned"]);
    readonly Option<int?> repeats = Flags.Whole("--repeats", "Rounds over all rows (default: 3 to 15, as fit into 8 seconds a setting).");

    public BenchCellsVerb() : base("cells", "Times recurrent layers against each other: milliseconds of a pass, medians of interleaved rounds; processor time at one thread, wall time at more.",
        "tern bench cells --pass forward+backward --layers 1", "tern bench cells --cells sru,lstm-libtorch --lengths 64 --sizes 256 --json")
    {
        foreach (Option option in (Option[])[cells, lengths, sizes, inputs, batch, layers, pass, allocator, repeats]) Add(option);
        AddShared(threads: "Threads to compute with (default 1: on a busy machine only one thread's processor time can be trusted).");
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        int threads = arguments.Threads ?? 1;
        Setting[] settings = [.. Settings(arguments, threads)];
        foreach (Setting setting in settings) Memory.Require(Bytes(setting), $"length {setting.Length}, size {setting.Size}, batch {arguments.Get(batch) ?? 32} and {setting.Layers} layers");

        string[] allocators = arguments.Value(allocator);
        CellTiming[] timings = allocators.Length == 1
            ? [.. Measure(settings, allocators[0], arguments, output, cancel)]
            : [.. allocators.SelectMany(name => InProcessOfItsOwn(name, arguments, output, cancel))];
        if (output.Json) output.Document(timings);
        else CellTable.Print(output, timings);
        return 0;
    }

    IEnumerable<Setting> Settings(Arguments arguments, int threads) =>
        from passName in arguments.Value(pass)
        from depth in arguments.Value(layers)
        from length in arguments.Value(lengths)
        from size in arguments.Value(sizes)
        from input in arguments.Value(inputs) is { Length: > 0 } given ? given : [size]
        select new Setting(length, size, input, arguments.Get(batch) ?? 32, depth, threads, passName == "forward" ? Pass.Forward : Pass.ForwardAndBackward);

    IEnumerable<CellTiming> Measure(Setting[] settings, string allocatorName, Arguments arguments, Output output, CancellationToken cancel)
    {
        TorchRuntime.Load(new TorchOptions { Threads = settings[0].Threads, Allocator = allocatorName == "tuned" ? CAllocator.Tuned : CAllocator.Default });
        output.Note($"{TorchRuntime.Description}; {Tern.Kernels.Simd.Bits}-bit vectors");
        using Pinning? pinning = settings[0].Threads == 1 ? Pinning.ToThisCore() : null;
        string clock = settings[0].Threads > 1 ? "Wall time." : pinning is null ? "Processor time; the system does not pin to a core." : $"Processor time, pinned to core {pinning.Core}.";
        output.Note($"{clock} A core's multiply-adds reach {FmaPeak.Gflops().ToString("0", CultureInfo.InvariantCulture)} GFLOP/s.");
        int? rounds = arguments.Get(repeats);
        var bench = new CellBench(arguments.Value(cells), rounds ?? 15, rounds is null ? TimeSpan.FromSeconds(8) : TimeSpan.MaxValue, allocatorName, arguments.Seed ?? 1);
        using var progress = new ProgressLine(output, "bench", "");
        for (int i = 0; i < settings.Length; i++)
        {
            Setting setting = settings[i];
            string name = $"{setting.PassName} length {setting.Length} size {setting.Size}{(setting.Input == setting.Size ? "" : $" input {setting.Input}")} layers {setting.Layers}";
            progress.Report((double)i / settings.Length, 0, null, name);
            CellTiming[] timings = [.. bench.Measure(setting, cancel)];
            progress.Milestone($"{name}: {string.Join("  ", timings.Select(t => $"{t.Cell} {t.Milliseconds.ToString("0.00", CultureInfo.InvariantCulture)}"))} ms");
            foreach (CellTiming timing in timings) yield return timing;
        }
    }

    /// <summary>The allocator's settings hold for a whole process.</summary>
    IEnumerable<CellTiming> InProcessOfItsOwn(string allocatorName, Arguments arguments, Output output, CancellationToken cancel)
    {
        List<string> args = ["bench", "cells", "--json", "--allocator", allocatorName, "--seed", $"{arguments.Seed ?? 1}", "--threads", $"{arguments.Threads ?? 1}", "--batch", $"{arguments.Get(batch) ?? 32}",
            "--cells", string.Join(',', arguments.Value(cells)), "--pass", string.Join(',', arguments.Value(pass)),
            "--lengths", string.Join(',', arguments.Value(lengths)), "--sizes", string.Join(',', arguments.Value(sizes)), "--layers", string.Join(',', arguments.Value(layers))];
        if (arguments.Value(inputs) is { Length: > 0 } given) args.AddRange(["--inputs", string.Join(',', given)]);
        if (arguments.Get(repeats) is { } rounds) args.AddRange(["--repeats", $"{rounds}"]);
        return ChildProcess.Json<CellTiming[]>(args, output, cancel);
    }

    /// <summary>A generous guess: outputs, gates and their gradients of the widest row, in both directions.</summary>
    static double Bytes(Setting s)
    {
        double rows = (double)s.Length * s.Batch;
        return rows > int.MaxValue ? double.PositiveInfinity : 4.0 * s.Layers * (30.0 * rows * Math.Max(s.Size, s.Input) + 30.0 * s.Size * Math.Max(s.Size, s.Input));
    }
}
