using Tern.Cells.Derivation;

namespace Tern.Export.C.Floats;

/// <summary>NAME.c of the float form.</summary>
static class CFloatSource
{
    public static string Print(CFloatModel model)
    {
        CText text = new();
        bool math = model.Calls(Op.Sigmoid) || model.Calls(Op.Tanh) || model.Layers.Any(layer => layer.NormalisesRows);
        text.Line(model.Banner($"{model.Name}.c")).Line().Line($"#include \"{model.Name}.h\"");
        if (model.Fields.Any(field => field.Initial.Contains("FLT_MAX", StringComparison.Ordinal))) text.Line("#include <float.h>");
        if (math) text.Line("#include <math.h>");
        text.Line();
        Memory(text, model);
        foreach (CFloatMatrix matrix in model.Matrices) matrix.PrintTables(model, text);
        foreach (var (name, values) in model.Vectors) text.Array("float", $"{model.Name}_{name}", model.Rom, values.Select(CFloatText.Number)).Line();
        Helpers(text, model);
        CFloatProducts.Print(model, text);
        foreach (CFloatModule module in model.Modules) module.PrintFunction(model, text);
        Reset(text, model);
        Step(text, model);
        Output(text, model);
        CSource.Classify(text, model.Name, model.Upper, "float");
        return text.ToString();
    }

    static void Memory(CText text, CFloatModel model)
    {
        string upper = model.Upper;
        text.Lines($"""
            #ifdef __AVR__
            #include <avr/pgmspace.h>
            #define {upper}_ROM PROGMEM
            #define {upper}_READ8(p) pgm_read_byte(p)
            #define {upper}_READ16(p) pgm_read_word(p)
            #define {upper}_READF(p) pgm_read_float(p)
            #else
            #define {upper}_ROM
            #define {upper}_READ8(p) (*(p))
            #define {upper}_READ16(p) (*(p))
            #define {upper}_READF(p) (*(p))
            #endif

            """);
    }

    static void Helpers(CText text, CFloatModel model)
    {
        if (model.Calls(Op.Sigmoid))
            text.Lines($$"""
                static float {{model.Name}}_sigmoid(float x)
                {
                return 1.0f / (1.0f + expf(-x));
                }

                """);
        if (model.Layers.Any() || model.Head.Count > 1 || model.Modules.Any(module => module.Work.Between > 0))
            text.Lines($$"""
                static void {{model.Name}}_clear(float *y, uint16_t n)
                {
                for (; n > 0; n--) {
                *y++ = 0.0f;
                }
                }

                """);
        if (model.Layers.Any(layer => layer.NormalisesRows)) Normalisation(text, model);
    }

    /// <summary>Layer normalisation, as <see cref="Kernels.LayerNorm"/> has it.</summary>
    static void Normalisation(CText text, CFloatModel model)
    {
        text.Lines($$"""
            /* y = y - mean; returns 1 / sqrt(variance + 1e-5). */
            static float {{model.Name}}_center(float *y, uint16_t n)
            {
            float sum = 0.0f, mean;
            uint16_t i;

            for (i = 0; i < n; i++) {
            sum += y[i];
            }
            mean = sum / (float)n;
            sum = 0.0f;
            for (i = 0; i < n; i++) {
            y[i] -= mean;
            sum += y[i] * y[i];
            }
            return 1.0f / sqrtf(sum / (float)n + 1e-5f);
            }

            """);
        text.Lines($$"""
                static void {{model.Name}}_normalize(float *y, const float *weight, const float *bias, uint16_t n)
                {
                const float scale = {{model.Name}}_center(y, n);
                uint16_t i;

                for (i = 0; i < n; i++) {
                y[i] = y[i] * scale * {{model.Upper}}_READF(&weight[i]) + {{model.Upper}}_READF(&bias[i]);
                }
                }

                """);
        if (model.Layers.Any(layer => layer.NormalisesRecurrent))
            text.Lines($$"""
                static void {{model.Name}}_add_normalized(float *x, float *y, const float *weight, uint16_t n)
                {
                const float scale = {{model.Name}}_center(x, n);
                uint16_t i;

                for (i = 0; i < n; i++) {
                y[i] += x[i] * scale * {{model.Upper}}_READF(&weight[i]);
                }
                }

                """);
    }

    static void Reset(CText text, CFloatModel model)
    {
        text.Line($"void {model.Name}_reset({model.Name}_state *state)").Line("{").Line("uint16_t i;").Line();
        foreach (CFloatField field in model.Fields.Where(field => field.Carried)) text.Line($"for (i = 0; i < {field.Length}; i++) {{").Line($"state->{field.Name}[i] = {field.Initial};").Line("}");
        if (model.Pooling is { IsMean: true }) text.Line("state->steps = 0;");
        text.Line("}").Line();
    }

    static void Step(CText text, CFloatModel model)
    {
        CText body = new();
        string x = "input";
        if (model.Normalises)
        {
            body.Line("/* Normalised as in training. */").Line($"for (i = 0; i < {model.Inputs}; i++) {{").Line($"state->x[i] = (input[i] - {model.Upper}_READF(&{model.Name}_mean[i])) / {model.Upper}_READF(&{model.Name}_deviation[i]);").Line("}");
            x = "state->x";
        }
        foreach (CFloatModule module in model.Modules)
        {
            module.PrintStep(model, body, x);
            x = module.Row(x);
        }
        text.Line($"void {model.Name}_step({model.Name}_state *state, {CFloatHeader.Input(model)})").Line("{");
        if (body.ToString().Contains("(i = ", StringComparison.Ordinal)) text.Line("uint16_t i;").Line();
        text.Lines(body.ToString().TrimEnd('\n')).Line("}").Line();
    }

    static void Output(CText text, CFloatModel model)
    {
        bool mean = model.Pooling is { IsMean: true };
        int between = CFloatModule.Between(model.Head);
        text.Line($"void {model.Name}_output(const {model.Name}_state *state, float *output)").Line("{").Line("uint16_t i;");
        if (mean) text.Line($"float mean[{model.Pooling!.Width}];");
        if (between > 0) text.Line($"float between[{between}];");
        text.Line();
        if (mean) text.Line($"for (i = 0; i < {model.Pooling!.Width}; i++) {{").Line($"mean[i] = state->steps == 0 ? 0.0f : {model.HeadRow}[i] / (float)state->steps;").Line("}");
        text.Line($"for (i = 0; i < {model.Outputs}; i++) {{").Line($"output[i] = {model.Upper}_READF(&{model.Name}_bias[i]);").Line("}");
        CFloatModule.Multiply(model, text, model.Head, mean ? "mean" : model.HeadRow, "output", add: true, "between");
        text.Line("}").Line();
    }
}
