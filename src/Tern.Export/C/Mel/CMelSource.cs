using Tern.FixedPoint;

namespace Tern.Export.C.Mel;

/// <summary>NAME_mel.c: <see cref="FixedLogMel"/> as C, from the same tables.</summary>
static class CMelSource
{
    public static string Print(CModel model, FixedMelTables mel)
    {
        string name = $"{model.Name}_mel";
        CText text = new();
        text.Line(model.Banner($"{name}.c")).Line().Line($"#include \"{name}.h\"").Lines("""

            #if (-1 >> 1) != -1
            #error "A shift of a negative number to the right must keep its sign."
            #endif

            """);
        Tables(text, mel, name);
        CMelArithmetic.Print(text, mel, name);
        CMelSpectrum.Print(text, mel, name);
        Analyse(text, mel, name);
        if (mel.Options.Deltas > 0) Slopes(text, mel, name);
        Take(text, mel, name);
        Calls(text, mel, name);
        return text.ToString();
    }

    static void Tables(CText text, FixedMelTables mel, string name)
    {
        text.Line("/* The first half of the window, and its middle, in 1/32768. */").Array("int16_t", name + "_window", "", mel.Window).Line();
        text.Line($"/* sin(2 pi i / {2 * mel.Half}) for a quarter turn, in 1/32768. */").Array("int16_t", name + "_sines", "", mel.Sines).Line();
        text.Line("/* log2(1 + i / 64), in 1/32768. */").Array("uint16_t", name + "_log2s", "", mel.Log2).Line();
        text.Line("/* Of each filter: its first bin, how many it has, their weights over the largest in 1/32768; what its logarithm is shifted by. */");
        text.Array("uint16_t", name + "_first", "", mel.Filters.Select(filter => filter.First)).Array("uint16_t", name + "_count", "", mel.Filters.Select(filter => filter.Weights.Length));
        text.Array("int16_t", name + "_weights", "", mel.Weights).Array("int32_t", name + "_offset", "", mel.Offsets).Line();
        text.Line("/* A logarithm in 1/65536 is divided by 2^shift for the network's word. */").Array("uint8_t", name + "_shift", "", mel.Fractions.Select(fraction => FixedMelTables.LogBits - fraction)).Line();
    }

    static void Analyse(CText text, FixedMelTables mel, string name)
    {
        string upper = name.ToUpperInvariant();
        text.Lines($$"""
            /* The logarithms of the frame. */
            static void {{name}}_analyse({{name}} *mel)
            {
            {{(mel.Options.Deltas == 0 ? "int32_t *statics = mel->statics;" : $"int32_t *statics = mel->rows[0][mel->counts[0]++ & {FixedDeltas.Kept - 1}U];")}}
            const int32_t bits = {{name}}_spectrum(mel);
            const int16_t *weight = {{name}}_weights;
            uint16_t filter, i;

            for (filter = 0; filter < {{mel.Filters.Count}}; filter++) {
            uint64_t sum = 0;

            for (i = 0; i < {{name}}_count[filter]; i++) {
            sum += (uint64_t)*weight * mel->bins[{{name}}_first[filter] + i].power;
            weight++;
            }
            statics[filter] = {{name}}_log(sum, bits, filter);
            }
            """);
        if (mel.Options.Energy)
            text.Lines($$"""
                {
                uint64_t energy = 0;

                for (i = 1; i <= {{upper}}_FRAME; i++) {
                energy += (uint32_t)((int32_t)mel->sound[i] * mel->sound[i]);
                }
                statics[{{mel.Filters.Count}}] = {{name}}_log(energy, 0, {{mel.Filters.Count}});
                }
                """);
        text.Line("}").Line();
    }

    /// <summary>Slopes of a level up to a count.</summary>
    static void Slopes(CText text, FixedMelTables mel, string name)
    {
        string upper = name.ToUpperInvariant(), mask = $"{FixedDeltas.Kept - 1}U";
        text.Lines($$"""
            /* Slopes over 5 frames of the level below, the first and last standing for those beyond, as far as the frames are there. */
            static void {{name}}_slopes({{name}} *mel, uint32_t ahead)
            {
            uint8_t level;
            uint16_t i;

            for (level = 1; level <= {{mel.Options.Deltas}}; level++) {
            while (mel->counts[level] + ahead < mel->counts[level - 1]) {
            const uint32_t t = mel->counts[level]++, last = mel->counts[level - 1] - 1;
            const int32_t *later1 = mel->rows[level - 1][(t + 1 < last ? t + 1 : last) & {{mask}}];
            const int32_t *later2 = mel->rows[level - 1][(t + 2 < last ? t + 2 : last) & {{mask}}];
            const int32_t *earlier1 = mel->rows[level - 1][(t < 1 ? 0 : t - 1) & {{mask}}];
            const int32_t *earlier2 = mel->rows[level - 1][(t < 2 ? 0 : t - 2) & {{mask}}];

            for (i = 0; i < {{upper}}_STATICS; i++) {
            mel->rows[level][t & {{mask}}][i] = (later1[i] - earlier1[i] + 2 * (later2[i] - earlier2[i])) / 10;
            }
            }
            }
            }

            """);
    }

