using Tern.FixedPoint;

namespace Tern.Export.C.Mel;

/// <summary>The spectrum of a frame in NAME_mel.c: <see cref="FixedFft"/>, and what scales its input and output.</summary>
static class CMelSpectrum
{
    public static void Print(CText text, FixedMelTables mel, string name)
    {
        Transform(text, name);
        Spectrum(text, mel, name);
    }

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
}
