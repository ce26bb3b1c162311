using Tern.FixedPoint;

namespace Tern.Export.C.Mel;

/// <summary>Products, logarithms and angles of NAME_mel.c, as <see cref="FixedMelTables"/> has them.</summary>
static class CMelArithmetic
{
    public static void Print(CText text, FixedMelTables mel, string name) => text.Lines($$"""
        /* a w / 2^15, a half up: w is below 2^15 in magnitude, a any. */
        static int32_t {{name}}_multiply(int32_t a, int32_t w)
        {
        #if defined(__ARM_ARCH_6M__) || defined(__ARM_ARCH_8M_BASE__)
        /* no products of 64 bits: the same in halves */
        return (a >> 16) * w * 2 + (((int32_t)((uint32_t)a & 65535U) * w + 16384) >> 15);
        #else
        return (int32_t)(((int64_t)a * w + 16384) >> 15);
        #endif
        }

        static uint8_t {{name}}_bits(uint32_t value)
        {
        uint8_t bits = 0;

        for (; value > 0; value >>= 1) {
        bits++;
        }
        return bits;
        }

        /* log2 of a number above 0, in 1/65536: straight lines between the table's. */
        static int32_t {{name}}_log2(uint64_t value)
        {
        int32_t whole = 63, between;
        uint8_t step, i;

        for (step = 32; step > 0; step /= 2) {
        if (value >> (64 - step) == 0) {
        value <<= step;
        whole -= step;
        }
        }
        i = (uint8_t)((value >> {{63 - FixedMelTables.Log2Bits}}) & {{(1 << FixedMelTables.Log2Bits) - 1}}U);
        between = (int32_t)((value >> {{47 - FixedMelTables.Log2Bits}}) & 65535U);
        return whole * 65536 + 2 * (int32_t){{name}}_log2s[i] + ((((int32_t){{name}}_log2s[i + 1] - {{name}}_log2s[i]) * between) >> 15);
        }

        /* The natural logarithm of a sum, of a spectrum that is 2^bits too large; at least the floor. */
        static int32_t {{name}}_log(uint64_t sum, int32_t bits, uint16_t channel)
        {
        int32_t log;

        if (sum == 0) {
        return {{CPointwise.Number(mel.Floor)}};
        }
        log = {{name}}_multiply({{name}}_log2(sum) - bits * 131072, {{FixedMelTables.Ln2}}) + {{name}}_offset[channel];
        return log < {{CPointwise.Number(mel.Floor)}} ? {{CPointwise.Number(mel.Floor)}} : log;
        }

        static int32_t {{name}}_sine(uint16_t i)
        {
        return {{name}}_sines[i <= {{mel.Half / 2}} ? i : {{mel.Half}} - i];
        }

        static int32_t {{name}}_cosine(uint16_t i)
        {
        return i <= {{mel.Half / 2}} ? {{name}}_sines[{{mel.Half / 2}} - i] : -{{name}}_sines[i - {{mel.Half / 2}}];
        }

        """);
}