    static void Take(CText text, FixedMelTables mel, string name)
    {
        string upper = name.ToUpperInvariant();
        int levels = 1 + mel.Options.Deltas;
        text.Line("/* The network's words of a row. */").Line($"static void {name}_words(const int32_t *row, const uint8_t *shift, int16_t *frame)").Line("{").Lines($$"""
            uint16_t i;

            for (i = 0; i < {{upper}}_STATICS; i++) {
            const int32_t word = shift[i] == 0 ? row[i] : (row[i] + ((int32_t)1 << (shift[i] - 1))) >> shift[i];

            frame[i] = (int16_t)(word > 32767 ? 32767 : word < -32767 - 1 ? -32767 - 1 : word);
            }
            }

            """);
        if (levels == 1) return;
        text.Lines($$"""
            /* The next row, if it is complete. */
            static int {{name}}_take({{name}} *mel, int16_t *frame)
            {
            uint8_t level;

            if (mel->written == mel->counts[{{levels - 1}}]) {
            return 0;
            }
            for (level = 0; level < {{levels}}; level++) {
            {{name}}_words(mel->rows[level][mel->written & {{FixedDeltas.Kept - 1}}U], {{name}}_shift + level * {{upper}}_STATICS, frame + level * {{upper}}_STATICS);
            }
            mel->written++;
            return 1;
            }

            """);
    }

    static void Calls(CText text, FixedMelTables mel, string name)
    {
        string upper = name.ToUpperInvariant();
        bool slopes = mel.Options.Deltas > 0;
        string complete = slopes ? $"{name}_slopes(mel, 2);\nreturn {name}_take(mel, frame);" : $"{name}_words(mel->statics, {name}_shift, frame);\nreturn 1;";
        text.Line($"void {name}_reset({name} *mel)").Line("{").Line("uint16_t i;").Line();
        text.Line($"for (i = 0; i <= {upper}_FRAME; i++) {{").Line("mel->sound[i] = 0;").Line("}");
        if (slopes) text.Line($"for (i = 0; i < {1 + mel.Options.Deltas}; i++) {{").Line("mel->counts[i] = 0;").Line("}").Line("mel->written = 0;");
        text.Line("mel->filled = 0;").Line("mel->any = 0;").Line("mel->last = 0;").Line("}").Line();
        text.Line($"int {name}_push({name} *mel, int16_t sample, int16_t *frame)").Line("{").Line("uint16_t i;").Line();
        text.Lines($$"""
            mel->sound[++mel->filled] = sample;
            mel->any = 1;
            if (mel->filled < {{upper}}_FRAME) {
            return 0;
            }
            {{name}}_analyse(mel);
            for (i = 0; i + {{upper}}_HOP <= {{upper}}_FRAME; i++) {
            mel->sound[i] = mel->sound[i + {{upper}}_HOP];
            }
            mel->filled = {{upper}}_FRAME - {{upper}}_HOP;
            mel->any = 0;
            """).Lines(complete).Line("}").Line();
        text.Line($"int {name}_finish({name} *mel, int16_t *frame)").Line("{").Line("uint16_t i;").Line();
        text.Lines($$"""
            if (mel->any && !mel->last) {
            for (i = (uint16_t)(mel->filled + 1); i <= {{upper}}_FRAME; i++) {
            mel->sound[i] = 0;
            }
            {{name}}_analyse(mel);
            mel->last = 1;
            """);
        if (slopes) text.Line($"{name}_slopes(mel, 2);").Line($"if ({name}_take(mel, frame)) {{").Line("return 1;").Line("}").Line("}").Line($"{name}_slopes(mel, 0);").Line($"if ({name}_take(mel, frame)) {{").Line("return 1;").Line("}");
        else text.Lines(complete).Line("}");
        text.Line($"{name}_reset(mel);").Line("return 0;").Line("}");
    }
}
