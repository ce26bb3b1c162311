using Tern.FixedPoint;

namespace Tern.Export.C.Avr;

/// <summary>
/// Products of 8-bit weights with sums of 24 bits in assembly: one kernel for all dense matrices of a model, one for all sparse
/// ones. Dense: four rows at once, weights stored + 128 unsigned, so that each takes two multiplications without a sign to
/// extend; 128 times the sum of x is taken off at the start. Sparse: for each row a count, then steps to the next column and
/// weights.
/// </summary>
sealed class AvrKernel
{
    /// <summary>Rows of a dense block; y has room for a last block that is not full.</summary>
    public const int Block = 4;

    const int Offset = 128, MostColumns = 127, MostRows = 250, MostShift = 16;

    /// <summary>The four sums: low, middle and high byte of each.</summary>
    static readonly (int Low, int Middle, int High)[] Sums = [(2, 3, 4), (5, 6, 7), (8, 9, 10), (11, 12, 20)];

    readonly CModel model;
    readonly bool sparse;
    readonly AvrEnding[] endings;
    readonly int unroll;       // columns of a round of the dense kernel

    AvrKernel(CModel model, bool sparse, ProductOperation[] products)
    {
        (this.model, this.sparse) = (model, sparse);
        endings = [.. products.Select(AvrEnding.Of).Distinct()];
        unroll = Array.TrueForAll(products, product => product.Matrix.Columns % 4 == 0) ? 4 : 2;
    }

    /// <summary>Whether assembly does a product.</summary>
    public static bool Does(ProductOperation product) =>
        product is { AccumulatorBits: 24, Multipliers: null, Matrix: { Bits: 8, Columns: <= MostColumns, Rows: <= MostRows }, Shift: >= 1 and <= MostShift };

    /// <summary>The kernels that a model needs.</summary>
    public static IEnumerable<AvrKernel> Of(CModel model) =>
        model.Products.Where(Does).GroupBy(product => product.Matrix.IsSparse).Select(group => new AvrKernel(model, group.Key, [.. group]));

    public bool Has(ProductOperation product) => Does(product) && product.Matrix.IsSparse == sparse;

    string Name => $"{model.Name}_{(sparse ? "list" : "rows")}";

    /// <summary>Sets the registers and calls the kernel; the state is at r25:24, which is lost as all others are.</summary>
    public void Call(AvrText text, ProductOperation product)
    {
        AvrEnding ending = AvrEnding.Of(product);
        int columns = sparse ? product.Matrix.Columns : Rounds(product.Matrix.Columns), rows = sparse ? product.Matrix.Rows : (product.Matrix.Rows + Block - 1) / Block;
        int x = model.AvrOffset(product.From) + 2 * product.FromOffset, y = model.AvrOffset(product.To) + 2 * product.ToOffset;
        string table = CProducts.Table(model, product.Matrix);
        text.Line($"; {CProducts.Describe(product)}");
        text.Code($"movw r22,r24; subi r22,lo8({-x}); sbci r23,hi8({-x}); movw r28,r24; subi r28,lo8({-y}); sbci r29,hi8({-y}); ldi r30,lo8({table}); ldi r31,hi8({table})");
        text.Code($"ldi r18,{ending.Half & 255}; mov r12,r18; ldi r18,{ending.Half >> 8}; mov r13,r18");
        if (endings.Length > 1) text.Code($"ldi r18,{Array.IndexOf(endings, ending)}; mov r14,r18");
        text.Code($"ldi r18,{columns}; ldi r16,{rows}; rcall {Name}");
    }

    int Rounds(int columns) => (columns + unroll - 1) / unroll;

