namespace Tern.Export.C;

/// <summary>main.c: a program that tests itself and shows the calls.</summary>
static class CExamples
{
    public static string Main(CModel model) => model.Mel is null ? Words(model) : Sound(model);

    static string Words(CModel model) => new CText().Line(model.Banner($"main.c: how {model.Name} is used")).Lines($$"""

        #include <stdio.h>
        #include "{{model.Name}}.h"
        #include "{{model.Name}}_selftest.h"

        static {{model.Name}}_state network;

        int main(void)
        {
        static const int16_t input[{{model.Upper}}_INPUTS] = { 0 }; /* your sensor's words */
        const int failed = {{model.Name}}_selftest();
        int step;

        if (failed != 0) {
        printf("self-test: step %d differs\n", failed);
        return 1;
        }
        {{model.Name}}_reset(&network);
        for (step = 0; step < 10; step++) {
        {{model.Name}}_step(&network, input);
        }
        printf("self-test: all steps agree; class of zeros: %u\n", (unsigned)({{model.Name}}_classify(&network)));
        return 0;
        }
        """).ToString();

    /// <summary>A clip of a second, sample by sample.</summary>
    static string Sound(CModel model) => new CText().Line(model.Banner($"main.c: how {model.Name} is used")).Lines($$"""

        #include <stdio.h>
        #include "{{model.Name}}.h"
        #include "{{model.Name}}_mel.h"
        #include "{{model.Name}}_mel_selftest.h"
        #include "{{model.Name}}_selftest.h"

        static {{model.Name}}_mel mel;
        static {{model.Name}}_state network;

        int main(void)
        {
        int16_t frame[{{model.Upper}}_INPUTS];
        uint32_t n;
        int failed = {{model.Name}}_selftest();

        if (failed != 0) {
        printf("self-test: step %d differs\n", failed);
        return 1;
        }
        failed = {{model.Name}}_mel_selftest();
        if (failed != 0) {
        printf("self-test: frame %d of sound differs\n", failed);
        return 1;
        }
        {{model.Name}}_mel_reset(&mel);
        {{model.Name}}_reset(&network);
        for (n = 0; n < {{model.Mel!.Options.SampleRate}}UL; n++) {
        const int16_t sample = 0; /* your microphone's */

        if ({{model.Name}}_mel_push(&mel, sample, frame)) {
        {{model.Name}}_step(&network, frame);
        }
        }
        while ({{model.Name}}_mel_finish(&mel, frame)) {
        {{model.Name}}_step(&network, frame);
        }
        printf("self-test: all steps agree; class of silence: %u\n", (unsigned)({{model.Name}}_classify(&network)));
        return 0;
        }
        """).ToString();
}
