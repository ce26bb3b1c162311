using System.Text;
using Tern.FixedPoint;

namespace Tern.Export.C.Thumb;

/// <summary>
/// Products in straight-line Thumb code for cores without a loop worth its cycles (Cortex-M0+): eight sums in registers, each
/// word of x loaded once a block of rows, weights as immediates, weights of 0 left out. About six bytes a weight.
/// </summary>
static class ThumbProducts
{
    const int Block = 8, MostColumns = 127, MostShift = 24;

    static readonly string[] Sums = ["r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11"];

    /// <summary>Whether straight-line code can do a product.</summary>
    public static bool Fits(ProductOperation product) => product is { Multipliers: null, Matrix: { Bits: 8, Columns: <= MostColumns }, Shift: >= 1 and <= MostShift };

    /// <summary>Whether assembly does a product.</summary>
    public static bool Does(CModel model, ProductOperation product) => model.Options.Target == CTarget.CortexM0Plus && model.StraightLine.Contains(product);

    /// <summary>About the bytes of code.</summary>
    public static int Bytes(ProductOperation product) => 6 * product.Matrix.Kept + 20 * product.Matrix.Rows + 6 * product.Matrix.Columns * ((product.Matrix.Rows + Block - 1) / Block);

    /// <summary>The C name of a product.</summary>
    public static string Name(CModel model, ProductOperation product) => CProducts.Table(model, product.Matrix) + "_product";

    /// <summary>Bytes and cycles of a product.</summary>
    public static (int Bytes, long Cycles) Count(CModel model, ProductOperation product)
    {
        string[] lines = Print(model, [product]).Split('\n');
        int bytes = 0;
        long cycles = 0;
        foreach (string line in lines.Where(line => line.StartsWith('\t')))
        {
            bytes += 2;
            string name = line[1..].Split(' ')[0];
            cycles += name switch { "ldrsh" or "strh" => 2, "push" or "pop" => 6, _ => 1 };
        }
        return (bytes, cycles);
    }

    /// <summary>NAME_thumb.S.</summary>
    public static string Print(CModel model, IEnumerable<ProductOperation> products)
    {
        StringBuilder text = new($"@ {model.Name}_thumb.S, made by tern {Model.ModelSpec.TernVersion} with {model.Name}.c\n.syntax unified\n.thumb\n.text\n");
        int labels = 0;
        foreach (ProductOperation product in products)
        {
            text.Append($"\n@ {CProducts.Describe(product)}: x r0, y r1\n.global {Name(model, product)}\n.type {Name(model, product)}, %function\n.thumb_func\n{Name(model, product)}:\n");
            Code("push {r4-r7,lr}; mov r4,r8; mov r5,r9; mov r6,r10; mov r7,r11; push {r4-r7}; mov r12,r1");
            for (int row = 0; row < product.Matrix.Rows; row += Block) Rows(product, row, Math.Min(Block, product.Matrix.Rows - row));
            Code("pop {r4-r7}; mov r8,r4; mov r9,r5; mov r10,r6; mov r11,r7; pop {r4-r7,pc}");
        }
        return text.ToString();

        void Rows(ProductOperation product, int first, int rows)
        {
            Code($"movs r3,#1; lsls r3,r3,#{product.Shift - 1}");
            for (int i = 0; i < rows; i++) Code($"mov {Sums[i]},r3");
            for (int column = 0; column < product.Matrix.Columns; column++)
            {
                int[] weights = [.. Enumerable.Range(first, rows).Select(row => product.Matrix.Values[row * product.Matrix.Columns + column])];
                if (Array.TrueForAll(weights, weight => weight == 0)) continue;
                Code($"movs r3,#{2 * column}; ldrsh r1,[r0,r3]");
                if (Array.Exists(weights, weight => weight < 0)) Code("rsbs r2,r1,#0");
                for (int i = 0; i < rows; i++) Add(Sums[i], weights[i]);
            }
            Code("mov r2,r12");
            for (int i = 0; i < rows; i++)
            {
                Code($"mov r3,{Sums[i]}; asrs r3,r3,#{product.Shift}");
                if (product.LimitsQuotient) Limit(product.Limit);
                if (product.Add)
                {
                    Code($"movs r1,#{2 * i}; ldrsh r1,[r2,r1]; adds r3,r3,r1");
                    if (product.Saturates) Limit(product.Limit);
                }
                Code($"strh r3,[r2,#{2 * i}]");
            }
            Code($"adds r2,#{2 * Block}; mov r12,r2");
        }

        void Add(string sum, int weight)
        {
            (string x, int magnitude) = (weight > 0 ? "r1" : "r2", Math.Abs(weight));
            if (magnitude == 0) return;
            if (magnitude == 1) Code($"add {sum},{x}");
            else if (int.IsPow2(magnitude)) Code($"lsls r3,{x},#{int.Log2(magnitude)}; add {sum},r3");
            else Code($"movs r3,#{magnitude}; muls r3,{x},r3; add {sum},r3");
        }

        void Limit(int limit)
        {
            (int below, int inside) = (++labels, ++labels);
            Code($"movs r1,#{limit >> 8}; lsls r1,r1,#8; cmp r3,r1; blt .L{below}; subs r3,r1,#1");
            text.Append($".L{below}:\n");
            Code($"rsbs r1,r1,#0; cmp r3,r1; bge .L{inside}; mov r3,r1");
            text.Append($".L{inside}:\n");
        }

        void Code(string instructions)
        {
            foreach (string instruction in instructions.Split(';', StringSplitOptions.TrimEntries)) text.Append('\t').Append(instruction).Append('\n');
        }
    }
}
