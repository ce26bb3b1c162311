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
        Arithmetic(text, mel, name);
        Transform(text, name);
        Spectrum(text, mel, name);
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

    static void Arithmetic(CText text, FixedMelTables mel, string name) => text.Lines($$"""
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

    static void Transform(CText text, string name)
    {
        string half = $"{name.ToUpperInvariant()}_HALF";
        text.Lines($$"""
            /* b = a - x, a = a + x. */
            static void {{name}}_butterfly(int32_t *a, int32_t *b, int32_t re, int32_t im)
            {
            b[0] = a[0] - re;
            b[1] = a[1] - im;
            a[0] += re;
            a[1] += im;
            }

            /* The complex transform of half the size, radix 2: input in bit-reversed order, then stage by stage. */
            static void {{name}}_transform({{name}} *mel)
            {
            uint16_t i, j, m, bit;

            for (i = 1, j = 0; i < {{half}}; i++) {
            for (bit = {{half}} / 2; (j & bit) != 0; bit >>= 1) {
            j ^= bit;
            }
            j |= bit;
            if (i < j) {
            const int32_t re = mel->bins[i].part[0], im = mel->bins[i].part[1];

            mel->bins[i].part[0] = mel->bins[j].part[0];
            mel->bins[i].part[1] = mel->bins[j].part[1];
            mel->bins[j].part[0] = re;
            mel->bins[j].part[1] = im;
            }
            }
            for (m = 2; m <= {{half}}; m = (uint16_t)(m * 2)) {
            /* factors 1 and -i are no products */
            for (i = 0; i < {{half}}; i = (uint16_t)(i + m)) {
            const int32_t *b = mel->bins[i + m / 2].part;

            {{name}}_butterfly(mel->bins[i].part, mel->bins[i + m / 2].part, b[0], b[1]);
            }
            for (i = m / 4; m > 2 && i < {{half}}; i = (uint16_t)(i + m)) {
            const int32_t *b = mel->bins[i + m / 2].part;

            {{name}}_butterfly(mel->bins[i].part, mel->bins[i + m / 2].part, b[1], -b[0]);
            }
            for (j = 1; j < m / 2; j++) {
            const uint16_t angle = (uint16_t)(j * (2 * {{half}} / m));
            const int32_t cosine = {{name}}_cosine(angle), sine = {{name}}_sine(angle);

            for (i = j; 4 * j != m && i < {{half}}; i = (uint16_t)(i + m)) {
            const int32_t *b = mel->bins[i + m / 2].part;
            const int32_t re = {{name}}_multiply(b[0], cosine) + {{name}}_multiply(b[1], sine);
            const int32_t im = {{name}}_multiply(b[1], cosine) - {{name}}_multiply(b[0], sine);

            {{name}}_butterfly(mel->bins[i].part, mel->bins[i + m / 2].part, re, im);
            }
            }
            }
            }

            /* From that of even and odd samples as real and imaginary parts to that of all. */
            static void {{name}}_split({{name}} *mel)
            {
            const int32_t first = mel->bins[0].part[0], second = mel->bins[0].part[1];
            uint16_t k;

            mel->bins[0].part[0] = first + second;
            mel->bins[0].part[1] = 0;
            mel->bins[{{half}}].part[0] = first - second;
            mel->bins[{{half}}].part[1] = 0;
            for (k = 1; k < {{half}} / 2; k++) {
            int32_t *a = mel->bins[k].part, *b = mel->bins[{{half}} - k].part;
            const int32_t cosine = {{name}}_cosine(k), sine = {{name}}_sine(k);
            const int32_t even_re = (a[0] + b[0] + 1) >> 1, even_im = (a[1] - b[1] + 1) >> 1;
            const int32_t odd_re = (a[1] + b[1] + 1) >> 1, odd_im = (b[0] - a[0] + 1) >> 1;
            const int32_t re = {{name}}_multiply(odd_re, cosine) + {{name}}_multiply(odd_im, sine);
            const int32_t im = {{name}}_multiply(odd_im, cosine) - {{name}}_multiply(odd_re, sine);

            a[0] = even_re + re;
            a[1] = even_im + im;
            b[0] = even_re - re;
            b[1] = im - even_im;
            }
            mel->bins[{{half}} / 2].part[1] = -mel->bins[{{half}} / 2].part[1];
            }

            """);
    }

    static void Spectrum(CText text, FixedMelTables mel, string name)
    {
        string upper = name.ToUpperInvariant();
        text.Lines($$"""
            /* Squares of the frame's spectrum, / 2^{{mel.PowerShift}}; returns by how many bits it is larger than that of samples times 32768. */
            static int32_t {{name}}_spectrum({{name}} *mel)
            {
            uint32_t size = 0;
            int32_t shift = 0;
            uint8_t more = 0;
            uint16_t i;

            for (i = 0; i <= {{upper}}_HALF; i++) {
            mel->bins[i].part[0] = 0;
            mel->bins[i].part[1] = 0;
            }
            for (i = 0; i < {{upper}}_FRAME; i++) {
            const int32_t y = (int32_t)mel->sound[i + 1] * 32768 - {{CPointwise.Number(mel.PreEmphasis)}} * mel->sound[i];
            const int32_t v = {{name}}_multiply(y, {{name}}_window[i <= {{upper}}_FRAME / 2 ? i : {{upper}}_FRAME - i]);

            size |= (uint32_t)(v < 0 ? ~v : v);
            mel->bins[i / 2].part[i % 2] = v;
            }
            if (size > 0) {
            shift = {{mel.InputBits}} - {{name}}_bits(size);
            }
            for (i = 0; i <= {{upper}}_FRAME / 2; i++) {
            int32_t *v = mel->bins[i].part;

            if (shift >= 0) {
            v[0] *= (int32_t)1 << shift;
            v[1] *= (int32_t)1 << shift;
            } else {
            v[0] = (v[0] + ((int32_t)1 << (-shift - 1))) >> -shift;
            v[1] = (v[1] + ((int32_t)1 << (-shift - 1))) >> -shift;
            }
            }
            {{name}}_transform(mel);
            {{name}}_split(mel);
            size = 0;
            for (i = 0; i <= {{upper}}_HALF; i++) {
            const int32_t *x = mel->bins[i].part;

            size |= (uint32_t)((x[0] < 0 ? ~x[0] : x[0]) | (x[1] < 0 ? ~x[1] : x[1]));
            }
            if (size > 0) {
            more = (uint8_t)(30 - {{name}}_bits(size));
            }
            for (i = 0; i <= {{upper}}_HALF; i++) {
            const int32_t re = mel->bins[i].part[0] * ((int32_t)1 << more), im = mel->bins[i].part[1] * ((int32_t)1 << more);

            mel->bins[i].power = ((uint64_t)((int64_t)re * re) + (uint64_t)((int64_t)im * im)) >> {{mel.PowerShift}};
            }
            return shift + more;
            }

            """);
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
