using System.Globalization;
using Tern.Core.Tests;
using Tern.Core.Tests.FixedPoint;
using Tern.Export.C;
using Tern.FixedPoint;
using Tern.Model;
using Xunit;

namespace Tern.Export.Tests.C;

/// <summary>
/// C, interpreter and session agree bit for bit on random models, and the C does nothing undefined. TERN_FUZZ is the number of
/// models (default 240), TERN_FUZZ_SEED the first of them; many are compiled at once.
/// </summary>
public sealed class FuzzTests : IDisposable
{
    const int Models = 240, Batch = 60;

    readonly CompilerFolder folder = new();

    [Fact]
    public void Random_models_agree_at_every_step()
    {
        int models = Setting("TERN_FUZZ", Models), first = Setting("TERN_FUZZ_SEED", 1);
        for (int seed = first; seed < first + models; seed += Batch) Check(seed, Math.Min(Batch, first + models - seed));
    }

    static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int asked) ? asked : otherwise;

    [Fact]
    public void Random_models_agree_in_assembly_on_AVR()
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
            folder.Write(Export(CTarget.Atmega328p, seed, "m", steps: 12).Where(file => file.Name != "main.c"));
            folder.Compile("avr-gcc", "m.elf", ["m.c", "m_avr.S", "m_selftest.c", "main.c"], "-mmcu=atmega328p", "-O1");
            (int code, string said) = folder.Run(folder.At("runner"), folder.At("m.elf"));
            Assert.True(code == 0, $"model {seed}: step {code} differs. {said}");
        }
    }

    void Check(int seed, int count)
    {
        // the Cortex-M4's pairs of rows without its instructions, in the same order
        string[] names = [.. Enumerable.Range(seed, count).Select(i => $"m{i}")];
        for (int i = 0; i < count; i++) folder.Write(Export((seed + i) % 4 == 0 ? CTarget.CortexM4 : CTarget.Portable, seed + i, names[i]).Where(file => file.Name is not ("main.c" or "README.md")));
        folder.CheckAll(names);
        foreach (string file in Directory.GetFiles(folder.Path)) File.Delete(file);
    }

    static IReadOnlyList<CFile> Export(CTarget target, int seed, string name, int steps = 24)
    {
        (FixedNetwork network, IReadOnlyList<float[]> sequences) = RandomModel.Compiled(seed);
        SessionPair.Check(network, sequences, seed);
        return CExport.Files(network, sequences, new() { Name = name, Target = target, TestSteps = steps });
    }

    public void Dispose() => folder.Dispose();
}
