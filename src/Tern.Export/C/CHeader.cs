using Tern.FixedPoint;

namespace Tern.Export.C;

/// <summary>NAME.h.</summary>
static class CHeader
{
    public static string Print(CModel model)
    {
        FixedNetwork network = model.Network;
        string name = model.Name, upper = model.Upper;
        CText text = new();
        text.Line(model.Banner($"{name}.h: a recurrent network, {network.InputWidth} numbers a step, {network.OutputWidth} classes."));
        text.Lines($"""
            #ifndef {upper}_H
            #define {upper}_H

            #include <stdint.h>

            #ifdef __cplusplus
            extern "C" {"{"}
            #endif

            #define {upper}_INPUTS {network.InputWidth}
            #define {upper}_CLASSES {network.OutputWidth}

            """);
        Labels(text, model);
        Inputs(text, model);
        text.Line("/* All memory that the network uses: static, or on your stack. What is carried from step to step comes first. */");
        text.Line("typedef struct {");
        foreach (FixedVector vector in model.States) text.Line($"int16_t {vector.Name}[{model.Room(vector)}]; /* carried; {CModel.Format(vector)} */");
        if (network.Pooling is { } mean)
        {
            text.Line($"int32_t {mean.To.Name}_sums[{mean.To.Length}]; /* carried; of the mean over the steps, {CModel.Format(mean.To)} */");
            text.Line("uint16_t steps; /* carried; steps of these sums: they stop at 65535 */");
        }
        foreach (FixedVector vector in model.Scratch) text.Line($"int16_t {vector.Name}[{model.Room(vector)}]; /* within a step; {CModel.Format(vector)} */");
        text.Line($"}} {name}_state;");
        text.Lines($"""

            /* Before the first step of a series. */
            void {name}_reset({name}_state *state);

            /* One step: input[{network.InputWidth}], words as the comment above says. */
            void {name}_step({name}_state *state, const int16_t *input);

            /* Scores of the classes after the steps so far: output[{network.OutputWidth}]. The largest wins; a softmax needs the
            scale {FormattableString.Invariant($"{network.Head.Matrix.Unit * network.Head.From.Unit:g6}")} of a unit. */
            void {name}_output(const {name}_state *state, int32_t *output);

            /* The class of the largest score after the steps so far, the first of equals: 0 to {network.OutputWidth - 1}. */
            uint16_t {name}_classify(const {name}_state *state);

            #ifdef __cplusplus
            {"}"}
            #endif

            #endif
            """);
        return text.ToString();
    }

    static void Labels(CText text, CModel model)
    {
        if (model.Network.Spec.Labels is not { } labels) return;
        text.Line("/* Classes:");
        for (int i = 0; i < labels.Count; i++) text.Line($"   {i} {Comment(labels[i])}");
        text.Line("*/").Line();
    }

    static void Inputs(CText text, CModel model)
    {
        IReadOnlyList<int> fractions = model.Network.InputFractions;
        text.Line("/* Input words: the number as measured times 2^bits, held within 16 bits.");
        for (int from = 0; from < fractions.Count;)
        {
            int to = from;
            while (to + 1 < fractions.Count && fractions[to + 1] == fractions[from]) to++;
            text.Line($"   channel{(from == to ? $" {from}" : $"s {from} to {to}")}: bits {fractions[from]}");
            from = to + 1;
        }
        text.Line("*/").Line();
    }

    /// <summary>A label inside a comment.</summary>
    internal static string Comment(string label) => string.Concat(label.Select(c => c is >= ' ' and <= '~' ? c : '?')).Replace("*/", "* /", StringComparison.Ordinal).Replace("/*", "/ *", StringComparison.Ordinal).Replace("?\u003f", "?", StringComparison.Ordinal);
}
