using System.Globalization;
using System.Text;
using Tern.Cells;
using Tern.Core.Tests;
using Tern.Core.Tests.FixedPoint;
using Tern.Export.C;
using Tern.Export.C.Mel;
using Tern.Features;
using Tern.FixedPoint;
using Tern.Model;
using Xunit;

namespace Tern.Export.Tests.C;

/// <summary>Frames of sound in C and in the interpreter agree bit for bit, and the C does nothing undefined.</summary>
public sealed class MelTests : IDisposable
{
    static readonly LogMelOptions[] Banks =
    [
        LogMelOptions.Of(16000), LogMelOptions.Of(8000),
        LogMelOptions.Of(16000) with { Scale = MelScale.Slaney, Window = SpectralWindow.Hamming, Filters = 40 },
        LogMelOptions.Of(8000, 32, 16) with { Energy = true, Deltas = 1, LowFrequency = 100, HighFrequency = 3800 },
        LogMelOptions.Of(16000) with { Energy = true, Deltas = 2, PreEmphasis = 1, LowFrequency = 0, Filters = 23, Floor = 1e-30 },
        new() { SampleRate = 11025, Frame = 251, Hop = 251, FftSize = 1024, HighFrequency = 5512.5, Filters = 13, PreEmphasis = 0, Window = SpectralWindow.Hamming },
        new() { SampleRate = 1000, Frame = 3, Hop = 1, FftSize = 32, HighFrequency = 500, LowFrequency = 0, Filters = 1, Deltas = 2 },
        new() { SampleRate = 16000, Frame = 2048, Hop = 700, FftSize = 4096, HighFrequency = 8000, Filters = 64, Deltas = 1 },
    ];

    readonly CompilerFolder folder = new();

    [Theory]
    [InlineData("-DPRODUCTS_OF_64_BITS")]
    [InlineData("-D__ARM_ARCH_6M__")]      // products in halves
    public void Frames_agree_bit_for_bit(string products)
    {
        StringBuilder units = new(), calls = new(), expected = new();
        for (int bank = 0; bank < Banks.Length; bank++)
        {
            string name = $"m{bank}";
            (IReadOnlyList<CFile> files, FixedNetwork network) = Export(Banks[bank], name, CTarget.Portable);
            folder.Write(files.Where(file => file.Name.StartsWith(name + "_mel", StringComparison.Ordinal)));
            units.Append(CultureInfo.InvariantCulture, $"#include \"{name}_mel.h\"\n#include \"{name}_mel_selftest.h\"\n");
            FixedLogMel mel = network.CreateLogMel()!;
            int[] lengths = [1, 2, Banks[bank].Frame - 1, Banks[bank].Frame, Banks[bank].Frame + 1, Banks[bank].Frame + Banks[bank].Hop, Banks[bank].Frame + 9 * Banks[bank].Hop + 1];
            expected.Append(CultureInfo.InvariantCulture, $"{CMel.StateBytes(mel.Tables)}\n");
            calls.Append(CultureInfo.InvariantCulture, $"    printf(\"%u\\n\", (unsigned)sizeof({name}_mel));\n    printf(\"%d\\n\", {name}_mel_selftest());\n    {name}_mel_reset(&{name});\n");
            units.Append(CultureInfo.InvariantCulture, $$"""
                static {{name}}_mel {{name}};
                static void {{name}}_clip(uint32_t length, int kind)
                {
                    int16_t frame[{{mel.Width}}];
                    uint32_t n;
                    for (n = 0; n < length; n++) if ({{name}}_mel_push(&{{name}}, sound(n, kind), frame)) print(frame, {{mel.Width}});
                    while ({{name}}_mel_finish(&{{name}}, frame)) print(frame, {{mel.Width}});
                }

                """);
            expected.Append("0\n");
            for (int kind = 0; kind < Kinds; kind++)
                foreach (int length in lengths)
                {
                    calls.Append(CultureInfo.InvariantCulture, $"    {name}_clip({length}UL, {kind});\n");
                    short[] frame = new short[mel.Width];
                    for (uint n = 0; n < length; n++)
                        if (mel.Push(Sound(n, kind), frame)) expected.Append(string.Join(' ', frame)).Append('\n');
                    while (mel.Finish(frame)) expected.Append(string.Join(' ', frame)).Append('\n');
                }
        }
        File.WriteAllText(folder.At("main.c"), $"{CSound}{units}int main(void)\n{{\n{calls}    return 0;\n}}\n");
        folder.Compile("gcc", "mel", ["main.c", .. Banks.Select((_, bank) => $"m{bank}_mel_selftest.c"), .. Banks.Select((_, bank) => $"m{bank}_mel.c")], products, "-O1", "-fsanitize=undefined,address", "-fno-sanitize-recover=all");
        (int code, string said) = folder.Run(folder.At("mel"));
        Assert.True(code == 0, said[^Math.Min(said.Length, 2000)..]);
        Assert.Equal(expected.ToString(), said);
    }

