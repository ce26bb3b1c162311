using Tern.Export.C.Assembly;
using Tern.FixedPoint;

namespace Tern.Export.C;

/// <summary>NAME.c.</summary>
static class CSource
{
    public static string Print(CModel model)
    {
        CText text = new();
        text.Line(model.Banner($"{model.Name}.c")).Line().Line($"#include \"{model.Name}.h\"").Line();
        Memory(text, model);
        Tables(text, model);
        Helpers(text, model);
        CProducts.PrintDots(model, model.RowByRow, text);
        foreach (PointwiseOperation operation in model.Pointwise.Where(model.InC)) CPointwise.Print(model, operation, text);
        Assembly(text, model);
        Reset(text, model);
        Step(text, model);
        CProducts.PrintHead(model, text);
        Classify(text, model.Name, model.Upper, "int32_t");
        return text.ToString();
    }

    static void Memory(CText text, CModel model)
    {
        string upper = model.Upper;
        text.Lines($"""
            #if (-1 >> 1) != -1
            #error "A shift of a negative number to the right must keep its sign."
            #endif

            #ifdef __AVR__
            #include <avr/pgmspace.h>
            #define {upper}_ROM PROGMEM
            #define {upper}_READ8(p) pgm_read_byte(p)
            #define {upper}_READ16(p) ((int16_t)pgm_read_word(p))
            #define {upper}_READ32(p) ((int32_t)pgm_read_dword(p))
            #else
            #define {upper}_ROM
            #define {upper}_READ8(p) (*(p))
            #define {upper}_READ16(p) (*(p))
            #define {upper}_READ32(p) (*(p))
            #endif

            """);
    }

    static void Tables(CText text, CModel model)
    {
        string rom = $"{model.Upper}_ROM";
        foreach (FixedMatrix matrix in model.RowByRow) CProducts.PrintTable(model, matrix, text);
        foreach (ProductOperation product in model.Products) CProducts.PrintMultipliers(model, product, text);
        text.Array("int32_t", $"{model.Name}_bias", rom, model.Network.Head.Bias).Line();
        foreach (PointwiseOperation operation in model.Pointwise.Where(model.InC))
            foreach (FixedParameter parameter in CPointwise.Parameters(operation))
                text.Array("int16_t", CPointwise.Table(model, operation, parameter), rom, parameter.Values.Select(value => (int)value)).Line();
        if (model.Network.Input is { Mean: { } mean } input)
        {
            text.Line("/* Of the input: (word - mean) x multiplier / 2^shift. */");
            text.Array("int16_t", $"{model.Name}_mean", rom, mean.Select(value => (int)value));
            text.Array("int16_t", $"{model.Name}_multiplier", rom, input.Multiplier.Select(value => (int)value));
            text.Array("uint8_t", $"{model.Name}_shift", rom, input.Shift.Select(value => (int)value)).Line();
        }
    }

    static IEnumerable<Instruction> Instructions(CModel model) => model.Pointwise.Where(model.InC).SelectMany(operation => operation.Program.Instructions);

    static void Helpers(CText text, CModel model)
    {
        bool limits = Instructions(model).Any(i => i.Limits) || model.Products.Any(product => model.InC(product) && product.Saturates) || (model.InC(model.Network.Input) && model.Network.Input.Mean is not null);
        if (limits)
            text.Lines($$"""
                static int32_t {{model.Name}}_limit(int32_t value, int32_t low, int32_t high)
                {
                return value < low ? low : value > high ? high : value;
                }

                """);
        if (Instructions(model).Any(i => i.Op == PointwiseOp.Ramp))
            text.Lines($$"""
                /* A straight line between two levels. */
                static int32_t {{model.Name}}_ramp(int32_t t, int32_t from, int32_t to, uint8_t shift, int32_t low, int32_t high)
                {
                return t < from ? low : t > to ? high : t * ((int32_t)1 << shift);
                }

                """);
        if (Instructions(model).Any(i => i.Op is PointwiseOp.Sigmoid or PointwiseOp.Tanh)) Sigmoid(text, model);
    }

