using System.Numerics;
using Tern.Features;
using Tern.Model;

namespace Tern.Export.C;

/// <summary>The sketch of a model of sound whose frames are made in whole numbers: a class each second.</summary>
static class CArduinoSound
{
    public static void Print(ModelSpec spec, string name, CText text)
    {
        LogMelOptions mel = spec.Series!.LogMel!;
        int common = (int)BigInteger.GreatestCommonDivisor(1_000_000, mel.SampleRate);
        // 32 bits hold the second's last sample for all usual rates
        string due = mel.SampleRate * (1_000_000L / common) <= uint.MaxValue ? $"n * {1_000_000 / common}UL / {mel.SampleRate / common}UL" : $"(uint32_t)((uint64_t)n * {1_000_000 / common}UL / {mel.SampleRate / common}UL)";
        text.Lines($$"""
            #include "{{name}}_mel.h"

            static {{name}}_mel mel;
            static {{name}}_state network;

            /* Put your microphone here: a sample of 16 bits, {{mel.SampleRate}} a second. As it stands, the first analog pin. */
            static int16_t read_sample(void)
            {
            return (int16_t)((analogRead(A0) - 512) * 64);
            }

            """);
        CArduino.Answer(spec, name, text);
        text.Lines($$"""
            void loop()
            {
            int16_t frame[{{name.ToUpperInvariant()}}_INPUTS];
            uint32_t longest = 0, begun = micros(), n;

            {{name}}_mel_reset(&mel);
            {{name}}_reset(&network);
            for (n = 0; n < {{mel.SampleRate}}UL; n++) {
            const int16_t sample = read_sample();
            const uint32_t start = micros();

            if ({{name}}_mel_push(&mel, sample, frame)) {
            uint32_t taken;

            {{name}}_step(&network, frame);
            taken = micros() - start;
            if (taken > longest) {
            longest = taken;
            }
            }
            /* not before the next sample is due */
            while ((int32_t)(begun + {{due}} - micros()) > 0) {
            }
            }
            print_answer(longest);
            }
            """);
    }
}
