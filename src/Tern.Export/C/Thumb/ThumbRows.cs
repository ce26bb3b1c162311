using Tern.FixedPoint;

namespace Tern.Export.C.Thumb;

/// <summary>
/// Dense products of 8-bit weights by SMLAD (Cortex-M4): four rows at once, two multiply-adds an instruction. Four weights lie
/// in a word in the order 0, 2, 1, 3, so that SXTB16 gives those of two neighbouring words of x.
/// </summary>
static class ThumbRows
{
    /// <summary>Words behind a vector that a kernel may read or write.</summary>
    public const int Slack = 4;

    const int Quad = 4, Block = 4, MostShift = 24;

    public static bool Does(CModel model, ProductOperation product) => model.Options.Target == CTarget.CortexM4 && product is { Multipliers: null, Matrix: { Bits: 8, IsSparse: false }, Shift: >= 1 and <= MostShift };

    static int Quads(FixedMatrix matrix) => (matrix.Columns + Quad - 1) / Quad;

    static int Blocks(FixedMatrix matrix) => (matrix.Rows + Block - 1) / Block;

    /// <summary>A matrix as the loop reads it: block by block, four columns by four columns, row by row; filled up with 0.</summary>
    public static IEnumerable<int> Table(FixedMatrix matrix)
    {
        for (int block = 0; block < matrix.Rows; block += Block)
            for (int quad = 0; quad < Quads(matrix); quad++)
                for (int row = block; row < block + Block; row++)
                    foreach (int column in (int[])[quad * Quad, quad * Quad + 2, quad * Quad + 1, quad * Quad + 3])
                        yield return row < matrix.Rows && column < matrix.Columns ? matrix.Values[row * matrix.Columns + column] : 0;
    }

    /// <summary>Prints a product with x in r0, y in r12 and the table in r2; all other registers are lost.</summary>
    public static void Print(ProductOperation product, ThumbText text)
    {
        (string block, string quads) = (text.Label(), text.Label());
        FixedMatrix matrix = product.Matrix;
        (int columns, int blocks) = (Quads(matrix), Blocks(matrix));
        text.Code($"movs r3,#{blocks}; mov lr,r3; {block}:").Runs(blocks);
        text.Code($"mov.w r4,#{1 << (product.Shift - 1)}; mov r5,r4; mov r6,r4; mov r7,r4; movw r1,#{columns}; {quads}:").Runs(blocks * columns);
        text.Code("ldr.w r8,[r0],#4; ldr.w r9,[r0],#4");
        for (int row = 0; row < Block; row += 2)
        {
            text.Code("ldr.w r10,[r2],#4; ldr.w r11,[r2],#4");
            for (int i = row; i < row + 2; i++)
                text.Code($"sxtb16 r3,r{10 + i - row}; smlad r{4 + i},r3,r8,r{4 + i}; sxtb16 r3,r{10 + i - row},ror #8; smlad r{4 + i},r3,r9,r{4 + i}");
        }
        text.Code($"subs r1,#1; +bne {quads}").Runs(blocks);
        text.Code(columns * 2 * Quad <= 255 ? $"subs r0,#{columns * 2 * Quad}" : $"subw r0,r0,#{columns * 2 * Quad}");
        ThumbEnding.Print(product, Block, -1, text);
        text.Code($"subs.w lr,lr,#1; +bne.w {block}").Runs(1);
    }
}
