using Tern.FixedPoint;

namespace Tern.Export.C.Avr;

/// <summary>
/// Products of 8-bit weights with sums of 24 or 32 bits in assembly: one kernel for all dense matrices of a model and width of
/// sums, one for the sparse ones of each ending, whose rows are too short to choose among endings. Dense: four rows at once, two
/// of 32 bits, weights stored + 128 unsigned, so that each takes two multiplications without a sign to extend; 128 times the sum
/// of x is taken off at the start. Sparse: for each row a count, then steps to the next column and weights, two a round.
/// </summary>
sealed class AvrKernel
{
    /// <summary>The most rows of a dense block; y has room for a last block that is not full.</summary>
    public const int Block = 4;

    /// <summary>Bytes that a conditional branch reaches back.</summary>
    const int Near = 120;

    /// <summary>Those that the bits of r14 tell apart.</summary>
    const int MostEndings = 9;

    const int Offset = 128, MostColumns = 124, MostRows = 250, MostShift = 16;

    /// <summary>The sums, from the lowest byte to the highest.</summary>
    static readonly int[][] Sums24 = [[2, 3, 10], [4, 5, 11], [6, 7, 20], [8, 9, 24]], Sums32 = [[2, 3, 4, 5], [6, 7, 8, 9]], Sum24 = [[2, 3, 24]], Sum32 = [[2, 3, 24, 25]];

    readonly CModel model;
    readonly bool sparse, wide;
    readonly int[][] sums;
    readonly AvrEnding[] endings;       // the one of most rows first
    readonly int unroll;       // columns of a round of the dense kernel

    AvrKernel(CModel model, bool sparse, string name, ProductOperation[] products)
    {
        (this.model, this.sparse, Name) = (model, sparse, name);
        wide = AvrEnding.IsWide(products[0]);
        sums = (sparse, wide) switch { (false, false) => Sums24, (false, true) => Sums32, (true, false) => Sum24, _ => Sum32 };
        endings = [.. products.GroupBy(AvrEnding.Of).OrderByDescending(group => group.Sum(product => product.Matrix.Rows)).Select(group => group.Key)];
        unroll = Array.TrueForAll(products, product => product.Matrix.Columns % 4 == 0) ? 4 : 2;
    }

    /// <summary>Whether assembly does a product.</summary>
    public static bool Does(ProductOperation product) =>
        product is { Matrix: { Bits: 8, Columns: <= MostColumns, Rows: <= MostRows }, Shift: >= 1 and <= MostShift } && AvrEnding.Does(product);

    /// <summary>The kernels that a model needs.</summary>
    public static IEnumerable<AvrKernel> Of(CModel model)
    {
        ILookup<bool, ProductOperation> products = model.Products.Where(product => Does(product) && !model.StraightLine.Contains(product)).ToLookup(product => product.Matrix.IsSparse);
        return [.. Kernels(false, "rows", MostEndings), .. Kernels(true, "list", 1)];

        IEnumerable<AvrKernel> Kernels(bool sparse, string name, int endings) => products[sparse].GroupBy(AvrEnding.Of).GroupBy(group => group.Key.Wide).SelectMany(width => width.Chunk(endings))
            .Select((groups, i) => new AvrKernel(model, sparse, $"{model.Name}_{name}{(i == 0 ? "" : i + 1)}", [.. groups.SelectMany(group => group)]));
    }

    public bool Has(ProductOperation product) => Does(product) && !model.StraightLine.Contains(product) && product.Matrix.IsSparse == sparse && endings.Contains(AvrEnding.Of(product));

    string Name { get; }

    /// <summary>Whether a product reads all of the input, and no more: the sum of x is taken as it is copied.</summary>
    public bool ReadsInput(ProductOperation product, NormalizeOperation input) =>
        !sparse && !wide && product.From == input.To && product.Matrix.Columns == input.To.Length && product.Matrix.Columns % unroll == 0;

    /// <summary>Sets the registers and calls the kernel; the state is at r25:24, which is lost as all others are.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="product">The product.</param>
    /// <param name="summed">Whether r5 to r2 have the sum of x.</param>
    public void Call(AvrText text, ProductOperation product, bool summed)
    {
        int ending = Array.IndexOf(endings, AvrEnding.Of(product)), rounds = Rounds(product.Matrix.Columns);
        int x = model.Offset(product.From) + 2 * product.FromOffset, y = model.Offset(product.To) + 2 * product.ToOffset, at = sparse ? 22 : 26;
        string table = CProducts.Table(model, product.Matrix);
        text.Line($"; {CProducts.Describe(product)}");
        text.Code($"movw r{at},r24; subi r{at},lo8({-x}); sbci r{at + 1},hi8({-x}); movw r28,r24; subi r28,lo8({-y}); sbci r29,hi8({-y}); ldi r30,lo8({table}); ldi r31,hi8({table})");
        text.Code($"ldi r18,{endings[ending].Half & 255}; mov r12,r18; ldi r18,{endings[ending].Half >> 8}; mov r13,r18");
        if (endings.Length > 1) text.Code(ending == 0 ? "clr r14" : $"ldi r18,{1 << (ending - 1)}; mov r14,r18");
        text.Code(sparse ? $"ldi r20,{product.Matrix.Rows}" : $"ldi r21,{rounds}; ldi r22,{2 * rounds * unroll}; ldi r23,{Blocks(product.Matrix)}");
        text.Code($"rcall {(summed ? Summed : Name)}");
        AvrText kernel = new();
        Print(kernel, product, summed);
        text.Calls(kernel.Cycles);
    }

