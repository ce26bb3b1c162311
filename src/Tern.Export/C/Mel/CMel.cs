using Tern.FixedPoint;

namespace Tern.Export.C.Mel;

/// <summary>The log-mel frames of a model of sound as C in whole numbers, beside its network: NAME_mel.h, NAME_mel.c and their self-test.</summary>
static class CMel
{
    /// <summary>The tables of a network that reads log-mel frames; null where it does not, where they are none that whole numbers have, or where the target has too little memory.</summary>
    public static FixedMelTables? Tables(FixedNetwork network, CTarget target) =>
        target != CTarget.Atmega328p && network.Spec.Series?.LogMel is { } options && FixedMelTables.Problem(options, network.InputFractions) is null ? new(options, network.InputFractions) : null;

    /// <summary>Bytes of one NAME_mel: sound, spectrum, frames that slopes are made of.</summary>
    public static int StateBytes(FixedMelTables mel)
    {
        int rows = mel.Options.Deltas == 0 ? 1 : (1 + mel.Options.Deltas) * FixedDeltas.Kept;
        int bytes = 8 * (mel.Half + 1) + 4 * rows * mel.Options.StaticWidth + (mel.Options.Deltas == 0 ? 0 : 4 * (2 + mel.Options.Deltas)) + 2 * (mel.Options.Frame + 1) + 2 + 2;
        return bytes + 7 & ~7;
    }

    /// <summary>Bytes of its tables.</summary>
    public static int TableBytes(FixedMelTables mel) =>
        2 * (mel.Window.Length + mel.Sines.Length + mel.Log2.Length + mel.Weights.Length + 2 * mel.Filters.Count) + 4 * mel.Offsets.Length + mel.Fractions.Count;

    public static IEnumerable<CFile> Files(CModel model) => model.Mel is not { } mel ? [] :
    [
        new($"{model.Name}_mel.h", Header(model, mel)),
        new($"{model.Name}_mel.c", CMelSource.Print(model, mel)),
        new($"{model.Name}_mel_selftest.h", CMelSelfTest.Header(model)),
        new($"{model.Name}_mel_selftest.c", CMelSelfTest.Source(model, mel)),
    ];

    static string Header(CModel model, FixedMelTables mel)
    {
        string name = $"{model.Name}_mel", upper = name.ToUpperInvariant();
        Features.LogMelOptions options = mel.Options;
        CText text = new();
        text.Line(model.Banner($"{name}.h: {options.Describe()}."));
        text.Lines($$"""
            #ifndef {{upper}}_H
            #define {{upper}}_H

            #include <stdint.h>

            #ifdef __cplusplus
            extern "C" {
            #endif

            #define {{upper}}_FRAME {{options.Frame}}
            #define {{upper}}_HOP {{options.Hop}}
            #define {{upper}}_HALF {{mel.Half}}
            #define {{upper}}_STATICS {{options.StaticWidth}}
            #define {{upper}}_WIDTH {{options.Width}}

            /* All memory that it uses: {{StateBytes(mel)}} bytes; tables take {{TableBytes(mel)}}. */
            typedef struct {
            union {
            int32_t part[2]; /* real and imaginary */
            uint64_t power;
            } bins[{{upper}}_HALF + 1]; /* within a frame: spectrum, then its squares */
            """);
        if (options.Deltas == 0) text.Line($"int32_t statics[{upper}_STATICS]; /* within a frame; logarithms in 1/65536 */");
        else
            text.Line($"int32_t rows[{1 + options.Deltas}][{FixedDeltas.Kept}][{upper}_STATICS]; /* frames and slopes of the last steps, in 1/65536 */")
                .Line($"uint32_t counts[{1 + options.Deltas}];").Line("uint32_t written;");
        text.Lines($$"""
            int16_t sound[{{upper}}_FRAME + 1]; /* the sample before the frame, then the frame's */
            uint16_t filled; /* samples of the frame that are there */
            uint8_t any; /* whether one of them is in no frame before */
            uint8_t last; /* whether the clip's last frame is made */
            } {{name}};

            /* Before the first sample of a clip. */
            void {{name}}_reset({{name}} *mel);

            /* The next sample, {{options.SampleRate}} a second. 1 where it completes a frame: frame[{{options.Width}}] then holds the words that
            {{model.Name}}_step reads; else 0. */
            int {{name}}_push({{name}} *mel, int16_t sample, int16_t *frame);

            /* The end of a clip: 1 and a frame that is left, the last filled up with silence, or 0 where there is none and another
            clip can begin. Sound without an end never needs it. */
            int {{name}}_finish({{name}} *mel, int16_t *frame);

            #ifdef __cplusplus
            }
            #endif

            #endif
            """);
        return text.ToString();
    }
}
