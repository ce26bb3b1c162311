using System.Globalization;
using Tern.FixedPoint;

namespace Tern.Export.C;

/// <summary>A layer's pointwise step as C: a loop over the units, an instruction a line.</summary>
sealed class CPointwise
{
    readonly CModel model;
    readonly PointwiseOperation operation;
    readonly string[] names;
    readonly CText text;

    CPointwise(CModel model, PointwiseOperation operation, CText text)
    {
        (this.model, this.operation, this.text) = (model, operation, text);
        names = Names(operation.Program);
    }

    /// <summary>The name of the function of a layer.</summary>
    public static string Function(CModel model, PointwiseOperation operation) => $"{model.Name}_{operation.Layer}_step";

    /// <summary>The name of a table of a layer.</summary>
    public static string Table(CModel model, PointwiseOperation operation, FixedParameter parameter) =>
        $"{model.Name}_{operation.Layer}_{CName.Of(parameter.Name)}_{(parameter.Fraction < 0 ? "n" : "q")}{Math.Abs(parameter.Fraction)}{(parameter.Offset == 0 ? "" : "_ramp")}";

    public static IEnumerable<FixedParameter> Parameters(PointwiseOperation operation) =>
        operation.Program.Instructions.Where(i => i.Parameter is not null).Select(i => i.Parameter!);

    public static void Print(CModel model, PointwiseOperation operation, CText text) => new CPointwise(model, operation, text).Print();

    void Print()
    {
        PointwiseProgram program = operation.Program;
        text.Line($"/* The step of {operation.Layer}, unit by unit. */");
        text.Line($"static void {Function(model, operation)}({model.Name}_state *state)").Line("{");
        text.Line("uint16_t i;").Line();
        text.Line($"for (i = 0; i < {program.Units}; i++) {{");
        for (int k = 0; k < names.Length; k++)
        {
            Instruction i = program.Instructions[k];
            string bits = i.Op is PointwiseOp.Load or PointwiseOp.Parameter ? "" : $" /* / 2^{i.Fraction} */";
            text.Line($"const {(i.IsUnsigned ? "uint16_t" : "int16_t")} {names[k]} = {Expression(i)};{bits}");
        }
        foreach (Store store in program.Stores) text.Line($"state->{store.To.Name}[i] = {(store.Value.IsConstant ? Text(store.Value) : $"(int16_t){Text(store.Value)}")};");
        text.Line("}").Line("}").Line();
    }

    string Expression(Instruction i) => i.Op switch
    {
        PointwiseOp.Load => $"state->{i.Vector!.Name}[{(i.VectorOffset == 0 ? "i" : $"i + {i.VectorOffset}")}]",
        PointwiseOp.Parameter => $"{model.Upper}_READ16(&{Table(model, operation, i.Parameter!)}[i])",
        PointwiseOp.Multiply => Result(i, Product(i)),
        PointwiseOp.Add => Result(i, Shifted(Sum(i, "+"), i.Shift)),
        PointwiseOp.Subtract => Result(i, Shifted(Sum(i, "-"), i.Shift)),
        PointwiseOp.Sigmoid => $"{model.Name}_sigmoid({Text(i.A)})",
        PointwiseOp.Tanh => $"{model.Name}_tanh({Text(i.A)})",
        PointwiseOp.Ramp => $"({Type(i)}){model.Name}_ramp((int32_t){Text(i.A)}{(i.Offset == 0 ? "" : $" + {Number(i.Offset)}")}, {Number(i.From)}, {Number(i.To)}, {i.Shift}, {Number(i.Low)}, {Number(i.High)})",
        _ => $"({Type(i)})({Text(i.A)} > 0 ? {Text(i.B)} : {Text(i.C)})",
    };

    string Result(Instruction i, string expression) =>
        i.Limits ? $"({Type(i)}){model.Name}_limit({expression}, {Number(i.Low)}, {Number(i.High)})" : $"({Type(i)})({expression})";

    static string Type(Instruction i) => i.IsUnsigned ? "uint16_t" : "int16_t";

    /// <summary>A rounded quotient of a product. Where the half would leave 32 bits a bit is dropped first, which does not change the result.</summary>
    string Product(Instruction i)
    {
        (int lowA, int highA) = Bounds(i.A);
        (int lowB, int highB) = Bounds(i.B);
        long[] corners = [(long)lowA * lowB, (long)lowA * highB, (long)highA * lowB, (long)highA * highB];
        bool unsigned = corners.Max() > int.MaxValue;
        string type = unsigned ? "uint32_t" : "int32_t", product = $"({type}){Text(i.A)} * ({type}){Text(i.B)}";
        long half = i.Shift > 0 ? 1L << (i.Shift - 1) : 0;
        if (corners.Max() + half <= (unsigned ? uint.MaxValue : int.MaxValue)) return Shifted(product, i.Shift, unsigned);
        return Shifted($"(({product}) >> 1)", i.Shift - 1, unsigned);
    }

    string Sum(Instruction i, string sign) =>
        i.B is { IsConstant: true, Constant: 0 } ? Left(i.A, i.ShiftA) : $"{Left(i.A, i.ShiftA)} {sign} {Left(i.B, i.ShiftB)}";

    /// <summary>Times 2^shift: a negative number is not shifted to the left.</summary>
    string Left(Operand operand, int shift) => shift == 0 ? $"(int32_t){Text(operand)}" : $"(int32_t){Text(operand)} * {Number(1L << shift)}";

    static string Shifted(string value, int shift, bool unsigned = false) =>
        shift == 0 ? value : $"({value} + {Number(1L << (shift - 1))}{(unsigned ? "U" : "")}) >> {shift}";

    (int Low, int High) Bounds(Operand operand) => operand.IsConstant ? (operand.Constant, operand.Constant) : (operation.Program.Instructions[operand.Instruction].Low, operation.Program.Instructions[operand.Instruction].High);

    string Text(Operand operand) => operand.IsConstant ? Number(operand.Constant) : names[operand.Instruction];

    internal static string Number(long value)
    {
        string digits = Math.Abs(value).ToString(CultureInfo.InvariantCulture) + (Math.Abs(value) > short.MaxValue ? "L" : "");
        return value < 0 ? $"(-{digits})" : digits;
    }

    /// <summary>The paper's letters where an instruction has one, else t1, t2 ...; no name twice.</summary>
    static string[] Names(PointwiseProgram program)
    {
        HashSet<string> taken = ["i", "state", "if", "do", "for", "int", "char", "case"];
        int count = 0;
        return [.. program.Instructions.Select(i =>
        {
            string name = i.Name is null ? $"t{++count}" : CName.Of(i.Name);
            while (!taken.Add(name)) name = i.Name is null ? $"t{++count}" : name + "_";
            return name;
        })];
    }
}
