using Tern.Cells;
using Tern.Core.Tests.FixedPoint;
using Tern.Export.C;
using Tern.Features;
using Tern.FixedPoint;
using Tern.Model;
using Xunit;

namespace Tern.Export.Tests.C;

/// <summary>The sketch compiles as the Arduino IDE compiles it, against as much of Arduino.h as it needs, and links with the sources in its folder.</summary>
public sealed class ArduinoTests : IDisposable
{
    readonly CompilerFolder folder = new();

    [Theory]
    [InlineData(CTarget.Atmega328p, false, false)]
    [InlineData(CTarget.Portable, false, false)]
    [InlineData(CTarget.Portable, true, false)]
    [InlineData(CTarget.Portable, false, true)]
    public void The_sketch_compiles_and_links(CTarget target, bool isFloat, bool sound)
    {
        CompilerFolder.Require("avr-g++");
        ModelSpec spec = RandomModel.Layer(CellCatalogue.Resolve("fastgrnn"), 5, 8) with { Labels = ["walking \"fast\"", "what??/", "naïve */"] };
        if (sound) spec = spec with { Series = spec.Series! with { LogMel = LogMelOptions.Of(8000) with { Filters = 5 } } };
        Dictionary<string, TensorData> tensors = RandomModel.Tensors(spec, new Random(1));
        IReadOnlyList<float[]> sequences = Calibration.Seeded(5, 4, 20, seed: 1);
        CExportOptions options = new() { Name = "gait", Target = target };
        folder.Write(isFloat ? CFloatExport.Export(spec, tensors, sequences, options).Files : CExport.Files(FixedPointCompiler.Compile(spec, tensors, sequences), sequences, options));

        string[] files = [.. Directory.GetFiles(folder.At("gait")).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];
        Assert.Equal([.. (string[])["gait.c", "gait.h", "gait.ino"], .. sound ? (string[])["gait_mel.c", "gait_mel.h"] : [], .. target == CTarget.Atmega328p ? (string[])["gait_avr.S"] : []], files);
        folder.Write([new("Arduino.h", Header), new("core.cpp", Core)]);
        string[] common = [sound ? "-mmcu=atmega2560" : "-mmcu=atmega328p", "-Os", "-Wall", "-Wextra", "-Werror", "-I."], sources = [.. files.Where(file => file.EndsWith(".c", StringComparison.Ordinal) || file.EndsWith(".S", StringComparison.Ordinal))];
        Compile("avr-g++", [.. common, "-std=gnu++11", "-c", "-include", "Arduino.h", "-x", "c++", "gait/gait.ino", "-o", "sketch.o"]);
        Compile("avr-g++", [.. common, "-std=gnu++11", "-c", "core.cpp", "-o", "core.o"]);
        Compile("avr-gcc", [.. common, "-std=gnu11", "-o", "gait.elf", "sketch.o", "core.o", .. sources.Select(file => "gait/" + file), "-lm"]);
    }

    [Fact]
    public void Other_boards_get_no_sketch()
    {
        ModelSpec spec = RandomModel.Layer(CellCatalogue.Resolve("fastgrnn"), 5, 8);
        IReadOnlyList<float[]> sequences = Calibration.Seeded(5, 4, 20, seed: 1);
        FixedNetwork network = FixedPointCompiler.Compile(spec, RandomModel.Tensors(spec, new Random(1)), sequences);
        Assert.DoesNotContain(CExport.Files(network, sequences, new() { Target = CTarget.CortexM0Plus }), file => file.Name.Contains('/'));
    }

    void Compile(string compiler, string[] args)
    {
        (int code, string said) = folder.Run(compiler, args);
        Assert.True(code == 0, said);
    }

    /// <summary>What the sketch uses of Arduino.h.</summary>
    const string Header = """
        #ifndef ARDUINO_H
        #define ARDUINO_H
        #include <stdint.h>
        #include <avr/pgmspace.h>
        #define A0 14
        #define NUM_ANALOG_INPUTS 6
        class __FlashStringHelper;
        #define F(text) (reinterpret_cast<const __FlashStringHelper *>(PSTR(text)))
        class Stream {
        public:
            void begin(unsigned long);
            void print(const __FlashStringHelper *);
            void println(const __FlashStringHelper *);
            void print(char);
            void print(unsigned int);
            void print(unsigned long);
        };
        extern Stream Serial;
        unsigned long micros(void);
        int analogRead(uint8_t);
        void setup(void);
        void loop(void);
        #endif

        """;

    /// <summary>In place of the core library, with its main.</summary>
    const string Core = """
        #include "Arduino.h"
        Stream Serial;
        static volatile unsigned long clock_;
        unsigned long micros(void) { return clock_ += 4; }
        int analogRead(uint8_t pin) { return pin; }
        void Stream::begin(unsigned long) {}
        void Stream::print(const __FlashStringHelper *) {}
        void Stream::println(const __FlashStringHelper *) {}
        void Stream::print(char) {}
        void Stream::print(unsigned int) {}
        void Stream::print(unsigned long) {}
        int main(void) { setup(); for (;;) loop(); }

        """;

    public void Dispose() => folder.Dispose();
}
