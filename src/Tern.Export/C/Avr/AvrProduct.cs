using Tern.FixedPoint;

namespace Tern.Export.C.Avr;

/// <summary>
/// Products of 8-bit weights with sums of 24 bits in assembly. A kernel is shared by products of the same shift and ending.
/// Dense: four rows at once, weights stored + 128 unsigned, so that each takes two multiplications without a sign to extend;
/// 128 times the sum of x is taken off at the start. Sparse: for each row a count, then steps to the next column and weights.
/// </summary>
/// <param name="Sparse">Weights that are not 0 are listed.</param>
/// <param name="Shift">Of the sums.</param>
/// <param name="Add">y is added to.</param>
/// <param name="Limits">The quotient can leave 16 bits.</param>
/// <param name="Saturates">So can what it is added to.</param>
/// <param name="Paired">Columns are even: two are done in a round (dense).</param>
readonly record struct AvrProduct(bool Sparse, int Shift, bool Add, bool Limits, bool Saturates, bool Paired)
{
    /// <summary>Rows of a dense block; y has room for a last block that is not full.</summary>
    public const int Block = 4;

    const int Offset = 128, MostColumns = 127;

    static readonly int[] Saved = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 28, 29];

    /// <summary>The four sums: low, middle and high byte of each.</summary>
    static readonly (int Low, int Middle, int High)[] Sums = [(2, 3, 4), (5, 6, 7), (8, 9, 10), (11, 12, 20)];

    /// <summary>The kernel of a product; null where C does it.</summary>
    public static AvrProduct? Of(ProductOperation product)
    {
        FixedMatrix matrix = product.Matrix;
        bool fits = matrix.Bits == 8 && product.AccumulatorBits == 24 && product.Multipliers is null && matrix.Columns <= MostColumns && matrix.Rows <= 250 && product.Shift is >= 1 and <= 20;
        if (!fits) return null;
        return matrix.IsSparse ? new(true, product.Shift, product.Add, product.LimitsQuotient, product.Saturates, false) : new(false, product.Shift, product.Add, product.LimitsQuotient, product.Saturates, matrix.Columns % 2 == 0);
    }

    public string Name(CModel model) => $"{model.Name}_{(Sparse ? "list" : "rows")}_{Shift}{(Add ? "_add" : "")}{(Limits ? "_limit" : "")}{(Saturates && Add ? "_sat" : "")}{(Paired ? "_2" : "")}";

    /// <summary>The C declaration.</summary>
    public string Declaration(CModel model) => $"extern void {Name(model)}(const uint8_t *w, const int16_t *x, int16_t *y, uint8_t columns, uint8_t {(Sparse ? "rows" : "blocks")});";

    /// <summary>The C call.</summary>
    public string Call(CModel model, ProductOperation product)
    {
        int columns = Paired ? product.Matrix.Columns / 2 : product.Matrix.Columns, rows = Sparse ? product.Matrix.Rows : (product.Matrix.Rows + Block - 1) / Block;
        return $"{Name(model)}({CProducts.Table(model, product.Matrix)}, &state->{product.From.Name}[{product.FromOffset}], &state->{product.To.Name}[{product.ToOffset}], {columns}, {rows});";
    }

    /// <summary>A matrix as the kernel reads it.</summary>
    public IEnumerable<int> Table(FixedMatrix matrix)
    {
        if (!Sparse)
        {
            for (int block = 0; block < matrix.Rows; block += Block)
                for (int column = 0; column < matrix.Columns; column++)
                    for (int row = block; row < block + Block; row++)
                        yield return (row < matrix.Rows ? matrix.Row(row)[column] : 0) + Offset;
            yield break;
        }
        for (int row = 0; row < matrix.Rows; row++)
        {
            int[] kept = [.. Enumerable.Range(0, matrix.Columns).Where(column => matrix.Values[row * matrix.Columns + column] != 0)];
            yield return kept.Length;
            for (int i = 0; i < kept.Length; i++)
            {
                // x is read byte by byte, so the pointer stands one byte behind the column before
                yield return i == 0 ? 2 * kept[0] : 2 * (kept[i] - kept[i - 1]) - 1;
                yield return matrix.Values[row * matrix.Columns + kept[i]];
            }
        }
    }

    public void Print(CModel model, AvrText text)
    {
        text.Function(Name(model), $"w r25:24, x r23:22, y r21:20, columns{(Paired ? " / 2" : "")} r18, {(Sparse ? "rows" : "blocks")} r16");
        text.Push(Saved).Code("movw r30,r24; movw r28,r20; mov r15,r18; mov r14,r16");
        if (Sparse) List(text);
        else Rows(text);
        text.Code("clr r1").Pop(Saved).Code("ret");
    }

    void Rows(AvrText text)
    {
        (string sum, string block, string column) = (text.Label(), text.Label(), text.Label());
        // 128 times the sum of x, negative, with the half that rounds: r13, r25, r24 from low to high
        text.Code($"movw r26,r22; clr r19; clr r24; clr r25; clr r21; {sum}:");
        for (int i = 0; i < (Paired ? 2 : 1); i++) text.Code("ld r16,X+; ld r17,X+; clr r20; sbrc r17,7; com r20; add r21,r16; adc r24,r17; adc r25,r20");
        text.Code($"dec r18; brne {sum}; ror r25; ror r24; ror r21; ror r19; com r24; com r21; neg r19; sbci r21,255; sbci r24,255");
        Half(text, "r19", "r21", "r24");
        text.Code($"mov r13,r19; mov r25,r21; clr r19; {block}:");
        foreach (var (low, middle, high) in Sums) text.Code($"mov r{low},r13; mov r{middle},r25; mov r{high},r24");
        text.Code($"movw r26,r22; mov r21,r15; {column}:");
        for (int i = 0; i < (Paired ? 2 : 1); i++)
        {
            text.Code("ld r16,X+; ld r17,X+");
            foreach (var (low, middle, high) in Sums)
                text.Code($"lpm r18,Z+; mul r18,r16; add r{low},r0; adc r{middle},r1; adc r{high},r19; mulsu r17,r18; add r{middle},r0; adc r{high},r1");
        }
        string ends = text.Label();
        text.Code(Paired ? $"dec r21; breq {ends}; rjmp {column}; {ends}:" : $"dec r21; brne {column}");      // two columns are beyond a branch
        foreach (var (low, middle, high) in Sums) End(text, low, middle, high);
        string done = text.Label();
        text.Code($"dec r14; breq {done}; rjmp {block}; {done}:");
    }

    void List(AvrText text)
    {
        (string row, string weight, string end, string done) = (text.Label(), text.Label(), text.Label(), text.Label());
        int half = 1 << (Shift - 1);
        text.Code($"clr r19; ldi r18,{half & 255}; mov r6,r18; ldi r18,{(half >> 8) & 255}; mov r7,r18; ldi r18,{half >> 16}; mov r8,r18; {row}:; lpm r21,Z+; movw r2,r6; mov r4,r8");
        text.Code($"movw r26,r22; tst r21; breq {end}; {weight}:");
        text.Code("lpm r0,Z+; add r26,r0; adc r27,r19; lpm r18,Z+; ld r16,X+; ld r17,X");
        text.Code($"mulsu r18,r16; sbc r4,r19; add r2,r0; adc r3,r1; adc r4,r19; muls r18,r17; add r3,r0; adc r4,r1; dec r21; brne {weight}; {end}:");
        End(text, 2, 3, 4);
        text.Code($"dec r14; breq {done}; rjmp {row}; {done}:");
    }

    /// <summary>Adds the half that rounds to three bytes in r16 or above.</summary>
    void Half(AvrText text, string low, string middle, string high)
    {
        int minus = -(1 << (Shift - 1));
        text.Code($"subi {low},{minus & 255}; sbci {middle},{(minus >> 8) & 255}; sbci {high},{(minus >> 16) & 255}");
    }

    /// <summary>From a sum to a word of y: its upper two bytes after the shift.</summary>
    void End(AvrText text, int low, int middle, int high)
    {
        int left = 8 - Shift;
        string store = text.Label();
        text.Code($"mov r16,r{middle}; mov r17,r{high}");
        if (left > 0 && Limits)
        {
            // the sum fits after the shift where its high byte lies in -2^(7 - left) to 2^(7 - left) - 1
            string fits = text.Label(), positive = text.Label(), saturated = Add ? text.Label() : store;
            text.Code($"mov r18,r17; subi r18,{-(1 << (7 - left)) & 255}; cpi r18,{(1 << (8 - left)) & 255}");
            text.Code($"brlo {fits}; tst r17; brpl {positive}; ldi r16,0; ldi r17,128; rjmp {saturated}; {positive}:; ldi r16,255; ldi r17,127; rjmp {saturated}; {fits}:");
            Narrow(text, low);
            if (Add) text.Code($"{saturated}:");
        }
        else if (left > 0) Narrow(text, low);
        else text.Code(string.Join(';', Enumerable.Repeat("asr r17; ror r16", -left)));
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

    /// <summary>A shift below 8 of the three bytes r17, r16 and low, from whichever side is nearer, to r17:16.</summary>
    void Narrow(AvrText text, int low)
    {
        if (Shift >= 4) text.Code(string.Join(';', Enumerable.Repeat($"lsl r{low}; rol r16; rol r17", 8 - Shift)));
        else text.Code(string.Join(';', Enumerable.Repeat($"asr r17; ror r16; ror r{low}", Shift)) + $"; mov r17,r16; mov r16,r{low}");
    }
}