    [Theory]
    [InlineData(CTarget.Portable, "gcc", "-O2")]
    [InlineData(CTarget.Portable, "clang", "-O2")]
    [InlineData(CTarget.CortexM0Plus, "arm-none-eabi-gcc", "-O2 -mcpu=cortex-m0plus -mthumb --specs=rdimon.specs model_thumb.S")]
    [InlineData(CTarget.CortexM4, "arm-none-eabi-gcc", "-O2 -mcpu=cortex-m4 -mthumb --specs=rdimon.specs model_thumb.S")]
    public void The_example_compiles_and_tests_itself(CTarget target, string compiler, string flags)
    {
        folder.Write(Export(Banks[0], "model", target).Files);
        CompilerFolder.Require(compiler);
        folder.Compile(compiler, "test", ["model.c", "model_selftest.c", "model_mel.c", "model_mel_selftest.c", "main.c"], [.. flags.Split(' ').Select(flag => flag.EndsWith(".S", StringComparison.Ordinal) ? folder.At(flag) : flag)]);
        if (target != CTarget.Portable) return;
        (int code, string said) = folder.Run(folder.At("test"));
        Assert.True(code == 0, said);
        Assert.StartsWith("self-test: all steps agree; class of silence", said);
    }

    [Theory]
    [InlineData("cortex-m0plus", "microbit")]
    [InlineData("cortex-m4", "mps2-an386")]
    public void Frames_agree_on_a_simulated_processor(string processor, string machine)
    {
        CompilerFolder.Require("arm-none-eabi-gcc");
        CompilerFolder.Require("qemu-system-arm");
        folder.Write(Export(Banks[3], "model", CTarget.CortexM4).Files.Where(file => file.Name != "main.c"));
        foreach (string file in (string[])["bench_port.h", "cortex_m.ld"]) File.Copy(Path.Combine(Repository.Root, "src/Tern.Cli/Mcu/Firmware", file), folder.At(file));
        File.WriteAllText(folder.At("main.c"), "#include \"bench_port.h\"\n#include \"model_mel_selftest.h\"\nint main(void) { port_init(); put((char)('0' + model_mel_selftest())); leave(); return (int)port_stack(); }\n");
        (int code, string said) = folder.Run("arm-none-eabi-gcc", $"-mcpu={processor}", "-mthumb", "-O2", "-std=gnu99", "-nostartfiles", "-specs=nosys.specs", "-T", "cortex_m.ld", "main.c", "model_mel.c", "model_mel_selftest.c", "-o", "mel.elf");
        Assert.True(code == 0, said);
        (code, said) = folder.Run("qemu-system-arm", "-M", machine, "-nographic", "-monitor", "none", "-serial", "none", "-semihosting-config", "enable=on,target=native", "-kernel", "mel.elf");
        Assert.Equal("0", said.Trim());
    }

