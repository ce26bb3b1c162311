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
/// C and interpreter agree bit for bit on random models, and the C does nothing undefined. TERN_FUZZ is the number of models
/// (default 60); many are compiled at once.
/// </summary>
public sealed class FuzzTests : IDisposable
{
    const int Batch = 60;

    readonly CompilerFolder folder = new();

    [Theory]
    [InlineData(CTarget.Portable)]
    [InlineData(CTarget.CortexM4)]      // without its instructions, in the same order
    public void Random_models_agree_at_every_step(CTarget target)
    {
        int models = int.Parse(Environment.GetEnvironmentVariable("TERN_FUZZ") ?? "60", CultureInfo.InvariantCulture);
        int first = int.Parse(Environment.GetEnvironmentVariable("TERN_FUZZ_SEED") ?? "1", CultureInfo.InvariantCulture);
        for (int seed = first; seed < first + models; seed += Batch) Check(target, seed, Math.Min(Batch, first + models - seed));
    }

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

    void Check(CTarget target, int seed, int count)
    {
        StringBuilder main = new("#include <stdio.h>\n"), body = new("int main(void)\n{\n    int failed = 0, at;\n");
        List<string> sources = ["main.c"];
        for (int i = 0; i < count; i++)
        {
            string name = $"m{seed + i}";
            IReadOnlyList<CFile> files = Export(target, seed + i, name);
            folder.Write(files.Where(file => file.Name != "main.c"));
            sources.AddRange([$"{name}.c", $"{name}_selftest.c"]);
            main.Append(CultureInfo.InvariantCulture, $"#include \"{name}_selftest.h\"\n");
            body.Append(CultureInfo.InvariantCulture, $"    if ((at = {name}_selftest()) != 0) {{ printf(\"{name} step %d\\n\", at); failed = 1; }}\n");
        }
        File.WriteAllText(folder.At("main.c"), main.Append(body).Append("    return failed;\n}\n").ToString());
        folder.Compile("gcc", "fuzz", sources, "-O1", "-fsanitize=undefined,address", "-fno-sanitize-recover=all");
        (int code, string said) = folder.Run(folder.At("fuzz"));
        Assert.True(code == 0, said);
    }

    static IReadOnlyList<CFile> Export(CTarget target, int seed, string name, int steps = 24)
    {
        (FixedNetwork network, IReadOnlyList<float[]> sequences) = RandomModel.Compiled(seed);
        SessionPair.Check(network, sequences, seed);
        return CExport.Files(network, sequences, new() { Name = name, Target = target, TestSteps = steps });
    }

    public void Dispose() => folder.Dispose();
}