    string Summed => Name + "_summed";

    int Rounds(int columns) => (columns + unroll - 1) / unroll;

    int Blocks(FixedMatrix matrix) => (matrix.Rows + sums.Length - 1) / sums.Length;

    /// <summary>A matrix as the kernel reads it. Columns beyond its own have weights of 0: what lies behind x does not count.</summary>
    public IEnumerable<int> Table(FixedMatrix matrix)
    {
        if (!sparse)
        {
            for (int block = 0; block < matrix.Rows; block += sums.Length)
                for (int column = 0; column < Rounds(matrix.Columns) * unroll; column++)
                    for (int row = block; row < block + sums.Length; row++)
                        yield return (row < matrix.Rows && column < matrix.Columns ? matrix.Values[row * matrix.Columns + column] : 0) + Offset;
            yield break;
        }
        for (int row = 0; row < matrix.Rows; row++)
        {
            int[] kept = [.. Enumerable.Range(0, matrix.Columns).Where(column => matrix.Values[row * matrix.Columns + column] != 0)];
            yield return kept.Length + 1;      // halved it is the rounds; where it is odd the first begins at its first weight, else at its second
            for (int i = 0; i < kept.Length; i++)
            {
                // x is read byte by byte, so the pointer stands one byte behind the column before
                yield return i == 0 ? 2 * kept[0] : 2 * (kept[i] - kept[i - 1]) - 1;
                yield return matrix.Values[row * matrix.Columns + kept[i]];
            }
        }
    }

    /// <summary>Prints the kernel.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="product">The product whose cycles are counted.</param>
    /// <param name="summed">Whether its sum of x is there.</param>
    public void Print(AvrText text, ProductOperation product, bool summed = false)
    {
        text.Line().Line(sparse
            ? "; w Z, x r23:22, y Y, rows r20, half r13:12; r1 is 0; all registers are lost"
            : $"; w Z, x X, y Y, columns / {unroll} r21, bytes of them r22, rows / {sums.Length} r23, ending r14, half r13:12; r1 is 0; all registers are lost");
        text.Line($"{Name}:");
        List<string> asides = [];
        if (sparse) List(text, product, asides);
        else Rows(text, product, summed);
        text.Code("clr r1; ret");
        foreach (string aside in asides) text.Code(aside);
    }

    /// <summary>The functions of the endings.</summary>
    public void PrintFunctions(AvrText text)
    {
        for (int i = 0; i < endings.Length; i++)
            if (endings[i].HasFunction) endings[i].PrintFunction(text, Function(i));
    }

    string Function(int ending) => $"{Name}_{ending}";

    void Rows(AvrText text, ProductOperation product, bool summed)
    {
        (string sum, string block, string column, string ends, string done) = (text.Label(), text.Label(), text.Label(), text.Label(), text.Label());
        (int rounds, int blocks) = (Rounds(product.Matrix.Columns), Blocks(product.Matrix));
        text.Runs(summed ? 0 : 1).Code($"mov r15,r21; clr r2; clr r3; clr r4; clr r5; {sum}:").Runs(summed ? 0 : rounds);
        for (int i = 0; i < unroll; i++) text.Code($"ld r16,X+; ld r17,X+; {(wide ? "add r2,r16; adc r3,r17; adc r4,r1; sbrc r17,7; dec r4" : Sum("r1"))}");
        text.Code($"dec r21; +brne {sum}").Runs(summed ? 0 : 1);
        text.Code($"sub r26,r22; sbc r27,r1; mov r21,r15").Code(wide ? "" : $"{Summed}:").Runs(1);
        // 128 times the sum of x is taken from the half that rounds: r12, r13, r25 and, of 32 bits, r10 from low to high
        text.Code("mov r15,r21; clr r19");
        // of 24 bits the third byte of the sum keeps its lowest bit alone, to which every negative x adds 1: that of the signs' parity
        text.Code(wide ? "asr r4" : "lsl r5; adc r4,r1; ror r4").Code("ror r3; ror r2; ror r19; sub r12,r19; sbc r13,r2; mov r25,r1; sbc r25,r3");
        if (wide) text.Code("mov r10,r1; sbc r10,r4");
        text.Code($"clr r19; {block}:").Runs(blocks);
        foreach (int[] bytes in sums) text.Code($"movw r{bytes[0]},r12; mov r{bytes[2]},r25{(wide ? $"; mov r{bytes[3]},r10" : "")}");
        text.Code($"mov r21,r15; {column}:").Runs(blocks * rounds);
        for (int i = 0; i < unroll; i++)
        {
            text.Code("ld r16,X+; ld r17,X+");
            foreach (int[] bytes in sums)
            {
                text.Code($"lpm r18,Z+; mul r18,r16; add r{bytes[0]},r0; adc r{bytes[1]},r1; adc r{bytes[2]},r19{(wide ? $"; adc r{bytes[3]},r19" : "")}");
                text.Code($"mulsu r17,r18{(wide ? $"; sbc r{bytes[3]},r19" : "")}; add r{bytes[1]},r0; adc r{bytes[2]},r1{(wide ? $"; adc r{bytes[3]},r19" : "")}");
            }
        }
        text.Code($"dec r21; breq {ends}; rjmp {column}; {ends}:").Runs(blocks);
        text.Code("sub r26,r22; sbc r27,r19");
        Endings(text, product, blocks);
        text.Code($"dec r23; breq {done}; rjmp {block}; {done}:").Runs(1);
    }