    static void Sigmoid(CText text, CModel model)
    {
        text.Line("/* 65536 x the sigmoid of 0, 1/16, 2/16 ... 8 */");
        text.Array("uint16_t", $"{model.Name}_sigmoids", $"{model.Upper}_ROM", SigmoidTable.Values.Select(value => (int)value)).Line();
        text.Lines($$"""
            /* 65536 x the sigmoid of a / 4096; straight lines between the table's. */
            static uint16_t {{model.Name}}_positive(uint32_t a)
            {
            const uint16_t i = (uint16_t)(a >> 8);
            uint16_t y;

            if (i >= 128) {
            return 65535U;
            }
            y = (uint16_t){{model.Upper}}_READ16(&{{model.Name}}_sigmoids[i]);
            return (uint16_t)(y + ((((uint32_t)(uint16_t){{model.Upper}}_READ16(&{{model.Name}}_sigmoids[i + 1]) - y) * (a & 255U) + 128U) >> 8));
            }

            """);
        if (Instructions(model).Any(i => i.Op == PointwiseOp.Sigmoid))
            text.Lines($$"""
                static uint16_t {{model.Name}}_sigmoid(int16_t x)
                {
                return x < 0 ? (uint16_t)(65536UL - {{model.Name}}_positive((uint32_t)(-(int32_t)x))) : {{model.Name}}_positive((uint32_t)x);
                }

                """);
        if (Instructions(model).Any(i => i.Op == PointwiseOp.Tanh))
            text.Lines($$"""
                static int16_t {{model.Name}}_tanh(int16_t x)
                {
                const int32_t y = (int32_t){{model.Name}}_positive((uint32_t)((x < 0 ? -(int32_t)x : (int32_t)x) * 2)) - 32768L;

                return (int16_t)(x < 0 ? -y : y);
                }

                """);
    }

    /// <summary>What the assembly beside it has.</summary>
    static void Assembly(CText text, CModel model)
    {
        if (model.AssemblyFile is not { } file) return;
        text.Line($"/* In {file}. */");
        foreach (AssemblyRun run in AssemblyRun.Of(model)) text.Line($"extern void {run.Name(model)}({model.Name}_state *state, const int16_t *input);");
        text.Line();
    }

    static void Reset(CText text, CModel model)
    {
        text.Line($"void {model.Name}_reset({model.Name}_state *state)").Line("{").Line("uint16_t i;").Line();
        foreach (FixedVector vector in model.States)
            text.Line($"for (i = 0; i < {vector.Length}; i++) {{").Line($"state->{vector.Name}[i] = {(vector.Initial == short.MinValue ? "-32767 - 1" : vector.Initial)};").Line("}");
        if (model.Network.Pooling is { } mean)
            text.Line($"for (i = 0; i < {mean.To.Length}; i++) {{").Line($"state->{mean.To.Name}_sums[i] = 0;").Line("}").Line("state->steps = 0;");
        text.Line("}").Line();
    }

    static void Step(CText text, CModel model)
    {
        text.Line($"void {model.Name}_step({model.Name}_state *state, const int16_t *input)").Line("{");
        IReadOnlyList<AssemblyRun> runs = AssemblyRun.Of(model);
        if (model.Network.Operations.Any(operation => model.InC(operation) && operation is not PointwiseOperation || operation is MaxPoolOperation or MeanPoolOperation)) text.Line("uint16_t i;").Line();
        foreach (FixedOperation operation in model.Network.Operations)
        {
            if (runs.FirstOrDefault(run => run.Operations.Contains(operation)) is { } run)
            {
                if (operation is ProductOperation done) text.Line($"/* {CProducts.Describe(done)} */");
                if (ReferenceEquals(operation, run.Operations[^1])) text.Line($"{run.Name(model)}(state, input);");
                continue;
            }
            switch (operation)
            {
                case NormalizeOperation normalize: Normalize(text, model, normalize); break;
                case WindowOperation window: Window(text, window); break;
                case ProductOperation product: CProducts.Print(model, product, text); break;
                case PointwiseOperation pointwise: text.Line($"{CPointwise.Function(model, pointwise)}(state);"); break;
                case MaxPoolOperation pool:
                    text.Line($"for (i = 0; i < {pool.To.Length}; i++) {{").Line($"if (state->{pool.From.Name}[i] > state->{pool.To.Name}[i]) {{").Line($"state->{pool.To.Name}[i] = state->{pool.From.Name}[i];").Line("}").Line("}");
                    break;
                case MeanPoolOperation pool:
                    text.Line("if (state->steps < 65535U) {").Line("state->steps++;").Line($"for (i = 0; i < {pool.To.Length}; i++) {{").Line($"state->{pool.To.Name}_sums[i] += state->{pool.From.Name}[i];").Line("}").Line("}");
                    break;
            }
        }
        text.Line("}").Line();
    }

