namespace Tern.Export.C.Floats;

/// <summary>The functions y += W x, one for each kind of matrix that a model has.</summary>
static class CFloatProducts
{
    public static void Print(CFloatModel model, CText text)
    {
        foreach (string kind in model.Matrices.Select(matrix => matrix.Kind).Distinct().Order())
        {
            bool sparse = kind.StartsWith("sparse", StringComparison.Ordinal);
            string values = kind.Split('_')[sparse ? 1 : 0];
            if (values == "ternary") Ternary(model, text);
            else if (sparse) Sparse(model, text, kind, values, kind.EndsWith("wide", StringComparison.Ordinal) ? "16" : "8");
            else Dense(model, text, kind, values);
        }
    }

    static void Dense(CFloatModel model, CText text, string kind, string values)
    {
        bool scaled = values != "float";
        text.Line($"/* y += W x. */");
        text.Line($"static void {model.Name}_add_{kind}(const {Type(values)} *w, {Scales(scaled)}const float *x, float *y, uint16_t rows, uint16_t columns)");
        text.Lines($$"""
            {
            uint16_t i, j;

            for (i = 0; i < rows; i++) {
            float sum = 0.0f;

            for (j = 0; j < columns; j++) {
            sum += {{Read(model, values)}} * x[j];
            w++;
            }
            y[i] += {{Sum(model, scaled)}};
            }
            }

            """);
    }

    static void Sparse(CFloatModel model, CText text, string kind, string values, string bits)
    {
        bool scaled = values != "float";
        text.Line("/* y += W x; of each row as many weights as counts says are listed with their columns. */");
        text.Line($"static void {model.Name}_add_{kind}(const {Type(values)} *w, const uint16_t *counts, const uint{bits}_t *columns, {Scales(scaled)}const float *x, float *y, uint16_t rows)");
        text.Lines($$"""
            {
            uint16_t i, n;

            for (i = 0; i < rows; i++) {
            float sum = 0.0f;

            for (n = {{model.Upper}}_READ16(&counts[i]); n > 0; n--) {
            sum += {{Read(model, values)}} * x[{{model.Upper}}_READ{{bits}}(columns)];
            w++;
            columns++;
            }
            y[i] += {{Sum(model, scaled)}};
            }
            }

            """);
    }

    static void Ternary(CFloatModel model, CText text) => text.Lines($$"""
        /* y += W x of weights 0, 1 and -1: two bits each, 0, 1 and 2, the first in a byte's lowest. */
        static void {{model.Name}}_add_ternary(const uint8_t *w, {{Scales(true)}}const float *x, float *y, uint16_t rows, uint16_t columns)
        {
        uint16_t i, j;
        uint8_t four = 0;

        for (i = 0; i < rows; i++) {
        float sum = 0.0f;

        for (j = 0; j < columns; j++) {
        if (j % 4 == 0) {
        four = {{model.Upper}}_READ8(w);
        w++;
        }
        if ((four & 3) == 1) {
        sum += x[j];
        } else if ((four & 3) == 2) {
        sum -= x[j];
        }
        four = (uint8_t)(four >> 2);
        }
        y[i] += {{Sum(model, scaled: true)}};
        }
        }

        """);

    static string Type(string values) => values == "float" ? "float" : values + "_t";

    static string Scales(bool scaled) => scaled ? "const float *scales, uint16_t run, " : "";

    static string Read(CFloatModel model, string values) => values == "float" ? $"{model.Upper}_READF(w)" : $"(float)({values}_t){model.Upper}_READ{values[3..]}(w)";

    static string Sum(CFloatModel model, bool scaled) => scaled ? $"sum * {model.Upper}_READF(&scales[i / run])" : "sum";
}
