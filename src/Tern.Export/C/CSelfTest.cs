using Tern.FixedPoint;

namespace Tern.Export.C;

/// <summary>NAME_selftest.h and NAME_selftest.c: inputs, and the state that must follow each step.</summary>
static class CSelfTest
{
    public static string Header(CModel model) => new CText().Line(model.Banner($"{model.Name}_selftest.h")).Lines($"""
        #ifndef {model.Upper}_SELFTEST_H
        #define {model.Upper}_SELFTEST_H

        #ifdef __cplusplus
        extern "C" {"{"}
        #endif

        /* Runs {model.Options.TestSteps} steps, inputs at their limits among them, and compares every word of the state after each, and
        the class. 0: all agree; n: step n is the first that does not. */
        int {model.Name}_selftest(void);

        #ifdef __cplusplus
        {"}"}
        #endif

        #endif
        """).ToString();

    public static string Source(CModel model, IReadOnlyList<short[]> inputs)
    {
        FixedNetwork network = model.Network;
        string name = model.Name, rom = $"{model.Upper}_TEST_ROM";
        FixedPointSession session = network.CreateInterpreter();
        List<int> words = [], states = [], classes = [];
        short[] state = new short[network.StateWords];
        foreach (short[] input in inputs)
        {
            session.Step(input);
            session.CopyState(state);
            words.AddRange(input.Select(word => (int)word));
            states.AddRange(state.Select(word => (int)word));
            classes.Add(session.Classify());
        }
        CText text = new();
        text.Line(model.Banner($"{name}_selftest.c")).Line().Line($"#include \"{name}_selftest.h\"").Line($"#include \"{name}.h\"").Line();
        text.Lines($"""
            #ifdef __AVR__
            #include <avr/pgmspace.h>
            #define {rom} PROGMEM
            #define {model.Upper}_TEST_WORD(p) ((int16_t)pgm_read_word(p))
            #else
            #define {rom}
            #define {model.Upper}_TEST_WORD(p) (*(p))
            #endif

            """);
        text.Array("int16_t", $"{name}_test_inputs", rom, words).Array("int16_t", $"{name}_test_states", rom, states).Array("int16_t", $"{name}_test_classes", rom, classes).Line();
        text.Line($"static {name}_state state;").Line();
        text.Line($"int {name}_selftest(void)").Line("{");
        text.Line("int16_t input[" + network.InputWidth + "];").Line("const int16_t *expected = " + $"{name}_test_states;").Line("int step;").Line("uint16_t i;").Line();
        text.Line($"{name}_reset(&state);").Line($"for (step = 0; step < {inputs.Count}; step++) {{");
        text.Line($"for (i = 0; i < {network.InputWidth}; i++) {{").Line($"input[i] = {model.Upper}_TEST_WORD(&{name}_test_inputs[step * {network.InputWidth} + i]);").Line("}");
        text.Line($"{name}_step(&state, input);");
        foreach (FixedVector vector in model.States) Compare(text, model, vector.Length, $"state.{vector.Name}[i]", "i", vector.Length);
        if (network.Pooling is { } mean)
        {
            Compare(text, model, mean.To.Length, $"(int16_t)((uint32_t)state.{mean.To.Name}_sums[i] & 65535U)", "2 * i", 0);
            Compare(text, model, mean.To.Length, $"(int16_t)(state.{mean.To.Name}_sums[i] >> 16)", "2 * i + 1", 2 * mean.To.Length);
            Compare(text, model, 1, "(int16_t)state.steps", "i", 1);
        }
        text.Line($"if ((int16_t){name}_classify(&state) != {model.Upper}_TEST_WORD(&{name}_test_classes[step])) {{").Line("return step + 1;").Line("}");
        text.Line("}").Line("return 0;").Line("}");
        return text.ToString();
    }

    static void Compare(CText text, CModel model, int count, string actual, string index, int advance)
    {
        text.Line($"for (i = 0; i < {count}; i++) {{").Line($"if ({actual} != {model.Upper}_TEST_WORD(&expected[{index}])) {{").Line("return step + 1;").Line("}").Line("}");
        if (advance > 0) text.Line($"expected += {advance};");
    }
}
