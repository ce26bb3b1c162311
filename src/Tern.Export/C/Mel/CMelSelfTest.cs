using Tern.FixedPoint;

namespace Tern.Export.C.Mel;

/// <summary>NAME_mel_selftest.h and NAME_mel_selftest.c: noise that grows from silence to full scale, and the words of its frames.</summary>
static class CMelSelfTest
{
    const int Frames = 6;

    public static string Header(CModel model) => new CText().Line(model.Banner($"{model.Name}_mel_selftest.h")).Lines($"""
        #ifndef {model.Upper}_MEL_SELFTEST_H
        #define {model.Upper}_MEL_SELFTEST_H

        #ifdef __cplusplus
        extern "C" {"{"}
        #endif

        /* Frames of noise that grows from silence to full scale, compared word by word. 0: all agree; n: frame n is the first
        that does not. */
        int {model.Name}_mel_selftest(void);

        #ifdef __cplusplus
        {"}"}
        #endif

        #endif
        """).ToString();

    public static string Source(CModel model, FixedMelTables mel)
    {
        string name = $"{model.Name}_mel", upper = name.ToUpperInvariant();
        int samples = mel.Options.Frame + Frames * mel.Options.Hop - mel.Options.Hop / 2, part = samples / 16 + 1;
        FixedLogMel frontEnd = new(mel.Options, mel.Fractions);
        List<int> words = [];
        short[] frame = new short[frontEnd.Width];
        uint noise = 1;
        for (int n = 0; n < samples; n++)
        {
            noise = noise * 1664525 + 1013904223;
            if (frontEnd.Push((short)((int)(noise >> 16) - 32768 >> 15 - n / part), frame)) words.AddRange(frame.Select(word => (int)word));
        }
        while (frontEnd.Finish(frame)) words.AddRange(frame.Select(word => (int)word));
        CText text = new();
        text.Line(model.Banner($"{name}_selftest.c")).Line().Line($"#include \"{name}_selftest.h\"").Line($"#include \"{name}.h\"").Line();
        text.Array("int16_t", name + "_test_frames", "", words).Line().Line($"static {name} mel;").Line();
        text.Lines($$"""
            static int {{name}}_differs(int number, const int16_t *frame)
            {
            uint16_t i;

            for (i = 0; i < {{upper}}_WIDTH; i++) {
            if (frame[i] != {{name}}_test_frames[number * {{upper}}_WIDTH + i]) {
            return 1;
            }
            }
            return 0;
            }

            int {{name}}_selftest(void)
            {
            int16_t frame[{{upper}}_WIDTH];
            uint32_t noise = 1;
            int number = 0;
            uint16_t n;

            {{name}}_reset(&mel);
            for (n = 0; n < {{samples}}; n++) {
            noise = noise * 1664525U + 1013904223U;
            if ({{name}}_push(&mel, (int16_t)(((int32_t)(noise >> 16) - 32768) >> (15 - n / {{part}})), frame) && {{name}}_differs(number++, frame)) {
            return number;
            }
            }
            while ({{name}}_finish(&mel, frame)) {
            if ({{name}}_differs(number++, frame)) {
            return number;
            }
            }
            return number == {{words.Count / frontEnd.Width}} ? 0 : number + 1;
            }
            """);
        return text.ToString();
    }
}
