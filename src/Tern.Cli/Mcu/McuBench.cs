using System.Globalization;
using System.Reflection;
using Tern.Export.C;

namespace Tern.Cli.Mcu;

/// <summary>A row of `tern bench mcu`.</summary>
/// <param name="Model">The model file.</param>
/// <param name="Target">The target.</param>
/// <param name="Kernel">Whether products are done in assembly or C.</param>
/// <param name="Flash">Bytes of the model's code and tables.</param>
/// <param name="Ram">Bytes of its state, work space included.</param>
/// <param name="Stack">Bytes of stack that the whole program used; 0 where it is not measured.</param>
/// <param name="Cycles">The most cycles of a step; 0 where they are not known.</param>
/// <param name="Milliseconds">The same at the target's clock.</param>
/// <param name="Steps">Steps that were compared.</param>
/// <param name="BitExact">Whether every word of the state and the class agreed at every step.</param>
/// <param name="PredictedFlash">What <see cref="CExport.Cost"/> predicts without a compiler.</param>
/// <param name="PredictedCycles">The same of cycles; 0 where they are not predicted.</param>
sealed record McuRow(string Model, string Target, string Kernel, long Flash, long Ram, long Stack, long Cycles, double Milliseconds, int Steps, bool BitExact, long PredictedFlash, long PredictedCycles);

/// <summary>Builds an export with a target's compiler, runs it in a simulator and compares it with the interpreter.</summary>
static class McuBench
{
    static readonly string[] Strict = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"];

    /// <summary>Does both for one model and target.</summary>
    /// <param name="path">The model file, for the row.</param>
    /// <param name="whole">The model.</param>
    /// <param name="target">The target; its tools are there.</param>
    /// <param name="flashBytes">The flash for the whole model; null for the default.</param>
    /// <param name="inputs">Steps, as words.</param>
    /// <param name="folder">An empty folder.</param>
    /// <param name="cancel">Ends the work.</param>
    public static McuRow Run(string path, FixedPointModel whole, McuTarget target, int? flashBytes, IReadOnlyList<short[]> inputs, string folder, CancellationToken cancel)
    {
        CModel model = new(whole.Network, new() { Target = target.Target, FlashBytes = flashBytes });
        foreach (CFile file in CExport.Files(whole.Network, whole.Sequences, model.Options)) file.Write(folder);
        File.WriteAllText(Path.Combine(folder, "bench.c"), CBench.Print(model, inputs));
        foreach (string name in (string[])["bench_port.h", "cortex_m.ld", "qemu_counter.c", "simavr_runner.c"]) File.WriteAllText(Path.Combine(folder, name), Resource(name));

        Compile("model.c", "model.o", Strict);
        List<string> objects = ["model.o"];
        foreach (string source in Directory.GetFiles(folder, "*.S").Select(file => Path.GetFileName(file)))
        {
            Compile(source, Path.ChangeExtension(source, ".o"), []);
            objects.Add(Path.ChangeExtension(source, ".o"));
        }
        long flash = objects.Sum(Size);
        (string printed, long cycles, long stack) = target.Target switch
        {
            CTarget.Atmega328p => Avr(objects),
            CTarget.CortexM0Plus or CTarget.CortexM4 => CortexM(objects),
            _ => Host(objects),
        };
        string[] lines = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        bool exact = lines.Take(inputs.Count).SequenceEqual(CBench.Expected(whole.Network, inputs)) && lines.Length == inputs.Count + 1;
        if (stack == 0 && lines.Length > 0 && int.TryParse(lines[^1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int painted)) stack = painted;
        CCost predicted = CExport.Cost(whole.Network, model.Options);
        bool assembly = model.Products.Any(product => !model.InC(product));
        return new(path, target.Target.Name(), assembly ? "assembly" : "c", flash, model.StateBytes, stack, cycles, Math.Round(target.Milliseconds(cycles), 4), inputs.Count, exact, predicted.FlashBytes, predicted.Cycles);

        void Compile(string source, string output, string[] flags) => Tool.Run(folder, target.Prefix + "gcc", [.. target.Flags, .. flags, "-ffunction-sections", "-c", source, "-o", output], cancel);

        // text and data: what lies in flash
        long Size(string name)
        {
            string[] words = Tool.Run(folder, target.Prefix + "size", [name], cancel).Output.Split('\n')[1].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            return long.Parse(words[0], CultureInfo.InvariantCulture) + long.Parse(words[1], CultureInfo.InvariantCulture);
        }

        (string, long, long) Avr(List<string> parts)
        {
            Tool.Run(folder, "avr-gcc", [.. target.Flags, "-std=gnu99", "-Wl,--gc-sections", "bench.c", .. parts, "-o", "bench.elf"], cancel);
            Tool.Run(folder, "gcc", ["-O2", "simavr_runner.c", "-o", "runner", "-lsimavr", "-lsimavrparts", "-lelf"], cancel);
            (string output, string error) = Tool.Run(folder, Path.Combine(folder, "runner"), ["bench.elf"], cancel);
            return (output[Math.Max(0, output.LastIndexOf("Loaded", StringComparison.Ordinal) is var at and >= 0 ? output.IndexOf('\n', at) + 1 : 0)..], Tool.Number(error, "cycles"), Tool.Number(error, "stack"));
        }

        (string, long, long) CortexM(List<string> parts)
        {
            Tool.Run(folder, target.Prefix + "gcc", [.. target.Flags, "-std=gnu99", "-Wl,--gc-sections", "-nostartfiles", "-specs=nosys.specs", "-T", "cortex_m.ld", "bench.c", .. parts, "-o", "bench.elf"], cancel);
            Tool.Run(folder, "gcc", ["-O2", "-shared", "-fPIC", "qemu_counter.c", "-o", "counter.so"], cancel);
            string symbols = Tool.Run(folder, target.Prefix + "nm", ["bench.elf"], cancel).Output;
            string Address(string name) => symbols.Split('\n').First(line => line.EndsWith(" " + name, StringComparison.Ordinal)).Split(' ')[0];
            string counts = Path.Combine(folder, "counts");
            // a semihosting character goes to standard error
            (string output, string error) = Tool.Run(folder, "qemu-system-arm",
                ["-M", target.Machine, "-nographic", "-monitor", "none", "-serial", "none", "-semihosting-config", "enable=on,target=native", "-kernel", "bench.elf",
                    "-plugin", $"./counter.so,start={Address("mark_start")},stop={Address("mark_stop")}{(target.Target == CTarget.CortexM4 ? ",m4=on" : "")}"], cancel, ("PLUGIN_OUT", counts));
            return (output + error, Tool.Number(File.ReadAllText(counts), "cycles"), 0);
        }

        (string, long, long) Host(List<string> parts)
        {
            bool pi = target.Target == CTarget.RaspberryPi;
            Tool.Run(folder, target.Prefix + "gcc", [.. target.Flags, "-std=gnu99", .. pi ? (string[])["-static"] : [], "bench.c", .. parts, "-o", "bench"], cancel);
            string program = Path.Combine(folder, "bench");
            return (pi ? Tool.Run(folder, "qemu-arm", [program], cancel).Output : Tool.Run(folder, program, [], cancel).Output, 0, 0);
        }
    }

    static string Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Tern.Cli.Mcu.Firmware.{name}")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
