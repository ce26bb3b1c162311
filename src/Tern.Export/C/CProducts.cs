using Tern.FixedPoint;

namespace Tern.Export.C;

/// <summary>Matrices and their products as C.</summary>
static class CProducts
{
    public static string Table(CModel model, FixedMatrix matrix) => $"{model.Name}_{matrix.Name}";

    /// <summary>The name of the shared function for sums of a row.</summary>
    static string Dot(FixedMatrix matrix) => $"{(matrix.IsSparse ? "sparse" : "dot")}{matrix.Bits}";

    /// <summary>The tables of a matrix: all weights row by row, or for each row the count, then the columns and the weights that are not 0.</summary>
    public static void PrintTable(CModel model, FixedMatrix matrix, CText text)
    {
        string name = Table(model, matrix), type = $"int{matrix.Bits}_t", rom = $"{model.Upper}_ROM";
        text.Line(FormattableString.Invariant($"/* [{matrix.Rows}, {matrix.Columns}], weight = number x {matrix.Unit:g6}{(matrix.RowScales is null ? "" : " x the scale of its row")}{(matrix.IsSparse ? $"; {matrix.Kept} are not 0" : "")} */"));
        if (!matrix.IsSparse)
        {
            text.Array(type, name, rom, matrix.Values).Line();
            return;
        }
        int[] kept = [.. Enumerable.Range(0, matrix.Values.Length).Where(i => matrix.Values[i] != 0)];
        text.Array("uint8_t", name + "_counts", rom, Enumerable.Range(0, matrix.Rows).Select(row => kept.Count(i => i / matrix.Columns == row)));
        text.Array("uint8_t", name + "_columns", rom, kept.Length == 0 ? [0] : kept.Select(i => i % matrix.Columns));
        text.Array(type, name, rom, kept.Length == 0 ? [0] : kept.Select(i => matrix.Values[i])).Line();
    }

    /// <summary>The functions that sum a row, of the kinds that the model has.</summary>
    public static void PrintDots(CModel model, IEnumerable<FixedMatrix> matrices, CText text)
    {
        foreach (string kind in matrices.Select(Dot).Distinct().Order())
        {
            string bits = kind.EndsWith("16", StringComparison.Ordinal) ? "16" : "8", read = $"(int{bits}_t){model.Upper}_READ{bits}";
            bool sparse = kind.StartsWith("sparse", StringComparison.Ordinal);
            text.Line(sparse ? $"/* The sum of a row of which n weights of {bits} bits are listed. */" : $"/* The sum of a row of n weights of {bits} bits. */");
            text.Line($"static int32_t {model.Name}_{kind}(const int{bits}_t *w, {(sparse ? "const uint8_t *columns, " : "")}const int16_t *x, uint16_t n)");
            text.Lines($$"""
                {
                int32_t sum = 0;

                for (; n > 0; n--) {
                sum += (int32_t){{read}}(w) * {{(sparse ? $"x[{model.Upper}_READ8(columns)]" : "*x")}};
                w++;
                {{(sparse ? "columns++;" : "x++;")}}
                }
                return sum;
                }

                """);
        }
    }

    /// <summary>The sum of row i, with what moves on to the next row behind it.</summary>
    static (string Sum, string Next, string Declare) Row(CModel model, FixedMatrix matrix, string x)
    {
        string name = Table(model, matrix);
        return matrix.IsSparse
            ? ($"{model.Name}_{Dot(matrix)}(w, columns, {x}, {model.Upper}_READ8(&{name}_counts[i]))",
               $"w += {model.Upper}_READ8(&{name}_counts[i]);\ncolumns += {model.Upper}_READ8(&{name}_counts[i]);",
               $"const int{matrix.Bits}_t *w = {name};\nconst uint8_t *columns = {name}_columns;")
            : ($"{model.Name}_{Dot(matrix)}(w, {x}, {matrix.Columns})", $"w += {matrix.Columns};", $"const int{matrix.Bits}_t *w = {name};");
    }

