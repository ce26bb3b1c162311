namespace Tern.Export.C.Floats;

/// <summary>main.c of the float form: a program that tests itself and shows the calls.</summary>
static class CFloatExamples
{
    public static string Main(CFloatModel model) => new CText().Line(model.Banner($"main.c: how {model.Name} is used")).Lines($$"""

        #include <stdio.h>
        #include "{{model.Name}}.h"
        #include "{{model.Name}}_selftest.h"

        static {{model.Name}}_state network;

        int main(void)
        {
        {{(model.Tokens > 0 ? $"const uint32_t input = {Features.Vocabulary.Unknown}; /* your token's id */" : $"static const float input[{model.Upper}_INPUTS] = {{ 0.0f }}; /* your sensor's numbers */")}}
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
        printf("self-test: all steps agree; class of {{(model.Tokens > 0 ? "unknown tokens" : "zeros")}}: %u\n", (unsigned)({{model.Name}}_classify(&network)));
        return 0;
        }
        """).ToString();
}
