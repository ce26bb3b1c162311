using Tern.FixedPoint;

namespace Tern.Export.C.Avr;

/// <summary>From a 24-bit sum to a word of y: what products share a piece of assembly for.</summary>
/// <param name="Wide">Sums have 32 bits; the lowest byte falls away, the other 24 bits are what follows speaks of.</param>
/// <param name="Raise">Bits by which a sum of 32 bits is shifted to the left first, so that the quotient lies above its lowest byte.</param>
/// <param name="Shift">Of the sum.</param>
/// <param name="Add">y is added to.</param>
/// <param name="Limit">What holds the quotient; 0 where nothing has to.</param>
/// <param name="Saturates">The sum with y can leave 16 bits.</param>
/// <param name="Multiplier">What the quotient is multiplied by, / 2^14; 0 for 1.</param>
/// <param name="Result">What holds the result of the multiplication; 0 where nothing has to.</param>
readonly record struct AvrEnding(bool Wide, int Raise, int Shift, bool Add, int Limit, bool Saturates, int Multiplier, int Result)
{
    const int Words = 1 << 15, Sums = 1 << 23, Dropped = 8;

    /// <summary>The ending of a product that assembly does.</summary>
    public static AvrEnding Of(ProductOperation product)
    {
        bool wide = Enumerable.Range(0, product.Matrix.Rows).Any(row => Integers.Shift(product.SumBound(row), product.Shift) >= Words);
        int limit = product is { LimitsQuotient: true, Limit: < Words } ? product.Limit : wide ? Words : 0;
        int raise = RaiseOf(product), shift = product.Shift + raise - (IsWide(product) ? Dropped : 0);
        return new(IsWide(product), raise, shift, product.Add, (long)limit << shift >= Sums ? 0 : limit, product is { Add: true, Saturates: true }, product.Multipliers?[0] ?? 0, product is { Multipliers: not null, LimitsQuotient: true } ? product.Limit : 0);
    }

    /// <summary>Whether a product has no multiplier, or one for all rows, and sums that can be raised as far as it takes.</summary>
    public static bool Does(ProductOperation product) => product.Multipliers is null or { Length: 1 }
        && (!IsWide(product) || Enumerable.Range(0, product.Matrix.Rows).Max(product.SumBound) + (1L << product.Shift) <= int.MaxValue >> RaiseOf(product));

    static int RaiseOf(ProductOperation product) => IsWide(product) ? Math.Max(0, Dropped + 1 - product.Shift) : 0;

    /// <summary>Whether sums of a product need more than 24 bits.</summary>
    public static bool IsWide(ProductOperation product) => product.AccumulatorBits > 24;

    /// <summary>What a sum starts with, so that the shift rounds.</summary>
    public int Half => 1 << (Shift - Raise + (Wide ? Dropped : 0) - 1);

    /// <summary>Whether sums or words need a function of this ending's own.</summary>
    public bool HasFunction => Limit > 0 || Multiplier > 0;

    /// <summary>The function that multiplies.</summary>
    static string Times(string function) => function + "_times";

    /// <summary>The quotient lies in the two lower registers, not in the upper ones.</summary>
    bool IsLow => Shift <= 4;

    /// <summary>Stores the word of a sum in three registers, which are lost as r16 to r18, r0 and r1 are.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="function">This ending's own.</param>
    /// <param name="low">The lowest byte's register.</param>
    /// <param name="middle">The next.</param>
    /// <param name="high">The highest: r16 or above where there is an aside.</param>
    /// <param name="aside">What holds a sum or a word within its limits, and runs rarely, goes there, which has to be within reach of a branch; null for between.</param>
    public void Print(AvrText text, string function, int low, int middle, int high, List<string>? aside = null)
    {
        string held = text.Label(), shift = text.Label();
        (int from, int to) = IsLow ? (low, middle) : (middle, high);
        if (Limit > 0)
        {
            // a sum whose high byte is well inside needs no more
            int inside = (Limit << Shift) >> 16;
            string hold = $"?mov r16,r{middle}; ?mov r17,r{high}; ?mov r18,r{low}; ?rcall {function}; ?mov r{from},r16; ?mov r{to},r17; ?rjmp {held}";
            if (aside is null) text.Code($"mov r18,r{high}; subi r18,{-inside & 255}; cpi r18,{2 * inside}; +brlo {shift}; {hold}; {shift}:");
            else
            {
                string rare = text.Label();
                text.Code($"cpi r{high},{inside}; brge {rare}; cpi r{high},{-inside & 255}; brlt {rare}");
                aside.Add($"{rare}:; {hold}");
            }
        }
        Divide(text, low, middle, high);
        text.Code($"{held}:");
        if (Multiplier > 0) text.Code($"mov r16,r{from}; mov r17,r{to}; rcall {Times(function)}; mov r{from},r16; mov r{to},r17").Calls(TimesCycles());
        if (Add)
        {
            string fits = text.Label(), positive = text.Label();
            text.Code($"ld r0,Y; ldd r1,Y+1; add r{from},r0; adc r{to},r1");
            // an overflow with a negative sign was positive
            string saturate = $"?ldi r16,255; ?ldi r17,127; ?brmi {positive}; ?ldi r16,0; ?ldi r17,128; {positive}:; ?mov r{from},r16; ?mov r{to},r17";
            if (Saturates && aside is null) text.Code($"+brvc {fits}; {saturate}; {fits}:");
            if (Saturates && aside is not null)
            {
                string rare = text.Label();
                text.Code($"brvs {rare}; {fits}:");
                aside.Add($"{rare}:; {saturate}; ?rjmp {fits}");
            }
        }
        text.Code($"st Y+,r{from}; st Y+,r{to}");
    }

    /// <summary>
    /// The functions. One limits a sum in r17, r16, r18 to the quotient in r17:16, the other multiplies the quotient there and
    /// limits that. r19 is 0; r18, r21, r0 and r1 are lost.
    /// </summary>
    /// <param name="text">Where to.</param>
    /// <param name="function">Their name.</param>
    /// <param name="keep">Whether r21 is kept.</param>
    public void PrintFunction(AvrText text, string function, bool keep = false)
    {
        (string save, string leave) = keep ? ("push r21; ", "pop r21; ret") : ("", "ret");
        if (Multiplier > 0) PrintTimes(text, Times(function), save, leave);
        if (Limit == 0) return;
        text.Line().Line($"; a sum / 2^{Shift} held within {Limit}").Line($"{function}:");
        string below = text.Label(), inside = text.Label();
        int bound = Limit << Shift >> 8;
        text.Code($"{save}cpi r16,{bound & 255}; ldi r21,{bound >> 8}; cpc r17,r21; brlt {below}; ldi r16,255; ldi r17,{(Limit - 1) >> 8}; {leave}");
        text.Code($"{below}:; cpi r16,{-bound & 255}; ldi r21,{(-bound >> 8) & 255}; cpc r17,r21; brge {inside}; ldi r16,0; ldi r17,{(-Limit >> 8) & 255}; {leave}; {inside}:");
        Divide(text, 18, 16, 17);
        if (IsLow) text.Code("mov r17,r16; mov r16,r18");
        text.Code(leave);
    }

    void PrintTimes(AvrText text, string function, string save, string leave)
    {
        text.Line().Line($"; times {Multiplier} / 2^{ProductOperation.MultiplierBits}{(Result > 0 ? $", held within {Result}" : "")}").Line($"{function}:");
        text.Code($"{save}push r25; push r26; push r27; ldi r18,{(2 * Multiplier) & 255}; ldi r21,{(2 * Multiplier) >> 8}; mul r16,r18; mov r25,r1; mulsu r17,r21; movw r26,r0; mul r16,r21; add r25,r0; adc r26,r1; adc r27,r19");
        text.Code("mulsu r17,r18; sbc r27,r19; add r25,r0; adc r26,r1; adc r27,r19; lsl r25; rol r26; rol r27");
        (string over, string above, string below, string done) = (text.Label(), text.Label(), text.Label(), text.Label());
        if (Result > 0) text.Code($"brvs {over}");
        text.Code("lsl r25; adc r26,r19; adc r27,r19");
        if (Result > 0) text.Code($"brvs {above}");
        if (Result is > 0 and < Words) text.Code($"cpi r27,{Result >> 8}; brge {above}; cpi r27,{(-Result >> 8) & 255}; brlt {below}");
        text.Code($"{done}:; movw r16,r26; pop r27; pop r26; pop r25; {leave}");
        // of an overflow the carry is the sign
        if (Result > 0) text.Code($"{over}:; ?brcs {below}; {above}:; ?ldi r26,255; ?ldi r27,{(Result - 1) >> 8}; ?rjmp {done}; {below}:; ?ldi r26,0; ?ldi r27,{(-Result >> 8) & 255}; ?rjmp {done}");
    }

    long TimesCycles()
    {
        AvrText text = new();
        PrintTimes(text, "", "", "ret");
        return text.Cycles;
    }

    /// <summary>The shift of three registers, from whichever side is nearer.</summary>
    void Divide(AvrText text, int low, int middle, int high)
    {
        if (Shift >= 8) text.Code(string.Join(';', Enumerable.Repeat($"asr r{high}; ror r{middle}", Shift - 8)));
        else if (IsLow) text.Code(string.Join(';', Enumerable.Repeat($"asr r{high}; ror r{middle}; ror r{low}", Shift)));
        else text.Code(string.Join(';', Enumerable.Repeat($"lsl r{low}; rol r{middle}; rol r{high}", 8 - Shift)));
    }
}
