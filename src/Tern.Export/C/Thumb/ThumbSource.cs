using Tern.Export.C.Assembly;
using Tern.FixedPoint;

namespace Tern.Export.C.Thumb;

/// <summary>NAME_thumb.S: what of a step is done in assembly.</summary>
static class ThumbSource
{
    public static string Print(CModel model) => Text(model).ToString();

    /// <summary>Bytes of code and tables, and the cycles of a step.</summary>
    public static (int Bytes, long Cycles) Count(CModel model)
    {
        ThumbText text = Text(model);
        return (text.Bytes, text.Cycles);
    }

    static ThumbText Text(CModel model)
    {
        ThumbText text = new(model.Options.Target == CTarget.CortexM4);
        text.Line($"@ {model.Name}_thumb.S, made by tern {Model.ModelSpec.TernVersion} with {model.Name}.c").Line(".syntax unified").Line(".thumb").Line(".text");
        foreach (ProductOperation product in model.Products.Where(product => !model.InC(product) && !model.StraightLine.Contains(product)))
            text.Table(CProducts.Table(model, product.Matrix), ".byte", 1, ThumbRows.Table(product.Matrix));
        foreach (PointwiseOperation operation in model.Pointwise)
            if (CPointwise.Parameters(operation).Any()) text.Table(ThumbPointwise.Table(model, operation), ".word", 4, ThumbPointwise.Words(operation));
        if (model.Pointwise.Any(operation => operation.Program.Instructions.Any(i => i.Op is PointwiseOp.Sigmoid or PointwiseOp.Tanh)))
            text.Table($"{model.Name}_sigmoids", ".hword", 2, SigmoidTable.Values.Select(value => (int)value));
        foreach (AssemblyRun run in AssemblyRun.Of(model)) Run(model, run, text);
        text.Line().Line(".section .note.GNU-stack,\"\",%progbits");
        return text;
    }

    /// <summary>A run as a function: the state, which it keeps at sp, in r0, the input in r1.</summary>
    static void Run(CModel model, AssemblyRun run, ThumbText text)
    {
        // words of the stack are known when all is printed
        ThumbText body = new(text.IsWide, $".L{run.Number}_");
        int words = 0;
        for (int k = 0; k < run.Operations.Count; k++) words = Math.Max(words, Operation(model, run.Operations[k], k == 0, body));
        string name = run.Name(model);
        int frame = 4 * (1 + words);
        text.Line().Line("@ state r0, input r1").Line(".align 1").Line($".global {name}").Line($".type {name}, %function").Line(".thumb_func").Line($"{name}:");
        text.Code(text.IsWide ? "push.w {r4-r11,lr}" : "push {r4-r7,lr}; mov r4,r8; mov r5,r9; mov r6,r10; mov r7,r11; push {r4-r7}");
        text.Code($"sub sp,#{frame}; str r0,[sp,#0]");
        text.Append(body);
        text.Code($"add sp,#{frame}");
        text.Code(text.IsWide ? "pop.w {r4-r11,pc}" : "pop {r4-r7}; mov r8,r4; mov r9,r5; mov r10,r6; mov r11,r7; pop {r4-r7,pc}");
        text.Literals();
    }

    static int Operation(CModel model, FixedOperation operation, bool first, ThumbText text)
    {
        ThumbRegisters registers = new(text, new Dictionary<int, int>());
        switch (operation)
        {
            case NormalizeOperation input:
                ThumbInput.Print(model, input, text);
                return 0;
            case PointwiseOperation pointwise:
                if (!first) text.Code("ldr r0,[sp,#0]");
                return ThumbPointwise.Print(model, pointwise, text);
            case ProductOperation product:
                text.Line($"@ {CProducts.Describe(product)}");
                text.Code("ldr r3,[sp,#0]");
                registers.Address(0, 3, model.Offset(product.From) + 2 * product.FromOffset);
                registers.Address(3, 3, model.Offset(product.To) + 2 * product.ToOffset);
                text.Code("mov r12,r3");
                if (model.StraightLine.Contains(product)) ThumbProducts.Print(product, text);
                else
                {
                    text.Code($"ldr.w r2,={CProducts.Table(model, product.Matrix)}");
                    ThumbRows.Print(product, text);
                }
                return 0;
            default: throw new InvalidOperationException($"{operation.GetType().Name} is not for Thumb.");
        }
    }
}
