using System.Globalization;
using System.Text;
using Tern.Cells;
using Tern.Core.Tests;
using Tern.Core.Tests.FixedPoint;
using Tern.Export.C;
using Tern.FixedPoint;
using Tern.Model;
using Xunit;

namespace Tern.Export.Tests.C;

/// <summary>
/// C, assembly and interpreter agree bit for bit on random models, and the C does nothing undefined. TERN_FUZZ is the number of models
/// (default 60); many are compiled at once.
/// </summary>
public sealed class FuzzTests : IDisposable
{
    const int Batch = 60;

    readonly CompilerFolder folder = new();

    [Fact]
    public void Random_models_agree_at_every_step() => Batches((first, count) =>
    {
        folder.Compile("gcc", "fuzz", Write(CTarget.Portable, first, count, null), "-O1", "-fsanitize=undefined,address", "-fno-sanitize-recover=all");
        Agree(folder.At("fuzz"));
    });

    [Theory]
    [InlineData(CTarget.CortexM0Plus, null)]
    [InlineData(CTarget.CortexM0Plus, 1)]      // loops
    [InlineData(CTarget.CortexM4, null)]
    [InlineData(CTarget.CortexM4, 1_000_000)]      // straight-line code
    public void Random_models_agree_in_assembly_on_Arm(CTarget target, int? flash)
    {
        CompilerFolder.Require("qemu-arm");
        // a core of Linux runs the instructions of both
        Batches((first, count) =>
        {
            folder.Compile("arm-linux-gnueabihf-gcc", "fuzz", Write(target, first, count, flash), "-O1", "-static", "-mthumb");
            Agree("qemu-arm", folder.At("fuzz"));
        }, fewer: 4);
    }

    static void Batches(Action<int, int> check, int fewer = 1)
    {
        int models = int.Parse(Environment.GetEnvironmentVariable("TERN_FUZZ") ?? "60", CultureInfo.InvariantCulture) / fewer;
        int first = int.Parse(Environment.GetEnvironmentVariable("TERN_FUZZ_SEED") ?? "1", CultureInfo.InvariantCulture);
        for (int seed = first; seed < first + models; seed += Batch) check(seed, Math.Min(Batch, first + models - seed));
    }

    void Agree(string program, params string[] args)
    {
        (int code, string said) = folder.Run(program, args);
        Assert.True(code == 0, said);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1_000_000)]      // straight-line code
    public void Random_models_agree_in_assembly_on_AVR(int? flash)
    {
        const int models = 12;
        CompilerFolder.Require("avr-gcc");
        string runner = Path.Combine(Repository.Root, "src/Tern.Cli/Mcu/Firmware/simavr_runner.c");
        Assert.SkipUnless(File.Exists("/usr/include/simavr/sim_avr.h"), "There is no libsimavr-dev here; ./test --install installs it.");
        (int built, string problem) = folder.Run("gcc", "-O2", runner, "-o", folder.At("runner"), "-lsimavr", "-lsimavrparts", "-lelf");
        Assert.True(built == 0, problem);
        // the exit code is what the self-test gives
        File.WriteAllText(folder.At("main.c"), "#include <avr/interrupt.h>\n#include <avr/io.h>\n#include <avr/sleep.h>\n#include \"m_selftest.h\"\nint main(void) { GPIOR1 = m_selftest(); cli(); sleep_enable(); sleep_cpu(); return 0; }\n");
        for (int seed = 1; seed <= models; seed++)
        {
            folder.Write(Export(CTarget.Atmega328p, seed, "m", steps: 12, flash).Where(file => file.Name != "main.c"));
            folder.Compile("avr-gcc", "m.elf", ["m.c", "m_avr.S", "m_selftest.c", "main.c"], "-mmcu=atmega328p", "-O1");
            (int code, string said) = folder.Run(folder.At("runner"), folder.At("m.elf"));
            Assert.True(code == 0, $"model {seed}: step {code} differs. {said}");
        }
    }

    /// <summary>Writes models and a program that tests them all; the names of the sources.</summary>
    List<string> Write(CTarget target, int seed, int count, int? flash)
    {
        StringBuilder main = new("#include <stdio.h>\n"), body = new("int main(void)\n{\n    int failed = 0, at;\n");
        List<string> sources = ["main.c"];
        for (int i = 0; i < count; i++)
        {
            string name = $"m{seed + i}";
            IReadOnlyList<CFile> files = Export(target, seed + i, name, flash: flash);
            folder.Write(files.Where(file => file.Name != "main.c"));
            sources.AddRange(files.Select(file => file.Name).Where(file => file.EndsWith(".S", StringComparison.Ordinal) || (file != "main.c" && file.EndsWith(".c", StringComparison.Ordinal))));
            main.Append(CultureInfo.InvariantCulture, $"#include \"{name}_selftest.h\"\n");
            body.Append(CultureInfo.InvariantCulture, $"    if ((at = {name}_selftest()) != 0) {{ printf(\"{name} step %d\\n\", at); failed = 1; }}\n");
        }
        File.WriteAllText(folder.At("main.c"), main.Append(body).Append("    return failed;\n}\n").ToString());
        return sources;
    }

    static IReadOnlyList<CFile> Export(CTarget target, int seed, string name, int steps = 24, int? flash = null)
    {
        Random random = new(seed);
        for (int attempt = 0; ; attempt++)
        {
            (ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors) = RandomModel.Any(random);
            int channels = spec.Series?.Channels ?? spec.Modules[0] switch { RecurrentSpec layer => layer.Input, WindowSpec window => window.Input, _ => 0 };
            IReadOnlyList<float[]> sequences = Calibration.Seeded(channels, 2, 16, seed);
            try
            {
                FixedNetwork network = FixedPointCompiler.Compile(spec, tensors, sequences, new() { WeightBits = random.Next(3) == 0 ? 16 : 8 });
                CExportOptions options = new() { Name = name, Target = target, TestSteps = steps, FlashBytes = flash };
                if (flash is not null) options = options with { FlashBytes = Math.Max(flash.Value, CExport.Cost(network, options).FlashBytes) };      // the smallest form, where that is more
                return CExport.Files(network, sequences, options);
            }
            catch (TernException e) when (e.Message.Contains("no scale holds", StringComparison.Ordinal) && attempt < 5)
            {
                // weights that leave the finite numbers: another draw
            }
        }
    }

    public void Dispose() => folder.Dispose();
}
