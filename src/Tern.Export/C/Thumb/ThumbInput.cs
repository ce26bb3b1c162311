using Tern.FixedPoint;

namespace Tern.Export.C.Thumb;

/// <summary>The input held within its limit, in assembly: of models without normalisation.</summary>
static class ThumbInput
{
    /// <summary>Copies the input at r1 to the state at r0; r0 to r5 are lost.</summary>
    public static void Print(CModel model, NormalizeOperation operation, ThumbText text)
    {
        int length = operation.To.Length, unroll = length % 2 == 0 ? 2 : 1;
        bool limits = operation.To.Limit <= short.MaxValue;
        (string next, string done) = (text.Label(), text.Label());
        (string Above, string Below, string Store)[] labels = [.. Enumerable.Range(0, unroll).Select(_ => (text.Label(), text.Label(), text.Label()))];
        ThumbRegisters registers = new(text, new Dictionary<int, int>());
        text.Line("@ the input");
        registers.Address(0, 0, model.Offset(operation.To));
        if (limits) text.Code(text.IsWide ? $"movw r2,#{operation.To.Limit - 1}; mvn.w r4,r2" : $"movs r2,#{operation.To.Limit >> 8}; lsls r2,r2,#8");
        // from the last word to the first
        registers.Constant(5, 2 * (length - 1));
        text.Code($"{next}:").Runs(length / unroll);
        for (int i = 0; i < unroll; i++)
        {
            text.Code("ldrsh r3,[r1,r5]");
            if (limits && text.IsWide) text.Code("cmp r3,r2; it gt; movgt r3,r2; cmp r3,r4; it lt; movlt r3,r4");      // in the same time whatever it is
            else if (limits) text.Code($"cmp r3,r2; bge {labels[i].Above}; cmn r3,r2; blt {labels[i].Below}; {labels[i].Store}:");
            text.Code("strh r3,[r0,r5]; subs r5,#2");
        }
        text.Code($"+bpl {next}").Runs(1);
        if (!limits || text.IsWide) return;
        text.Code($"b {done}");
        foreach (var (above, below, store) in labels) text.Code($"{above}:; ?subs r3,r2,#1; ?b {store}; {below}:; ?rsbs r3,r2,#0; ?b {store}");
        text.Code($"{done}:");
    }
}
