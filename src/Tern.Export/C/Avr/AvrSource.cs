using Tern.Export.C.Assembly;
using Tern.FixedPoint;

namespace Tern.Export.C.Avr;

/// <summary>NAME_avr.S: what of a step is done in assembly.</summary>
static class AvrSource
{
    /// <summary>Bytes that a relative call reaches, with some to spare.</summary>
    const int Reach = 4000;

    public static string Print(CModel model) => Text(model).Text.ToString();

    /// <summary>Bytes of code and tables, and the cycles of a step.</summary>
    public static (int Bytes, long Cycles) Count(CModel model)
    {
        (AvrText text, long cycles) = Text(model);
        return (text.Bytes, cycles);
    }

    static (AvrText Text, long Cycles) Text(CModel model)
    {
        (AvrText Text, long Cycles) near = Text(model, far: false);
        return near.Text.CodeBytes <= Reach ? near : Text(model, far: true);
    }

    static (AvrText Text, long Cycles) Text(CModel model, bool far)
    {
        AvrText text = new(far);
        text.Line($"; {model.Name}_avr.S, made by tern {Model.ModelSpec.TernVersion} with {model.Name}.c").Line(".text");
        AvrKernel[] kernels = [.. AvrKernel.Of(model)];
        foreach (AvrKernel kernel in kernels)
        {
            kernel.PrintFunctions(text);
            kernel.Print(text, model.Products.First(kernel.Has));
            foreach (ProductOperation product in model.Products.Where(kernel.Has)) text.Table(CProducts.Table(model, product.Matrix), kernel.Table(product.Matrix));
        }
        PointwiseOperation[] steps = [.. model.Pointwise.Where(operation => !model.InC(operation))];
        foreach (PointwiseOperation operation in steps)
        {
            FixedParameter[] parameters = [.. CPointwise.Parameters(operation)];
            text.Table(AvrPointwise.Table(model, operation), Enumerable.Range(0, operation.Program.Units).SelectMany(unit => parameters.SelectMany(p => (int[])[p.Values[unit] & 255, p.Values[unit] >> 8])));
        }
        AvrStraight straight = new(model);
        straight.PrintFunctions(text);
        // what is called lies before the runs: a relative call reaches 4 KB
        if (steps.Any(operation => operation.Program.Instructions.Any(i => i.Op is PointwiseOp.Sigmoid or PointwiseOp.Tanh))) AvrSigmoid.Print(model, text);
        // what was printed so far runs when it is called, and is counted there
        long before = text.Cycles;
        foreach (AssemblyRun run in AssemblyRun.Of(model)) AvrRun.Print(model, run, text, kernels, straight);
        text.Line().Line(".section .note.GNU-stack,\"\",@progbits");
        return (text, text.Cycles - before);
    }
}
