using Tern.FixedPoint;

namespace Tern.Export.C.Avr;

/// <summary>From a 24-bit sum to a word of y: what products share a piece of assembly for.</summary>
/// <param name="Shift">Of the sum.</param>
/// <param name="Add">y is added to.</param>
/// <param name="Wide">The quotient can leave 16 bits.</param>
/// <param name="Limit">What holds the quotient; 0 where nothing below 16 bits does.</param>
/// <param name="Saturates">The sum with y can leave 16 bits.</param>
readonly record struct AvrEnding(int Shift, bool Add, bool Wide, int Limit, bool Saturates)
{
    const int Words = 1 << 15;

    public static AvrEnding Of(ProductOperation product)
    {
        bool wide = Enumerable.Range(0, product.Matrix.Rows).Any(row => Integers.Shift(product.SumBound(row), product.Shift) >= Words);
        return new(product.Shift, product.Add, wide, product is { LimitsQuotient: true, Limit: < Words } ? product.Limit : 0, product is { Add: true, Saturates: true });
    }

    /// <summary>What a sum starts with, so that the shift rounds.</summary>
    public int Half => 1 << (Shift - 1);

    /// <summary>Stores the word of a sum in three registers; r16 to r18, r0 and r1 are lost.</summary>
    public void Print(AvrText text, int low, int middle, int high)
    {
        if (this is { Shift: 8, Add: false, Limit: 0 })
        {
            text.Code($"st Y+,r{middle}; st Y+,r{high}");
            return;
        }
        (string store, string made) = (text.Label(), text.Label());
        text.Code($"mov r16,r{middle}; mov r17,r{high}");
        if (Shift < 8 && Wide)
        {
            // the quotient is a word where the high byte of the sum lies in -2^(shift - 1) to 2^(shift - 1) - 1
            (string fits, string positive) = (text.Label(), text.Label());
            text.Code($"mov r18,r17; subi r18,{-(1 << (Shift - 1)) & 255}; cpi r18,{1 << Shift}; brlo {fits}; tst r17; brpl {positive}");
            text.Code($"ldi r16,0; ldi r17,{((Limit == 0 ? -Words : -Limit) >> 8) & 255}; rjmp {made}; {positive}:; ldi r16,255; ldi r17,{(Limit == 0 ? Words - 1 : Limit - 1) >> 8}; rjmp {made}; {fits}:");
        }
        Divide(text, low);
        if (Limit > 0)
        {
            string below = text.Label();
            text.Code($"cpi r17,{Limit >> 8}; brlt {below}; ldi r16,255; ldi r17,{(Limit - 1) >> 8}; rjmp {made}; {below}:; cpi r17,{(-Limit >> 8) & 255}; brge {made}; ldi r16,0; ldi r17,{(-Limit >> 8) & 255}");
        }
        text.Code($"{made}:");
        if (Add)
        {
            text.Code("ld r0,Y; ldd r1,Y+1; add r16,r0; adc r17,r1");
            if (Saturates)
            {
                string negative = text.Label();
                // an overflow with a negative sign was positive
                text.Code($"brvc {store}; brpl {negative}; ldi r16,255; ldi r17,127; rjmp {store}; {negative}:; ldi r16,0; ldi r17,128");
            }
        }
        text.Code($"{store}:; st Y+,r16; st Y+,r17");
    }

    /// <summary>The shift of the bytes r17, r16 and low, from whichever side is nearer, to r17:16.</summary>
    void Divide(AvrText text, int low)
    {
        if (Shift >= 8) text.Code(string.Join(';', Enumerable.Repeat("asr r17; ror r16", Shift - 8)));
        else if (Shift >= 4) text.Code(string.Join(';', Enumerable.Repeat($"lsl r{low}; rol r16; rol r17", 8 - Shift)));
        else text.Code(string.Join(';', Enumerable.Repeat($"asr r17; ror r16; ror r{low}", Shift)) + $"; mov r17,r16; mov r16,r{low}");
    }
}
