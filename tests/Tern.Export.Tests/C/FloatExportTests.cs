using Tern.Cells;
using Tern.Core.Tests;
using Tern.Export.C;
using Tern.FixedPoint;
using Tern.Model;
using Xunit;

namespace Tern.Export.Tests.C;

/// <summary>An export in floats as a user has it: compiled without a warning, its own test, what it refuses.</summary>
public sealed class FloatExportTests : IDisposable
{
    readonly CompilerFolder folder = new();

    [Theory]
    [InlineData("gcc", "-O2")]
    [InlineData("clang", "-O2")]
    [InlineData("avr-gcc", "-O2 -mmcu=atmega328p")]
    [InlineData("arm-none-eabi-gcc", "-O2 -mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard --specs=rdimon.specs")]
    public void Compiles_and_passes_its_own_test(string compiler, string flags)
    {
        foreach (string cell in (string[])["sru", "lstm", "gru", "minlstm"])
        {
            Export(FloatModels.Any(CellCatalogue.Resolve(cell), seed: 2), new());
            folder.Compile(compiler, "test", ["model.c", "model_selftest.c", "main.c"], flags.Split(' '));
            if (flags != "-O2") continue;
            (int code, string said) = folder.Run(folder.At("test"));
            Assert.True(code == 0, said);
            Assert.StartsWith("self-test: all steps agree", said);
        }
    }

    [Fact]
    public void Passes_its_own_test_on_a_simulated_AVR()
    {
        CompilerFolder.Require("avr-gcc");
        Assert.SkipUnless(File.Exists("/usr/include/simavr/sim_avr.h"), "There is no libsimavr-dev here; ./test --install installs it.");
        (int built, string problem) = folder.Run("gcc", "-O2", Path.Combine(Repository.Root, "src/Tern.Cli/Mcu/Firmware/simavr_runner.c"), "-o", folder.At("runner"), "-lsimavr", "-lsimavrparts", "-lelf");
        Assert.True(built == 0, problem);
        Export(FloatModels.Plain(CellCatalogue.Resolve("gru"), 5, 9), new());
        // the exit code is what the self-test gives
        File.WriteAllText(folder.At("main.c"), "#include <avr/interrupt.h>\n#include <avr/io.h>\n#include <avr/sleep.h>\n#include \"model_selftest.h\"\nint main(void) { GPIOR1 = model_selftest(); cli(); sleep_enable(); sleep_cpu(); return 0; }\n");
        folder.Compile("avr-gcc", "model.elf", ["model.c", "model_selftest.c", "main.c"], "-mmcu=atmega328p", "-O2");
        (int code, string said) = folder.Run(folder.At("runner"), folder.At("model.elf"));
        Assert.True(code == 0, $"step {code} differs. {said}");
    }

    [Fact]
    public void The_self_test_notices_a_changed_weight()
    {
        Export(FloatModels.Plain(CellCatalogue.Resolve("fastgrnn"), 5, 9), new());
        string source = File.ReadAllText(folder.At("model.c"));
        int at = source.IndexOf('{', source.IndexOf("model_encoder_0_w[]", StringComparison.Ordinal));
        File.WriteAllText(folder.At("model.c"), source.Insert(at + 1, " 0.5f +"));
        folder.Compile("gcc", "test", ["model.c", "model_selftest.c", "main.c"]);
        (int code, string said) = folder.Run(folder.At("test"));
        Assert.Equal(1, code);
        Assert.StartsWith("self-test: step 1 differs", said);
    }

    [Fact]
    public void Both_directions_are_refused_by_name()
    {
        (ModelSpec spec, _) = FloatModels.Plain(CellCatalogue.Resolve("sru"), 4, 3);
        RecurrentSpec layer = (RecurrentSpec)spec.Modules[0] with { Bidirectional = true };
        spec = spec with { Modules = [layer, spec.Modules[1], (LinearSpec)spec.Modules[2] with { Input = 6 }] };
        Assert.Equal("The module 'encoder.0' reads both directions, which the C code lacks; train without --bidirectional.", Refusal(spec));
    }

    [Fact]
    public void A_model_without_a_linear_head_is_refused_by_name()
    {
        (ModelSpec spec, _) = FloatModels.Plain(CellCatalogue.Resolve("sru"), 4, 3);
        spec = spec with { Modules = [.. spec.Modules.SkipLast(1)], Output = "pooling", Labels = null };
        Assert.StartsWith("The module 'pooling' is no linear head, which the C code lacks", Refusal(spec));
    }

    static string Refusal(ModelSpec spec) =>
        Assert.Throws<TernException>(() => CFloatExport.Export(spec, Core.Tests.FixedPoint.RandomModel.Tensors(spec, new Random(1)), [[0]], new())).Message;

    void Export((ModelSpec Spec, IReadOnlyDictionary<string, TensorData> Tensors) model, CExportOptions options)
    {
        int channels = new Network(model.Spec, model.Tensors).FeatureCount;
        folder.Write(CFloatExport.Export(model.Spec, model.Tensors, Calibration.Seeded(channels, 2, 20, seed: 1), options).Files);
    }

    public void Dispose() => folder.Dispose();
}
