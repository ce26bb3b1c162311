using System.Globalization;
using System.Text;
using Tern.Core.Tests;
using Tern.Core.Tests.FixedPoint;
using Tern.Export.C;
using Tern.FixedPoint;
using Tern.Model;
using Xunit;

namespace Tern.Export.Tests.C;

/// <summary>
/// C, assembly, interpreter and session agree bit for bit on random models, and the C does nothing undefined. TERN_FUZZ is the number of
/// models (default 240), TERN_FUZZ_SEED the first of them; many are compiled at once.
/// </summary>
public sealed class FuzzTests : IDisposable
{
    const int Models = 240, Batch = 60;

    readonly CompilerFolder folder = new();

    [Fact]
    public void Random_models_agree_at_every_step() => Batches(Check);

    /// <summary>What further models have found.</summary>
    [Theory]
    [InlineData(1843)]      // the argument of a sigmoid cannot be negative, and came unsigned
    public void Models_that_once_differed_agree(int seed) => Check(seed, 1);

    void Check(int first, int count)
    {
        string[] names = [.. Enumerable.Range(first, count).Select(i => $"m{i}")];
        for (int i = 0; i < count; i++) folder.Write(Export(CTarget.Portable, first + i, names[i]).Where(file => file.Name is not ("main.c" or "README.md")));
        folder.CheckAll(names);
        foreach (string file in Directory.GetFiles(folder.Path)) File.Delete(file);
    }

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
            (int code, string said) = folder.Run("qemu-arm", folder.At("fuzz"));
            Assert.True(code == 0, said);
        }, share: 16);
    }

    /// <summary>Calls with the first model and the number of each batch, for one of so many of all models.</summary>
    static void Batches(Action<int, int> check, int share = 1)
    {
        int models = Setting("TERN_FUZZ", Models) / share, first = Setting("TERN_FUZZ_SEED", 1);
        for (int seed = first; seed < first + models; seed += Batch) check(seed, Math.Min(Batch, first + models - seed));
    }

    static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int asked) ? asked : otherwise;

    [Theory]
    [InlineData(null)]
    [InlineData(1_000_000)]      // straight-line code
    public void Random_models_agree_in_assembly_on_AVR(int? flash)
    {
        int models = Setting("TERN_FUZZ_AVR", 12), first = Setting("TERN_FUZZ_SEED", 1);
        CompilerFolder.Require("avr-gcc");
        string runner = Path.Combine(Repository.Root, "src/Tern.Cli/Mcu/Firmware/simavr_runner.c");
        Assert.SkipUnless(File.Exists("/usr/include/simavr/sim_avr.h"), "There is no libsimavr-dev here; ./test --install installs it.");
        (int built, string problem) = folder.Run("gcc", "-O2", runner, "-o", folder.At("runner"), "-lsimavr", "-lsimavrparts", "-lelf");
        Assert.True(built == 0, problem);
        // the exit code is what the self-test gives
        File.WriteAllText(folder.At("main.c"), "#include <avr/interrupt.h>\n#include <avr/io.h>\n#include <avr/sleep.h>\n#include \"m_selftest.h\"\nint main(void) { GPIOR1 = m_selftest(); cli(); sleep_enable(); sleep_cpu(); return 0; }\n");
        for (int seed = first; seed < first + models; seed++)
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
        (FixedNetwork network, IReadOnlyList<float[]> sequences) = RandomModel.Compiled(seed);
        SessionPair.Check(network, sequences, seed);
        CExportOptions options = new() { Name = name, Target = target, TestSteps = steps, FlashBytes = flash };
        if (flash is not null) options = options with { FlashBytes = Math.Max(flash.Value, CExport.Cost(network, options).FlashBytes) };      // the smallest form, where that is more
        return CExport.Files(network, sequences, options);
    }

    public void Dispose() => folder.Dispose();
}
