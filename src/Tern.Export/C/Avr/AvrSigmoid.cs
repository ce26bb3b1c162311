using Tern.FixedPoint;

namespace Tern.Export.C.Avr;

/// <summary>The sigmoid table and its two readers in assembly: word in and out r25:24; r11 is 0; r16 to r19, r23, r26, r27, r0 and r1 are lost.</summary>
static class AvrSigmoid
{
    /// <summary>Cycles of a call, on the average of both signs.</summary>
    public const int Cycles = 55;

    public static void Print(CModel model, AvrText text)
    {
        string name = model.Name;
        text.Table($"{name}_sigmoids", SigmoidTable.Values.SelectMany(value => (int[])[value & 255, value >> 8]));
        text.Line().Line("; 65536 x the sigmoid of r25:24 / 4096, of 0 to 8").Line($"{name}_positive_word:");
        text.Code($"""
            cpi r25,128; brlo 1f; ser r24; ser r25; ret
            1:
            movw r26,r30; mov r30,r25; clr r31; lsl r30; rol r31
            subi r30,lo8(-({name}_sigmoids)); sbci r31,hi8(-({name}_sigmoids))
            lpm r18,Z+; lpm r19,Z+; lpm r16,Z+; lpm r17,Z; movw r30,r26
            sub r16,r18; sbc r17,r19
            mul r16,r24; mov r16,r0; mov r23,r1
            mul r17,r24; add r23,r0; mov r25,r1; adc r25,r11
            lsl r16; adc r23,r11; adc r25,r11
            add r18,r23; adc r19,r25; movw r24,r18; ret
            """);
        text.Line().Line($"{name}_sigmoid_word:").Code($"tst r25; brpl {name}_positive_word");
        text.Code($"com r25; neg r24; sbci r25,255; rcall {name}_positive_word; com r25; neg r24; sbci r25,255; ret");
        text.Line().Line($"{name}_tanh_word:").Code($"""
            tst r25; brmi 2f; rcall 3f; ret
            2:
            com r25; neg r24; sbci r25,255; rcall 3f; com r25; neg r24; sbci r25,255; ret
            3:
            cpi r25,64; brlo 4f; ldi r24,255; ldi r25,127; ret
            4:
            lsl r24; rol r25; rcall {name}_positive_word; subi r25,128; ret
            """);
    }
}
