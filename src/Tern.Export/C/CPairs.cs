using Tern.FixedPoint;

namespace Tern.Export.C;

/// <summary>
/// Dense products of 8-bit weights for cores with SMLAD (Cortex-M4 and above): two rows at once, two multiply-adds an
/// instruction. Four weights lie in a word in the order 0, 2, 1, 3, so that SXTB16 gives those of two neighbouring words of x.
/// </summary>
static class CPairs
{
    const int Quad = 4, Rows = 2;

    /// <summary>Words behind a vector that a kernel may read or write.</summary>
    public const int Slack = 4;

    public static bool Does(CModel model, ProductOperation product) => model.Options.Target == CTarget.CortexM4 && product is { Multipliers: null, Matrix: { Bits: 8, IsSparse: false } };

    /// <summary>Bytes of a matrix's table.</summary>
    public static int TableBytes(FixedMatrix matrix) => (matrix.Rows + 1) / Rows * Rows * Quads(matrix) * Quad;

    static int Quads(FixedMatrix matrix) => (matrix.Columns + Quad - 1) / Quad;

    public static void PrintTable(CModel model, FixedMatrix matrix, CText text)
    {
        List<int> values = [];
        for (int row = 0; row < (matrix.Rows + 1) / Rows * Rows; row++)
            for (int quad = 0; quad < Quads(matrix); quad++)
                foreach (int column in (int[])[quad * Quad, quad * Quad + 2, quad * Quad + 1, quad * Quad + 3])
                    values.Add(row < matrix.Rows && column < matrix.Columns ? matrix.Values[row * matrix.Columns + column] : 0);
        text.Line(FormattableString.Invariant($"/* [{matrix.Rows}, {matrix.Columns}], weight = number x {matrix.Unit:g6}; four columns in the order 0, 2, 1, 3, rows and columns filled up with 0 */"));
        text.Array("int8_t", CProducts.Table(model, matrix), $"{model.Upper}_ROM", values).Line();
    }

    public static void PrintKernel(CModel model, CText text)
    {
        string name = model.Name;
        text.Lines($$"""
            #if defined(__ARM_FEATURE_SIMD32)
            static inline uint32_t {{name}}_load(const void *p)
            {
            uint32_t word;

            __builtin_memcpy(&word, p, 4);
            return word;
            }

            static inline int32_t {{name}}_multiply(uint32_t w, uint32_t low, uint32_t high, int32_t sum)
            {
            uint32_t even, odd;

            __asm__("sxtb16 %0, %1" : "=r"(even) : "r"(w));
            __asm__("sxtb16 %0, %1, ror #8" : "=r"(odd) : "r"(w));
            __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(even), "r"(low));
            __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(odd), "r"(high));
            return sum;
            }
            #endif

            /* Adds two rows of 4 n weights times x to two sums. */
            static void {{name}}_pair8(const int8_t *w, const int16_t *x, uint32_t n, int32_t *sums)
            {
            const int8_t *v = w + 4 * n;
            int32_t a = sums[0];
            int32_t b = sums[1];

            for (; n > 0; n--) {
            #if defined(__ARM_FEATURE_SIMD32)
            const uint32_t low = {{name}}_load(x);
            const uint32_t high = {{name}}_load(x + 2);

            a = {{name}}_multiply({{name}}_load(w), low, high, a);
            b = {{name}}_multiply({{name}}_load(v), low, high, b);
            #else
            a += (int32_t)w[0] * x[0] + (int32_t)w[1] * x[2] + (int32_t)w[2] * x[1] + (int32_t)w[3] * x[3];
            b += (int32_t)v[0] * x[0] + (int32_t)v[1] * x[2] + (int32_t)v[2] * x[1] + (int32_t)v[3] * x[3];
            #endif
            w += 4;
            v += 4;
            x += 4;
            }
            sums[0] = a;
            sums[1] = b;
            }

            """);
    }

    public static void Print(CModel model, ProductOperation product, CText text)
    {
        FixedMatrix matrix = product.Matrix;
        string half = product.Shift > 0 ? CPointwise.Number(1L << (product.Shift - 1)) : "0";
        text.Line($"/* {CProducts.Describe(product)} */").Line("{").Line($"const int8_t *w = {CProducts.Table(model, matrix)};").Line($"int16_t *y = &state->{product.To.Name}[{product.ToOffset}];").Line();
        text.Line($"for (i = 0; i < {matrix.Rows}; i += 2) {{").Line($"int32_t r[2] = {{ {half}, {half} }};").Line();
        text.Line($"{model.Name}_pair8(w, &state->{product.From.Name}[{product.FromOffset}], {Quads(matrix)}, r);");
        for (int k = 0; k < Rows; k++)
        {
            string value = product.Shift > 0 ? $"(r[{k}] >> {product.Shift})" : $"r[{k}]";
            if (product.LimitsQuotient) value = CProducts.Saturated(model, product, value);
            if (product.Add) value = product.Saturates ? CProducts.Saturated(model, product, $"{value} + y[i + {k}]") : $"{value} + y[i + {k}]";
            text.Line($"y[i + {k}] = (int16_t)({value});");
        }
        text.Line($"w += {Rows * Quad * Quads(matrix)};").Line("}").Line("}");
    }
}