    /// <summary>A matrix as the kernel reads it. Columns beyond its own have weights of 0: what lies behind x does not count.</summary>
    public IEnumerable<int> Table(FixedMatrix matrix)
    {
        if (!sparse)
        {
            for (int block = 0; block < matrix.Rows; block += Block)
                for (int column = 0; column < Rounds(matrix.Columns) * unroll; column++)
                    for (int row = block; row < block + Block; row++)
                        yield return (row < matrix.Rows && column < matrix.Columns ? matrix.Values[row * matrix.Columns + column] : 0) + Offset;
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

    public void Print(AvrText text)
    {
        text.Line().Line($"; w Z, x r23:22, y Y, {(sparse ? "columns" : $"columns / {unroll}")} r18, {(sparse ? "rows" : $"rows / {Block}")} r16, ending r14, half r13:12; r1 is 0; all registers are lost").Line($"{Name}:");
        if (sparse) List(text);
        else Rows(text);
        text.Code("clr r1; ret");
    }

    void Rows(AvrText text)
    {
        (string sum, string block, string column, string ends, string done) = (text.Label(), text.Label(), text.Label(), text.Label(), text.Label());
        text.Code("push r16; mov r15,r18");
        // 128 times the sum of x, negative, with the half that rounds: r13, r25, r24 from low to high
        text.Code($"movw r26,r22; clr r19; clr r24; clr r25; clr r21; {sum}:");
        for (int i = 0; i < unroll; i++) text.Code("ld r16,X+; ld r17,X+; add r21,r16; adc r24,r17; adc r25,r1; sbrc r17,7; dec r25");
        text.Code($"dec r18; brne {sum}; ror r25; ror r24; ror r21; ror r19; com r24; com r21; neg r19; sbci r21,255; sbci r24,255");
        text.Code($"add r19,r12; adc r21,r13; adc r24,r1; mov r13,r19; mov r25,r21; clr r19; {block}:");
        foreach (var (low, middle, high) in Sums) text.Code($"mov r{low},r13; mov r{middle},r25; mov r{high},r24");
        text.Code($"movw r26,r22; mov r21,r15; {column}:");
        for (int i = 0; i < unroll; i++)
        {
            text.Code("ld r16,X+; ld r17,X+");
            foreach (var (low, middle, high) in Sums)
                text.Code($"lpm r18,Z+; mul r18,r16; add r{low},r0; adc r{middle},r1; adc r{high},r19; mulsu r17,r18; add r{middle},r0; adc r{high},r1");
        }
        text.Code($"dec r21; breq {ends}; rjmp {column}; {ends}:");
        string next = Endings(text, Sums);
        text.Code($"{next}:; pop r16; dec r16; breq {done}; push r16; rjmp {block}; {done}:");
    }

    void List(AvrText text)
    {
        (string row, string weight, string end, string done) = (text.Label(), text.Label(), text.Label(), text.Label());
        text.Code($"clr r19; mov r20,r16; {row}:; lpm r21,Z+; movw r2,r12; clr r4; movw r26,r22; tst r21; breq {end}; {weight}:");
        text.Code("lpm r0,Z+; add r26,r0; adc r27,r19; lpm r18,Z+; ld r16,X+; ld r17,X");
        text.Code($"mulsu r18,r16; sbc r4,r19; add r2,r0; adc r3,r1; adc r4,r19; muls r18,r17; add r3,r0; adc r4,r1; dec r21; brne {weight}; {end}:");
        string next = Endings(text, [(2, 3, 4)]);
        text.Code($"{next}:; dec r20; breq {done}; rjmp {row}; {done}:");
    }

    /// <summary>The endings by number; returns the label behind them.</summary>
    string Endings(AvrText text, (int Low, int Middle, int High)[] sums)
    {
        string next = text.Label();
        if (endings.Length > 1) text.Code("mov r18,r14");
        for (int i = 0; i < endings.Length; i++)
        {
            bool last = i == endings.Length - 1;
            string other = text.Label(), mine = text.Label();
            if (!last) text.Code($"subi r18,1; brcs {mine}; rjmp {other}; {mine}:");
            foreach (var (low, middle, high) in sums) endings[i].Print(text, low, middle, high);
            if (!last) text.Code($"rjmp {next}; {other}:");
        }
        return next;
    }
}
