using Tern.FixedPoint;

namespace Tern.Export.C.Avr;

/// <summary>Operations that follow each other and are all done in assembly: one function, so that registers are saved once.</summary>
/// <param name="Number">Of the run in its model.</param>
/// <param name="Operations">In order.</param>
sealed record AvrRun(int Number, IReadOnlyList<FixedOperation> Operations)
{
    static readonly int[] Saved = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 28, 29];

    /// <summary>The runs of a model.</summary>
    public static IReadOnlyList<AvrRun> Of(CModel model)
    {
        List<AvrRun> runs = [];
        List<FixedOperation> open = [];
        foreach (FixedOperation operation in model.Network.Operations.Append(null!))
        {
            if (!model.InC(operation))
            {
                open.Add(operation);
                continue;
            }
            if (open.Count > 0) runs.Add(new(runs.Count, [.. open]));
            open.Clear();
        }
        return runs;
    }

    /// <summary>The name of the function.</summary>
    public string Name(CModel model) => $"{model.Name}_run_{Number}";

    public void Print(CModel model, AvrText text, IReadOnlyList<AvrKernel> kernels)
    {
        text.Function(Name(model), "state r25:24, input r23:22").Push(Saved);
        for (int k = 0; k < Operations.Count; k++)
        {
            bool last = k == Operations.Count - 1;
            if (k > 0) text.Code("pop r25; pop r24");
            if (!last) text.Code("push r24; push r25");
            if (Operations[k] is NormalizeOperation input)
            {
                text.Code("movw r26,r22");
                AvrInput.Print(model, input, text);
            }
            else if (Operations[k] is ProductOperation product) kernels.First(kernel => kernel.Has(product)).Call(text, product);
            else AvrPointwise.Print(model, (PointwiseOperation)Operations[k], text);
        }
        text.Pop(Saved).Code("ret");
    }
}
