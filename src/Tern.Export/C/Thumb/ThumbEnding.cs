using Tern.FixedPoint;

namespace Tern.Export.C.Thumb;

/// <summary>From the sums of a block of rows, in r4 and following, to words of y, at r12, which moves on. r1 to r3 and the sums are lost.</summary>
static class ThumbEnding
{
    const int FirstSum = 4;

    /// <param name="product">The product.</param>
    /// <param name="rows">Rows of the block.</param>
    /// <param name="first">The first of them: only rows that can reach the limit are held; -1 for any.</param>
    /// <param name="text">Where to.</param>
    public static void Print(ProductOperation product, int rows, int first, ThumbText text)
    {
        bool limits = product.LimitsQuotient || product is { Add: true, Saturates: true }, wide = text.IsWide;
        List<string> asides = [];
        if (!wide) text.Code("mov r2,r12");
        // the limit itself as a number; 16 bits have instructions of their own
        bool isWord = product.Limit > short.MaxValue;
        if (limits && !isWord) text.Code(wide ? $"movw r1,#{product.Limit}" : $"movs r1,#{product.Limit >> 8}; lsls r1,r1,#8");
        for (int i = 0; i < rows; i++)
        {
            int sum = FirstSum + i, r = wide ? sum : 3;
            string suffix = r > 7 ? ".w" : "";
            if (!wide) text.Code($"mov r3,r{sum}");
            text.Code($"asrs{suffix} r{r},r{r},#{product.Shift}");
            if (product.LimitsQuotient && (first < 0 || Integers.Shift(product.SumBound(first + i), product.Shift) >= product.Limit)) Limit(r);
            if (product.Add)
            {
                // the first sums are free by now
                text.Code(wide ? $"ldrsh.w r3,[r12,#{2 * i}]; add r{r},r3" : $"ldrh r4,[r2,#{2 * i}]; sxth r4,r4; adds r3,r3,r4");
                if (product.Saturates) Limit(r);
            }
            text.Code(wide ? $"strh.w r{r},[r12,#{2 * i}]" : $"strh r3,[r2,#{2 * i}]");
        }
        text.Code(wide ? $"add.w r12,r12,#{2 * rows}" : $"adds r2,#{2 * rows}; mov r12,r2");
        if (asides.Count == 0) return;
        string next = text.Label();
        text.Code($"b {next}");
        foreach (string aside in asides) text.Code(aside);
        text.Code($"{next}:");

        void Limit(int r)
        {
            if (isWord && wide)
            {
                text.Code($"ssat r{r},#16,r{r}");
                return;
            }
            (string above, string below, string back) = (text.Label(), text.Label(), text.Label());
            if (isWord)
            {
                text.Code($"sxth r1,r3; cmp r1,r3; bne {above}; {back}:");
                asides.Add($"{above}:; ?asrs r1,r3,#31; ?movs r3,#1; ?lsls r3,r3,#15; ?subs r3,r3,#1; ?eors r3,r1; ?b {back}");
                return;
            }
            string suffix = r > 7 ? ".w" : "";
            text.Code($"cmp r{r},r1; bge {above}; cmn{suffix} r{r},r1; blt {below}; {back}:");
            asides.Add($"{above}:; ?subs{suffix} r{r},r1,#1; ?b {back}; {below}:; ?rsbs{suffix} r{r},r1,#0; ?b {back}");
        }
    }
}