    [Fact]
    public void The_self_test_notices_a_changed_table()
    {
        folder.Write(Export(Banks[1], "model", CTarget.Portable).Files);
        string source = File.ReadAllText(folder.At("model_mel.c"));
        int at = source.IndexOf('{', source.IndexOf("model_mel_offset[]", StringComparison.Ordinal));
        File.WriteAllText(folder.At("model_mel.c"), source.Insert(at + 1, " 300 +"));
        folder.Compile("gcc", "test", ["model.c", "model_selftest.c", "model_mel.c", "model_mel_selftest.c", "main.c"]);
        (int code, string said) = folder.Run(folder.At("test"));
        Assert.Equal(1, code);
        Assert.StartsWith("self-test: frame", said);
    }

    [Fact]
    public void Where_whole_numbers_lack_the_frames_the_network_comes_without()
    {
        Assert.DoesNotContain(Export(Banks[0], "model", CTarget.Atmega328p).Files, file => file.Name.Contains("_mel", StringComparison.Ordinal));
        (IReadOnlyList<CFile> files, FixedNetwork network) = Export(Banks[0] with { FftSize = 8192 }, "model", CTarget.Portable);
        Assert.DoesNotContain(files, file => file.Name.Contains("_mel", StringComparison.Ordinal));
        Assert.Equal("Log-mel features whose FFT size is 8192; expected at most 4096 in whole numbers, train with a smaller data.series.mel.fft.", Assert.Throws<TernException>(network.CreateLogMel).Message);
    }

    static (IReadOnlyList<CFile> Files, FixedNetwork Network) Export(LogMelOptions options, string name, CTarget target)
    {
        int width = options.Width;
        ModelSpec spec = RandomModel.Layer(CellCatalogue.Resolve("fastgrnn"), width, 4);
        // as log energies are, and slopes of them
        spec = spec with { Series = new() { Channels = width, Mean = [.. Enumerable.Range(0, width).Select(i => i < width / (1 + options.Deltas) ? -12f : 0f)], Deviation = [.. Enumerable.Range(0, width).Select(i => i < width / (1 + options.Deltas) ? 5f : 0.4f)], MaxLength = 0, LogMel = options } };
        IReadOnlyList<float[]> sequences = Calibration.Seeded(width, 2, 20, seed: 1);
        FixedNetwork network = FixedPointCompiler.Compile(spec, RandomModel.Tensors(spec, new Random(1)), sequences);
        return (CExport.Files(network, sequences, new() { Name = name, Target = target }), network);
    }

    const int Kinds = 5;

    /// <summary>Full-scale and quiet noise, a square wave at the limits, silence, a click.</summary>
    static short Sound(uint n, int kind)
    {
        uint x = (n + 1) * 2654435761u;
        x ^= x >> 15;
        x *= 2246822519u;
        x ^= x >> 13;
        return kind switch { 0 => (short)(x >> 16), 1 => (short)((x >> 30) - 1), 2 => n / 5 % 2 == 0 ? short.MaxValue : short.MinValue, 3 => 0, _ => (short)(n == 7 ? -32768 : 0) };
    }

    const string CSound = """
        #include <stdint.h>
        #include <stdio.h>
        static int16_t sound(uint32_t n, int kind)
        {
            uint32_t x = (n + 1) * 2654435761U;
            x ^= x >> 15;
            x *= 2246822519U;
            x ^= x >> 13;
            switch (kind) {
            case 0: return (int16_t)(x >> 16);
            case 1: return (int16_t)((x >> 30) - 1);
            case 2: return n / 5 % 2 == 0 ? 32767 : -32767 - 1;
            case 3: return 0;
            default: return n == 7 ? -32767 - 1 : 0;
            }
        }
        static void print(const int16_t *frame, int width)
        {
            int i;
            for (i = 0; i < width; i++) printf(i == 0 ? "%d" : " %d", frame[i]);
            printf("\n");
        }

        """;

    public void Dispose() => folder.Dispose();
}
