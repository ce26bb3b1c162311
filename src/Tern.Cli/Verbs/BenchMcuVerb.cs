using System.CommandLine;
using System.Globalization;
using Tern.Cli.Mcu;
using Tern.Export.C;

namespace Tern.Cli.Verbs;

/// <summary>`tern bench mcu`: exports run in simulators, compared with the interpreter bit for bit.</summary>
sealed class BenchMcuVerb : Verb
{
    static readonly string[] Otherwise = ["atmega328p", "cortex-m0plus", "cortex-m4"];

    readonly Argument<string[]> models = new("models") { HelpName = "MODEL...", Description = "Model files of series (default: those in samples/models).", Arity = ArgumentArity.ZeroOrMore };
    readonly Option<string[]> random = new("--random") { HelpName = "CELL:KEY=VALUE,...", Description = RandomNetwork.Description, AllowMultipleArgumentsPerToken = false };
    readonly Option<string[]> targets = Flags.Names("--targets", "Targets", [.. CTargets.Names], Otherwise);
    readonly Option<int?> steps = Flags.Whole("--steps", "Steps that are run and compared (default 24).", most: 200);
    readonly Option<string?> data = Flags.Text("--data", "DATA", "Data whose training part gives the ranges and the steps (default: those of the model file; where it has none, its training data's or seeded sequences').");
    readonly Option<int?> weightBits = FixedPointModel.WeightBits();
    readonly Option<int?> flash = FlashBudget();

    /// <summary>The flash that decides between straight-line code and loops.</summary>
    public static Option<int?> FlashBudget() => Flags.Bytes("--flash", "Flash for the whole model, code and tables: products are done in straight-line code, faster than loops, as far as it fits (default: on cortex-m0plus alone, where that code takes up to 16KB).");

    public BenchMcuVerb() : base("mcu", "Builds exported C with the compilers of microcontrollers, runs it in simulators, and compares every bit of the state after every step; shows flash, RAM, stack and cycles.",
        "tern bench mcu", "tern bench mcu runs/har/best.safetensors --targets atmega328p --steps 60",
        "tern bench mcu --random fastgrnn:hidden=32,inputs=32,rank_u=8,keep=0.3")
    {
        Add(models);
        Add(random);
        Add(targets);
        Add(steps);
        Add(data);
        Add(weightBits);
        Add(flash);
        AddShared(threads: "Accepted for uniformity; simulators run on one thread.");
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        string[] shapes = arguments.Get(random) ?? [];
        RandomNetwork[] networks = [.. shapes.Select(RandomNetwork.Parse)];
        string[] paths = arguments.Get(models) is { Length: > 0 } given ? given : shapes.Length > 0 ? [] : Samples();
        List<McuTarget> ready = [];
        foreach (McuTarget target in arguments.Value(targets).Select(name => McuTarget.Of(CTargets.Parse(name))))
            if (target.Missing() is { } tool) output.Note($"{target.Target.Name()} is left out: there is no {tool} here. On Debian: apt-get install {Packages(target.Target)}.");
            else ready.Add(target);
        if (ready.Count == 0) throw new TernException("None of the targets can be run here; install the tools named above.");

        List<McuRow> rows = [];
        List<string> measured = [];
        for (int k = 0; k < paths.Length + shapes.Length; k++)
        {
            string path = k < paths.Length ? paths[k] : shapes[k - paths.Length];
            FixedPointModel whole = k < paths.Length ? FixedPointModel.Load(path, arguments.Get(data), arguments.Get(weightBits), output) : networks[k - paths.Length].Make(arguments.Seed ?? 1);
            IReadOnlyList<float[]>? tested = k < paths.Length && arguments.Get(data) is null ? FixedPointModel.TestSequences(path) : null;
            if (tested is not null) measured.Add(Path.GetFileNameWithoutExtension(path));
            IReadOnlyList<short[]> inputs = TestInputs.Make(whole.Network, tested ?? whole.Sequences, Math.Min(arguments.Get(steps) ?? 24, Math.Max(8, MostBytes / 2 / whole.Network.InputWidth)));
            foreach (McuTarget target in ready)
            {
                cancel.ThrowIfCancellationRequested();
                DirectoryInfo folder = Directory.CreateTempSubdirectory("tern-mcu-");
                try { rows.Add(McuBench.Run(path, whole, target, arguments.Get(flash), inputs, folder.FullName, cancel)); }
                finally { folder.Delete(recursive: true); }
            }
        }
        if (output.Json) output.Document(rows);
        else Print(output, rows, shapes, measured);
        return rows.TrueForAll(row => row.BitExact) ? 0 : Errors.Failed;
    }

    /// <summary>Room for the steps' words in the flash of the smallest target.</summary>
    const int MostBytes = 8192;

    static void Print(Output output, List<McuRow> rows, string[] shapes, List<string> measured)
    {
        // a shape is too long for a column
        string Name(string model) => Array.IndexOf(shapes, model) is >= 0 and var shape ? $"random {shape + 1}" : Path.GetFileNameWithoutExtension(model);
        output.Table(["model", "target", "kernel", ">flash", ">RAM", ">stack", ">cycles a step", ">ms", ">steps", "bit for bit", ">flash predicted", ">cycles predicted"], rows.Select(row => (string[])
        [
            Name(row.Model), row.Target, row.Kernel, Number(row.Flash), Number(row.Ram), row.Stack == 0 ? "-" : Number(row.Stack), row.Cycles == 0 ? "-" : Number(row.Cycles),
            row.Cycles == 0 ? "-" : row.Milliseconds.ToString("0.00", CultureInfo.InvariantCulture), $"{row.Steps}", row.BitExact ? "yes" : "NO", Number(row.PredictedFlash), row.PredictedCycles == 0 ? "-" : Number(row.PredictedCycles),
        ]));
        for (int k = 0; k < shapes.Length; k++) output.Line($"random {k + 1}: {shapes[k]}");
        foreach (McuTarget target in rows.Select(row => McuTarget.Of(CTargets.Parse(row.Target))).Distinct().Where(target => target.Megahertz > 0))
            output.Line(FormattableString.Invariant($"{target.Target.Name()}: cycles {target.Cycles}, milliseconds at {target.Megahertz} MHz"));
        output.Line($"steps: {(measured.Count == 0 ? "" : $"of the test data for {string.Join(", ", measured)}; else ")}seeded, or of --data; a third at the ends of 16 bits");
    }

    static string[] Samples()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "samples", "models");
        string[] found = Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.safetensors").Order(StringComparer.Ordinal).Select(Path.GetFullPath)] : [];
        return found.Length > 0 ? found : throw new TernException("There are no models in samples/models; give model files.");
    }

    static string Packages(CTarget target) => target switch
    {
        CTarget.Atmega328p => "gcc gcc-avr avr-libc libsimavr-dev libelf-dev",
        CTarget.CortexM0Plus or CTarget.CortexM4 => "gcc gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm",
        CTarget.RaspberryPi => "gcc-arm-linux-gnueabihf libc6-dev-armhf-cross qemu-user",
        _ => "gcc",
    };

    static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
