using Tern.Model;

namespace Tern.Export.C.Floats;

/// <summary>NAME_selftest.h and NAME_selftest.c of the float form: inputs, and the scores that the session gives after each.</summary>
static class CFloatSelfTest
{
    /// <summary>How far a score may be from the session's, times 1 + its magnitude: other orders of sums and other mathematics libraries stay well below.</summary>
    const float Tolerance = 1e-4f;

    public static string Header(CFloatModel model) => new CText().Line(model.Banner($"{model.Name}_selftest.h")).Lines($"""
        #ifndef {model.Upper}_SELFTEST_H
        #define {model.Upper}_SELFTEST_H

        #ifdef __cplusplus
        extern "C" {"{"}
        #endif

        /* Runs {model.Options.TestSteps} steps and compares the scores after each with those of the model in .NET, to {CFloatText.Number(Tolerance)} of
        1 + their magnitude. 0: all agree; n: step n is the first that does not. */
        int {model.Name}_selftest(void);

        #ifdef __cplusplus
        {"}"}
        #endif

        #endif
        """).ToString();

    public static string Source(CFloatModel model, IReadOnlyList<float[]> sequences)
    {
        string name = model.Name, rom = $"{model.Upper}_TEST_ROM";
        CText text = new();
        text.Line(model.Banner($"{name}_selftest.c")).Line().Line($"#include \"{name}_selftest.h\"").Line($"#include \"{name}.h\"").Line();
        text.Lines($"""
            #ifdef __AVR__
            #include <avr/pgmspace.h>
            #define {rom} PROGMEM
            #define {model.Upper}_TEST_READ32(p) pgm_read_dword(p)
            #define {model.Upper}_TEST_READF(p) pgm_read_float(p)
            #else
            #define {rom}
            #define {model.Upper}_TEST_READ32(p) (*(p))
            #define {model.Upper}_TEST_READF(p) (*(p))
            #endif

            """);
        Session session = model.Network.CreateSession();
        List<float> scores = [];
        float[] output = new float[model.Outputs];
        if (model.Tokens > 0)
        {
            int[] tokens = Tokens(model);
            text.Array("uint32_t", $"{name}_test_inputs", rom, tokens);
            foreach (int token in tokens)
            {
                session.Step([token], output);
                scores.AddRange(output);
            }
        }
        else
        {
            float[] inputs = Inputs(model, sequences), row = new float[model.Inputs];
            text.Array("float", $"{name}_test_inputs", rom, inputs.Select(CFloatText.Number));
            for (int at = 0; at < inputs.Length; at += row.Length)
            {
                inputs.AsSpan(at, row.Length).CopyTo(row);
                model.Spec.Series?.Scale(row);
                session.Step(row, output);
                scores.AddRange(output);
            }
        }
        text.Array("float", $"{name}_test_scores", rom, scores.Select(CFloatText.Number)).Line();
        text.Line($"static {name}_state state;").Line().Line($"int {name}_selftest(void)").Line("{");
        if (model.Tokens == 0) text.Line($"float input[{model.Inputs}];");
        text.Line($"float output[{model.Outputs}];").Line("int step;").Line("uint16_t i;").Line();
        text.Line($"{name}_reset(&state);").Line($"for (step = 0; step < {model.Options.TestSteps}; step++) {{");
        if (model.Tokens > 0) text.Line($"{name}_step(&state, {model.Upper}_TEST_READ32(&{name}_test_inputs[step]));");
        else
            text.Line($"for (i = 0; i < {model.Inputs}; i++) {{").Line($"input[i] = {model.Upper}_TEST_READF(&{name}_test_inputs[step * {model.Inputs} + i]);").Line("}")
                .Line($"{name}_step(&state, input);");
        text.Lines($$"""
            {{name}}_output(&state, output);
            for (i = 0; i < {{model.Outputs}}; i++) {
            const float score = {{model.Upper}}_TEST_READF(&{{name}}_test_scores[step * {{model.Outputs}} + i]);
            const float most = {{CFloatText.Number(Tolerance)}} * (1.0f + (score < 0.0f ? -score : score));

            if (!(output[i] - score <= most && score - output[i] <= most)) {
            return step + 1;
            }
            }
            }
            return 0;
            }
            """);
        return text.ToString();
    }

    static int[] Tokens(CFloatModel model)
    {
        Random random = new(1);
        return [.. Enumerable.Range(0, model.Options.TestSteps).Select(_ => random.Next(model.Tokens))];
    }

    /// <summary>Steps as measured, of sequences that are normalised.</summary>
    static float[] Inputs(CFloatModel model, IReadOnlyList<float[]> sequences)
    {
        float[] rows = [.. sequences.SelectMany(sequence => sequence)], inputs = new float[model.Options.TestSteps * model.Inputs];
        for (int i = 0; i < inputs.Length; i++)
        {
            float row = rows[i % rows.Length];
            inputs[i] = model.Spec.Series is { } series ? row * series.Deviation[i % model.Inputs] + series.Mean[i % model.Inputs] : row;
        }
        return inputs;
    }
}