    /// <summary>What a product is, for comments.</summary>
    public static string Describe(ProductOperation product) =>
        $"{product.To.Name}{(product.ToOffset == 0 ? "" : $" + {product.ToOffset}")} {(product.Add ? "+=" : "=")} {product.Matrix.Name} {product.From.Name}{(product.FromOffset == 0 ? "" : $" + {product.FromOffset}")}: [{product.Matrix.Rows}, {product.Matrix.Columns}], sums in {product.AccumulatorBits} bits, / 2^{product.Shift}{(product.Multipliers is null ? "" : ", times a multiplier")}{(product.Saturates ? product.Limit > short.MaxValue ? "" : $", held in 16 bits below {product.Limit}" : "; cannot overflow")}";

    /// <summary>A product inside the step function.</summary>
    public static void Print(CModel model, ProductOperation product, CText text)
    {
        FixedMatrix matrix = product.Matrix;
        (string sum, string next, string declare) = Row(model, matrix, $"&state->{product.From.Name}[{product.FromOffset}]");
        text.Line($"/* {Describe(product)} */").Line("{").Lines(declare).Line($"int16_t *y = &state->{product.To.Name}[{product.ToOffset}];").Line();
        text.Line($"for (i = 0; i < {matrix.Rows}; i++) {{");
        string value = Rounded($"{sum}", product.Shift);
        text.Line($"int32_t r = {value};");
        if (product.Multipliers is { } multipliers)
        {
            if (product.LimitsQuotient) text.Line($"r = {Saturated(model, product, "r")};");
            string factor = multipliers.Length == 1 ? $"{multipliers[0]}" : $"{model.Upper}_READ16(&{Table(model, matrix)}_m[i{(multipliers.Length == matrix.Rows ? "" : $" / {matrix.Rows / multipliers.Length}")}])";
            text.Line($"r = {Rounded($"r * {factor}", ProductOperation.MultiplierBits)};");
        }
        if (product is { Add: true, LimitsQuotient: true }) text.Line($"r = {Saturated(model, product, "r")};");
        if (product.Add) text.Line("r += y[i];");
        text.Line($"y[i] = (int16_t){(product.Saturates ? Saturated(model, product, "r") : "r")};");
        text.Lines(next).Line("}").Line("}");
    }

    public static void PrintMultipliers(CModel model, ProductOperation product, CText text)
    {
        if (product.Multipliers is { Length: > 1 } multipliers)
            text.Array("int16_t", Table(model, product.Matrix) + "_m", $"{model.Upper}_ROM", multipliers).Line();
    }

    /// <summary>The scores.</summary>
    public static void PrintHead(CModel model, CText text)
    {
        HeadOperation head = model.Network.Head;
        string x = model.Network.Pooling is null ? $"state->{head.From.Name}" : "mean";
        (string sum, string next, string declare) = Row(model, head.Matrix, x);
        text.Line($"void {model.Name}_output(const {model.Name}_state *state, int32_t *output)").Line("{").Line("uint16_t i;");
        if (model.Network.Pooling is { } pool) text.Line($"int16_t mean[{pool.To.Length}];");
        text.Lines(declare).Line();
        if (model.Network.Pooling is { } mean)
            text.Line($"for (i = 0; i < {mean.To.Length}; i++) {{").Line($"mean[i] = (int16_t)(state->steps == 0 ? 0 : state->{mean.To.Name}_sums[i] / (int32_t)state->steps);").Line("}");
        text.Line($"for (i = 0; i < {head.Matrix.Rows}; i++) {{").Line($"output[i] = (int32_t){model.Upper}_READ32(&{model.Name}_bias[i]) + {sum};").Lines(next).Line("}").Line("}").Line();
    }

    internal static string Saturated(CModel model, ProductOperation product, string value) => $"{model.Name}_limit({value}, {CPointwise.Number(-product.Limit)}, {product.Limit - 1})";

    static string Rounded(string value, int shift) => shift == 0 ? value : $"({value} + {CPointwise.Number(1L << (shift - 1))}) >> {shift}";
}
