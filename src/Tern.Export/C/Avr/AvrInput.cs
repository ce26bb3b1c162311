using Tern.FixedPoint;

namespace Tern.Export.C.Avr;

/// <summary>The input held within its limit, in assembly: of models without normalisation.</summary>
static class AvrInput
{
    /// <summary>Whether this form knows it: a limit below 16 bits is a multiple of 256.</summary>
    public static bool Does(NormalizeOperation operation) => operation.Mean is null && operation.To.Length <= 255;

    /// <summary>Copies the input at X to the state at r25:24; r1 is 0.</summary>
    /// <param name="model">The model.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="text">Where to.</param>
    /// <param name="sum">Whether r5 to r2 get the sum of its words, as the dense kernel wants it.</param>
    public static void Print(CModel model, NormalizeOperation operation, AvrText text, bool sum)
    {
        int offset = model.Offset(operation.To), high = operation.To.Limit >> 8, length = operation.To.Length, unroll = sum || length % 2 > 0 ? 1 : 2;
        (string next, string done) = (text.Label(), text.Label());
        text.Line("; the input").Code($"movw r28,r24; subi r28,lo8({-offset}); sbci r29,hi8({-offset}); ldi r18,{length / unroll}; {(sum ? "clr r2; clr r3; clr r4; clr r5; " : "")}{next}:").Runs(length / unroll);
        List<string> limits = [];
        for (int i = 0; i < unroll; i++)
        {
            text.Code("ld r16,X+; ld r17,X+");
            if (high < 128)
            {
                (string above, string below, string store) = (text.Label(), text.Label(), text.Label());
                text.Code($"cpi r17,{high}; brge {above}; cpi r17,{-high & 255}; brlt {below}; {store}:");
                limits.Add($"{above}:; ?ldi r16,255; ?ldi r17,{high - 1}; ?rjmp {store}; {below}:; ?ldi r16,0; ?ldi r17,{-high & 255}; ?rjmp {store}");
            }
            if (sum) text.Code(AvrKernel.Sum("r1"));
            text.Code("st Y+,r16; st Y+,r17");
        }
        text.Code($"dec r18; +brne {next}").Runs(1);
        if (high < 128) text.Code($"rjmp {done}; {string.Join("; ", limits)}; {done}:");
    }
}
