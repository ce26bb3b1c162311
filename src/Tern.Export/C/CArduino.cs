using Tern.Model;

namespace Tern.Export.C;

/// <summary>
/// NAME/NAME.ino with copies of the sources beside it: a folder that the Arduino IDE opens as it is. main.c stays outside,
/// since the IDE compiles all that lies in a sketch's folder.
/// </summary>
static class CArduino
{
    /// <summary>Targets that an Arduino may be.</summary>
    public static bool Does(CTarget target) => target is CTarget.Atmega328p or CTarget.Portable;

    /// <summary>The sketch's folder.</summary>
    /// <param name="spec">The model.</param>
    /// <param name="options">Name and target.</param>
    /// <param name="banner">What the sketch says of itself first, for its title.</param>
    /// <param name="isFloat">Whether the network reads floats; else words of 16 bits.</param>
    /// <param name="files">The export's files.</param>
    public static IEnumerable<CFile> Files(ModelSpec spec, CExportOptions options, Func<string, string> banner, bool isFloat, IReadOnlyList<CFile> files)
    {
        if (!Does(options.Target)) return [];
        string name = options.Name;
        string[] sources = [$"{name}.h", $"{name}.c", $"{name}_avr.S", $"{name}_mel.h", $"{name}_mel.c"];
        bool sound = files.Any(file => file.Name == $"{name}_mel.c");
        string title = banner($"{name}.ino: reads a {(sound ? "microphone" : "sensor")}, and prints the class of each {(sound ? "second" : "series")} and the time of its longest step.");
        CText text = new CText().Line(title).Line().Line($"#include \"{name}.h\"");
        if (sound) CArduinoSound.Print(spec, name, text);
        else Print(spec, name, text, isFloat);
        return [new($"{name}/{name}.ino", text.ToString()), .. files.Where(file => sources.Contains(file.Name)).Select(file => new CFile($"{name}/{file.Name}", file.Text))];
    }

    static void Print(ModelSpec spec, string name, CText text, bool isFloat)
    {
        const int steps = 100;      // of a series, where the model does not say
        long period = spec.Series?.LogMel is { } mel ? 1_000_000L * mel.Hop / mel.SampleRate : 20_000;
        string type = isFloat ? "float" : "int16_t", upper = name.ToUpperInvariant();
        text.Lines($$"""

            /* As in training: how far apart steps are, and how many are a series. */
            static const uint32_t period = {{period}}; /* microseconds */
            static const uint16_t steps = {{(spec.Series is { MaxLength: > 0 and <= ushort.MaxValue } series ? series.MaxLength : steps)}};

            static {{name}}_state network;
            static {{type}} input[{{upper}}_INPUTS];

            /* Put your sensor here: {{(isFloat ? "numbers as measured" : $"the number as measured times 2^bits, as {name}.h says")}}. As it stands, the
            analog pins in turn, around their middle. */
            static void read_sensor(void)
            {
            uint16_t i;

            for (i = 0; i < {{upper}}_INPUTS; i++) {
            input[i] = ({{type}})(analogRead(A0 + i % NUM_ANALOG_INPUTS) - 512);
            }
            }

            """);
        Answer(spec, name, text);
        text.Lines($$"""
            void loop()
            {
            uint32_t longest = 0, due = micros();
            uint16_t step;

            {{name}}_reset(&network);
            for (step = 0; step < steps; step++) {
            uint32_t start, taken;

            read_sensor();
            start = micros();
            {{name}}_step(&network, input);
            taken = micros() - start;
            if (taken > longest) {
            longest = taken;
            }
            due += period;
            while ((int32_t)(due - micros()) > 0) {
            }
            }
            print_answer(longest);
            }
            """);
    }

    /// <summary>setup, and what prints the class and a time.</summary>
    internal static void Answer(ModelSpec spec, string name, CText text)
    {
        if (spec.Labels is { } labels)
        {
            text.Line("static void print_label(uint16_t label)").Line("{").Line("switch (label) {");
            for (int i = 0; i < labels.Count; i++) text.Line($"case {i}: Serial.print(F(\"{Text(labels[i])}\")); break;");
            text.Line("}").Line("}").Line();
        }
        text.Lines($$"""
            static void print_answer(uint32_t longest)
            {
            const uint16_t label = {{name}}_classify(&network);

            Serial.print(F("class "));
            Serial.print(label);
            {{(spec.Labels is null ? "" : "Serial.print(' ');\nprint_label(label);\n")}}Serial.print(F(", a step took at most "));
            Serial.print(longest);
            Serial.println(F(" us"));
            }

            void setup()
            {
            Serial.begin(115200);
            }

            """);
    }

    /// <summary>A label inside a string of C.</summary>
    static string Text(string label) => string.Concat(label.Select(c => c switch { '"' or '\\' or '?' => $"\\{c}", >= ' ' and <= '~' => $"{c}", _ => "\\?" }));
}
