using Tern.FixedPoint;

namespace Tern.Export.C.Avr;

/// <summary>
/// Products in straight-line code: eight sums of 24 bits in registers, each word of x loaded once a block of rows, magnitudes of
/// weights as immediates, weights of 0 left out. Rows of the same magnitude share its multiplications. Some twenty bytes a
/// weight, seven where it is 1 or -1.
/// </summary>
sealed class AvrStraight
{
    const int Block = 8, Reach = 63;

    /// <summary>Low and middle bytes are pairs, so that both are set at once.</summary>
    static readonly (int Low, int Middle, int High)[] Sums = [(2, 3, 22), (4, 5, 23), (6, 7, 24), (8, 9, 25), (10, 11, 26), (12, 13, 27), (14, 15, 30), (20, 21, 31)];

    readonly CModel model;
    readonly AvrEnding[] endings;

    public AvrStraight(CModel model)
    {
        this.model = model;
        endings = [.. model.Products.Where(model.StraightLine.Contains).Select(AvrEnding.Of).Distinct()];
    }

    string Function(AvrEnding ending) => $"{model.Name}_straight_{Array.IndexOf(endings, ending)}";

    /// <summary>The functions of the endings.</summary>
    public void PrintFunctions(AvrText text)
    {
        foreach (AvrEnding ending in endings.Where(ending => ending.HasFunction)) ending.PrintFunction(text, Function(ending), keep: true);
    }

    /// <summary>Prints a product, with the state at r25:24; all registers are lost, r1 is 0 at the end.</summary>
    public void Print(AvrText text, ProductOperation product)
    {
        FixedMatrix matrix = product.Matrix;
        AvrEnding ending = AvrEnding.Of(product);
        int x = model.Offset(product.From) + 2 * product.FromOffset, y = model.Offset(product.To) + 2 * product.ToOffset, at = 0;
        text.Line($"; {CProducts.Describe(product)}").Code("movw r28,r24; clr r19");
        for (int first = 0; first < matrix.Rows; first += Block)
        {
            int rows = Math.Min(Block, matrix.Rows - first);
            text.Code($"ldi r16,{ending.Half & 255}; ldi r17,{ending.Half >> 8}");
            foreach (var (low, _, high) in Sums.AsSpan(0, rows)) text.Code($"movw r{low},r16; clr r{high}");
            for (int column = 0; column < matrix.Columns; column++)
            {
                int[] weights = [.. Enumerable.Range(first, rows).Select(row => matrix.Values[row * matrix.Columns + column])];
                if (Array.TrueForAll(weights, weight => weight == 0)) continue;
                int offset = x + 2 * column - at;
                if (offset < 0 || offset + 1 > Reach)
                {
                    Go(x + 2 * column);
                    offset = 0;
                }
                text.Code($"ldd r16,Y+{offset}; ldd r17,Y+{offset + 1}");
                Column(text, weights);
            }
            Go(y + 2 * first);
            for (int i = 0; i < rows; i++)
            {
                (int low, int middle, int high) = Sums[i];
                // most rows cannot reach the limit
                bool held = Integers.Shift(product.SumBound(first + i), product.Shift) >= ending.Limit;
                (held ? ending : ending with { Limit = 0 }).Print(text, Function(ending), low, middle, high);
            }
            at += 2 * rows;
        }
        text.Code("clr r1");

        // Y to a place in the state
        void Go(int to)
        {
            if (to != at) text.Code($"subi r28,lo8({at - to}); sbci r29,hi8({at - to})");
            at = to;
        }
    }

    /// <summary>Adds the word r17:16 times the weights to the sums.</summary>
    static void Column(AvrText text, int[] weights)
    {
        foreach (var same in Enumerable.Range(0, weights.Length).Where(i => weights[i] != 0).GroupBy(i => Math.Abs(weights[i])).OrderBy(group => group.Key))
        {
            if (same.Key == 1)
            {
                text.Code("clr r18; sbrc r17,7; com r18");
                foreach (int i in same) text.Code(weights[i] > 0 ? $"add r{Sums[i].Low},r16; adc r{Sums[i].Middle},r17; adc r{Sums[i].High},r18" : $"sub r{Sums[i].Low},r16; sbc r{Sums[i].Middle},r17; sbc r{Sums[i].High},r18");
                continue;
            }
            text.Code($"ldi r18,{same.Key}; mul r16,r18");
            foreach (int i in same) text.Code(weights[i] > 0 ? $"add r{Sums[i].Low},r0; adc r{Sums[i].Middle},r1; adc r{Sums[i].High},r19" : $"sub r{Sums[i].Low},r0; sbc r{Sums[i].Middle},r1; sbc r{Sums[i].High},r19");
            text.Code("mulsu r17,r18");
            foreach (int i in same) text.Code(weights[i] > 0 ? $"add r{Sums[i].Middle},r0; adc r{Sums[i].High},r1" : $"sub r{Sums[i].Middle},r0; sbc r{Sums[i].High},r1");
        }
    }
}
