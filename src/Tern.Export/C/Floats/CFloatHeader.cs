namespace Tern.Export.C.Floats;

/// <summary>NAME.h of the float form.</summary>
static class CFloatHeader
{
    public static string Print(CFloatModel model)
    {
        string name = model.Name, upper = model.Upper, reads = model.Tokens > 0 ? $"a token id below {model.Tokens}" : $"{model.Inputs} numbers";
        CText text = new();
        text.Line(model.Banner($"{name}.h: a recurrent network, {reads} a step, {model.Outputs} classes."));
        text.Lines($"""
            #ifndef {upper}_H
            #define {upper}_H

            #include <stdint.h>

            #ifdef __cplusplus
            extern "C" {"{"}
            #endif

            #define {(model.Tokens > 0 ? $"{upper}_TOKENS {model.Tokens}UL" : $"{upper}_INPUTS {model.Inputs}")}
            #define {upper}_CLASSES {model.Outputs}

            """);
        if (model.Spec.Labels is { } labels)
        {
            text.Line("/* Classes:");
            for (int i = 0; i < labels.Count; i++) text.Line($"   {i} {CHeader.Comment(labels[i])}");
            text.Line("*/").Line();
        }
        text.Line("/* All memory that the network uses: static, or on your stack. What is carried from step to step comes first. */").Line("typedef struct {");
        foreach (CFloatField field in model.Fields) text.Line($"float {field.Name}[{field.Length}]; /* {(field.Carried ? "carried" : "within a step")}; {CHeader.Comment(field.What)} */");
        if (model.Pooling is { IsMean: true }) text.Line("uint32_t steps; /* carried; of the sums */");
        text.Line($"}} {name}_state;");
        text.Lines($"""

            /* Before the first step of a series. */
            void {name}_reset({name}_state *state);

            /* One step: {(model.Tokens > 0 ? $"a token id, 0 to {model.Tokens - 1}; {Features.Vocabulary.Unknown} stands for any that is unknown" : $"input[{model.Inputs}], numbers as measured: normalisation is inside")}. */
            void {name}_step({name}_state *state, {Input(model)});

            /* Scores of the classes after the steps so far: output[{model.Outputs}]. The largest wins; a softmax of them gives
            probabilities. */
            void {name}_output(const {name}_state *state, float *output);

            /* The class of the largest score after the steps so far, the first of equals: 0 to {model.Outputs - 1}. */
            uint16_t {name}_classify(const {name}_state *state);

            #ifdef __cplusplus
            {"}"}
            #endif

            #endif
            """);
        return text.ToString();
    }

    /// <summary>The parameter of a step.</summary>
    public static string Input(CFloatModel model) => model.Tokens > 0 ? "uint32_t token" : "const float *input";
}