    /// <summary>Adds the word r17:16 to the sum in r4 to r2, with the parity of signs in r5.</summary>
    /// <param name="zero">A register that is 0.</param>
    public static string Sum(string zero) => $"add r2,r16; adc r3,r17; adc r4,{zero}; eor r5,r17";

    void List(AvrText text, ProductOperation product, List<string> asides)
    {
        (string row, string first, string second, string end, string done) = (text.Label(), text.Label(), text.Label(), text.Label(), text.Label());
        FixedMatrix matrix = product.Matrix;
        int rounds = Enumerable.Range(0, matrix.Rows).Sum(r => (Kept(matrix, r) + 1) / 2);
        text.Code($"clr r19; {row}:").Runs(matrix.Rows);
        int begin = text.Bytes;
        text.Code($"lpm r21,Z+; movw r2,r12; clr r24{(wide ? "; clr r25" : "")}; movw r26,r22; lsr r21; breq {end}; +brcc {second}; {first}:").Runs(matrix.Kept - rounds);
        Weight(text);
        text.Code($"{second}:").Runs(rounds);
        Weight(text);
        text.Code($"dec r21; +brne {first}; {end}:").Runs(matrix.Rows);
        End(text, 0, sums[0], asides);
        text.Code(text.Bytes - begin < Near ? $"dec r20; +brne {row}" : $"dec r20; breq {done}; rjmp {row}; {done}:").Runs(1);
    }

    static int Kept(FixedMatrix matrix, int row) => matrix.Columns - matrix.Row(row).Count(0);

    void Weight(AvrText text)
    {
        text.Code("lpm r0,Z+; add r26,r0; adc r27,r19; lpm r18,Z+; ld r16,X+; ld r17,X");
        text.Code($"mulsu r18,r16; sbc r24,r19{(wide ? "; sbc r25,r19" : "")}; add r2,r0; adc r3,r1; adc r24,r19{(wide ? "; adc r25,r19" : "")}");
        text.Code($"muls r18,r17{(wide ? "; sbc r25,r19" : "")}; add r3,r0; adc r24,r1{(wide ? "; adc r25,r19" : "")}");
    }

    void End(AvrText text, int ending, int[] bytes, List<string>? asides = null)
    {
        for (int i = 0; i < endings[ending].Raise; i++) text.Code($"lsl r{bytes[0]}; rol r{bytes[1]}; rol r{bytes[2]}; rol r{bytes[3]}");
        endings[ending].Print(text, Function(ending), bytes[^3], bytes[^2], bytes[^1], asides);
    }

    /// <summary>The endings by their bits in r14.</summary>
    void Endings(AvrText text, ProductOperation product, int runs)
    {
        int mine = Array.IndexOf(endings, AvrEnding.Of(product));
        string[] others = [.. endings.Select(_ => text.Label())];
        string next = text.Label();
        for (int i = 1; i < endings.Length; i++) text.Runs(mine == 0 || i <= mine ? runs : 0).Code($"+sbrc r14,{i - 1}; ?rjmp {others[i]}");
        for (int i = 0; i < endings.Length; i++)
        {
            text.Runs(i == mine ? runs : 0).Code($"{others[i]}:");
            foreach (int[] bytes in sums) End(text, i, bytes);
            if (i < endings.Length - 1) text.Code($"rjmp {next}");
        }
        text.Code($"{next}:").Runs(runs);
    }
}
