namespace Tern.Export.C;

/// <summary>main.c: a program that tests itself and shows the calls.</summary>
static class CExamples
{
    public static string Main(CModel model) => new CText().Line(model.Banner($"main.c: how {model.Name} is used")).Lines($$"""

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
}
