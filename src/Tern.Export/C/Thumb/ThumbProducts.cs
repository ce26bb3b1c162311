using Tern.FixedPoint;

namespace Tern.Export.C.Thumb;

/// <summary>
/// Products in straight-line Thumb code: eight sums in registers, each word of x loaded once a block of rows, weights as
/// immediates, weights of 0 left out. Some six bytes a weight.
/// </summary>
static class ThumbProducts
{
    const int Block = 8, MostColumns = 127, MostShift = 24, FirstSum = 4;

    /// <summary>Whether straight-line code can do a product.</summary>
    public static bool Fits(ProductOperation product) => product is { Multipliers: null, Matrix: { Bits: 8, Columns: <= MostColumns }, Shift: >= 1 and <= MostShift };

    /// <summary>About the bytes of code.</summary>
    public static int Bytes(ProductOperation product) => 6 * product.Matrix.Kept + 20 * product.Matrix.Rows + 6 * product.Matrix.Columns * ((product.Matrix.Rows + Block - 1) / Block);

    /// <summary>Prints a product with x in r0 and y in r12; all other registers are lost.</summary>
    public static void Print(ProductOperation product, ThumbText text)
    {
        FixedMatrix matrix = product.Matrix;
        for (int first = 0; first < matrix.Rows; first += Block)
        {
            int rows = Math.Min(Block, matrix.Rows - first);
            Sums(product, first, rows, text);
            ThumbEnding.Print(product, rows, first, text);
        }
    }

    static void Sums(ProductOperation product, int first, int rows, ThumbText text)
    {
        FixedMatrix matrix = product.Matrix;
        if (text.IsWide) text.Code($"mov.w r{FirstSum},#{1 << (product.Shift - 1)}");
        else text.Code($"movs r3,#1; lsls r3,r3,#{product.Shift - 1}; mov r{FirstSum},r3");
        for (int i = 1; i < rows; i++) text.Code($"mov r{FirstSum + i},r{(text.IsWide ? FirstSum : 3)}");
        for (int column = 0; column < matrix.Columns; column++)
        {
            int[] weights = [.. Enumerable.Range(first, rows).Select(row => matrix.Values[row * matrix.Columns + column])];
            if (Array.TrueForAll(weights, weight => weight == 0)) continue;
            text.Code(text.IsWide ? $"ldrsh.w r1,[r0,#{2 * column}]" : $"movs r3,#{2 * column}; ldrsh r1,[r0,r3]");
            if (!text.IsWide && Array.Exists(weights, weight => weight < 0)) text.Code("rsbs r2,r1,#0");
            int multiplied = 0;
            // rows of the same weight share the product in r3
            foreach (int i in Enumerable.Range(0, rows).OrderBy(i => weights[i]).Where(i => weights[i] != 0))
            {
                text.Code(text.IsWide ? Wide(FirstSum + i, weights[i]) : Narrow(FirstSum + i, weights[i], weights[i] != multiplied));
                multiplied = weights[i];
            }
        }
    }

    static string Narrow(int sum, int weight, bool first)
    {
        (string x, int size) = (weight > 0 ? "r1" : "r2", Math.Abs(weight));
        if (size == 1) return $"add r{sum},{x}";
        if (!first) return $"add r{sum},r3";
        return int.IsPow2(size) ? $"lsls r3,{x},#{int.Log2(size)}; add r{sum},r3" : $"movs r3,#{size}; muls r3,{x},r3; add r{sum},r3";
    }

    static string Wide(int sum, int weight)
    {
        int size = Math.Abs(weight);
        if (size == 1 && weight > 0) return $"add r{sum},r1";
        if (int.IsPow2(size)) return $"{(weight > 0 ? "add" : "sub")}.w r{sum},r{sum},r1,lsl #{int.Log2(size)}";
        return $"movs r3,#{size}; {(weight > 0 ? "mla" : "mls")} r{sum},r3,r1,r{sum}";
    }
}