    static void Normalize(CText text, CModel model, NormalizeOperation operation)
    {
        string limit = $"{CPointwise.Number(-operation.To.Limit)}, {operation.To.Limit - 1}";
        text.Line("/* The input: normalised as in training, and held within its limit. */").Line($"for (i = 0; i < {operation.To.Length}; i++) {{");
        if (operation.Mean is null && operation.To.Limit > short.MaxValue) text.Line($"state->{operation.To.Name}[i] = input[i];");
        else if (operation.Mean is null)
            text.Line("int16_t word = input[i];").Line()
                .Line($"if (word > {operation.To.Limit - 1}) {{").Line($"word = {operation.To.Limit - 1};").Line("}")
                .Line($"if (word < {Least(operation.To.Limit)}) {{").Line($"word = {Least(operation.To.Limit)};").Line("}")
                .Line($"state->{operation.To.Name}[i] = word;");
        else
            text.Line($"const uint8_t shift = {model.Upper}_READ8(&{model.Name}_shift[i]);")
                .Line($"const int32_t r = ((int32_t)input[i] - {model.Upper}_READ16(&{model.Name}_mean[i])) * {model.Upper}_READ16(&{model.Name}_multiplier[i]);").Line()
                .Line($"state->{operation.To.Name}[i] = (int16_t){model.Name}_limit(shift == 0 ? r : (r + ((int32_t)1 << (shift - 1))) >> shift, {limit});");
        text.Line("}");
    }

    /// <summary>-limit as C has it in 16 bits.</summary>
    static string Least(int limit) => limit > short.MaxValue ? "-32767 - 1" : $"-{limit}";

    static void Window(CText text, WindowOperation operation)
    {
        (int width, int before) = (operation.From.Length, operation.Before.Length);
        text.Line($"for (i = 0; i < {width}; i++) {{").Line($"state->{operation.To.Name}[i] = state->{operation.From.Name}[i];").Line("}");
        text.Line($"for (i = 0; i < {before}; i++) {{").Line($"state->{operation.To.Name}[i + {width}] = state->{operation.Before.Name}[i];").Line("}");
        text.Line($"for (i = 0; i < {before}; i++) {{").Line($"state->{operation.Before.Name}[i] = state->{operation.To.Name}[i];").Line("}");
    }

    /// <summary>The class of the largest score, the first of equals.</summary>
    /// <param name="text">The source.</param>
    /// <param name="name">Prefix of functions.</param>
    /// <param name="upper">Prefix of constants.</param>
    /// <param name="score">C's type of a score.</param>
    public static void Classify(CText text, string name, string upper, string score)
    {
        text.Lines($$"""
            uint16_t {{name}}_classify(const {{name}}_state *state)
            {
            {{score}} output[{{upper}}_CLASSES];
            uint16_t best = 0;
            uint16_t i;

            {{name}}_output(state, output);
            for (i = 1; i < {{upper}}_CLASSES; i++) {
            if (output[i] > output[best]) {
            best = i;
            }
            }
            return best;
            }
            """);
    }
}
