using Tern.Export.C.Assembly;
using Tern.FixedPoint;

namespace Tern.Export.C.Avr;

/// <summary>A run of operations as a function for AVR.</summary>
static class AvrRun
{
    static readonly int[] Saved = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 28, 29];

    public static void Print(CModel model, AssemblyRun run, AvrText text, IReadOnlyList<AvrKernel> kernels, AvrStraight straight)
    {
        text.Function(run.Name(model), "state r25:24, input r23:22").Push(Saved);
        bool summed = false;
        for (int k = 0; k < run.Operations.Count; k++)
        {
            bool last = k == run.Operations.Count - 1;
            if (k > 0) text.Code("pop r25; pop r24");
            if (!last) text.Code("push r24; push r25");
            if (run.Operations[k] is NormalizeOperation input)
            {
                text.Code("movw r26,r22");
                summed = !last && run.Operations[k + 1] is ProductOperation next && kernels.FirstOrDefault(kernel => kernel.Has(next))?.ReadsInput(next, input) == true;
                AvrInput.Print(model, input, text, summed);
            }
            else if (run.Operations[k] is ProductOperation line && model.StraightLine.Contains(line)) straight.Print(text, line);
            else if (run.Operations[k] is ProductOperation product)
            {
                kernels.First(kernel => kernel.Has(product)).Call(text, product, summed);
                summed = false;
            }
            else AvrPointwise.Print(model, (PointwiseOperation)run.Operations[k], text);
        }
        text.Pop(Saved).Code("ret");
    }
}
