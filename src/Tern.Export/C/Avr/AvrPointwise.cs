using Tern.FixedPoint;

namespace Tern.Export.C.Avr;

/// <summary>
/// A pointwise step in assembly: a word in a pair of registers, straight line for each unit. r25:24 is where results are made,
/// r16 to r19 hold what is multiplied, r11 is 0, r22 counts units, Y walks along the state, Z along the layer's tables.
/// </summary>
sealed class AvrPointwise
{
    static readonly int[] Pool = [2, 4, 6, 8, 12, 14, 20];

    readonly CModel model;
    readonly PointwiseOperation operation;
    readonly PointwiseProgram program;
    readonly AvrText text;
    readonly Dictionary<int, int> pairs = [];       // by instruction
    readonly int[] lastUse;
    readonly FixedVector? walked;       // the one vector beyond Y's reach: X walks along it, where nothing else needs X
    int at;       // the instruction that is printed

    AvrPointwise(CModel model, PointwiseOperation operation, AvrText text)
    {
        (this.model, this.operation, program, this.text) = (model, operation, operation.Program, text);
        lastUse = new int[program.Instructions.Count];
        for (int k = 0; k < lastUse.Length; k++)
            foreach (Operand operand in Operands(program.Instructions[k]))
                if (!operand.IsConstant) lastUse[operand.Instruction] = k;
        foreach (Store store in program.Stores)
            if (!store.Value.IsConstant) lastUse[store.Value.Instruction] = int.MaxValue;
        FixedVector[] far = [.. program.Instructions.Where(i => i.Vector is not null && !IsNear(model.AvrOffset(i.Vector) + 2 * i.VectorOffset)).Select(i => i.Vector!)];
        bool needsX = program.Instructions.Any(i => i.Op is PointwiseOp.Sigmoid or PointwiseOp.Tanh) || program.Stores.Any(store => !IsNear(model.AvrOffset(store.To)));
        if (far.Length == 1 && !needsX) walked = far[0];
    }

    /// <summary>Whether Y reaches a word.</summary>
    static bool IsNear(int offset) => offset <= 62;

    /// <summary>Whether the step has instructions that this form knows alone, and few enough words at a time.</summary>
    public static bool Knows(CModel model, PointwiseOperation operation)
    {
        PointwiseProgram program = operation.Program;
        return program.Units <= 255 && program.Stores.All(store => !store.Value.IsConstant) && program.Instructions.All(i => Knows(program, i)) && new AvrPointwise(model, operation, new()).Print();
    }

    public static void Print(CModel model, PointwiseOperation operation, AvrText text) => new AvrPointwise(model, operation, text).Print();

    /// <summary>The tables of a layer, unit by unit, in the order in which the instructions read them.</summary>
    public static string Table(CModel model, PointwiseOperation operation) => $"{model.Name}_{operation.Layer}_vectors";

    static bool Knows(PointwiseProgram program, Instruction i)
    {
        bool signed = Operands(i).All(operand => Bounds(program, operand).High <= Integers.High);
        return i.Op switch
        {
            PointwiseOp.Add when i is { ShiftA: 0, ShiftB: 0, Shift: 1, Limits: false } && Operands(i).All(operand => Bounds(program, operand).Low >= 0) => true,
            PointwiseOp.Add or PointwiseOp.Subtract => i is { ShiftA: 0, ShiftB: 0, Shift: 0 } ? !i.Limits || signed : i is { ShiftA: 0, Limits: false, B: { IsConstant: true, Constant: 0 } },
            PointwiseOp.Multiply => i.Shift is >= 9 and <= 30 && (!i.Limits || (i.High <= Integers.High && Product(program, i) is (>= Integers.Low, <= Integers.High))),
            PointwiseOp.Ramp => signed && RampFits(i),
            PointwiseOp.Select => false,
            _ => true,
        };
    }

    /// <summary>A ramp whose bounds are whole high bytes, of a signed word.</summary>
    static bool RampFits(Instruction i) => i.Shift <= 8 && (i.From & 255) == 0 && ((i.To + 1) & 255) == 0 && i.From >= short.MinValue + 256 && i.To < short.MaxValue - 256;

    static (int Low, int High) Bounds(PointwiseProgram program, Operand operand) =>
        operand.IsConstant ? (operand.Constant, operand.Constant) : (program.Instructions[operand.Instruction].Low, program.Instructions[operand.Instruction].High);

    /// <summary>Bounds of a product after its shift, before any limit.</summary>
    static (long Low, long High) Product(PointwiseProgram program, Instruction i)
    {
        (int lowA, int highA) = Bounds(program, i.A);
        (int lowB, int highB) = Bounds(program, i.B);
        long[] corners = [(long)lowA * lowB, (long)lowA * highB, (long)highA * lowB, (long)highA * highB];
        return (Integers.Shift(corners.Min(), i.Shift), Integers.Shift(corners.Max(), i.Shift));
    }

    static IEnumerable<Operand> Operands(Instruction i) => i.Op switch
    {
        PointwiseOp.Load or PointwiseOp.Parameter => [],
        PointwiseOp.Sigmoid or PointwiseOp.Tanh or PointwiseOp.Ramp => [i.A],
        PointwiseOp.Select => [i.A, i.B, i.C],
        _ => [i.A, i.B],
    };

    /// <summary>Prints the loop over the units, with the state at r25:24; false where the pairs of registers do not suffice.</summary>
    bool Print()
    {
        string unit = text.Label(), done = text.Label();
        text.Line($"; the step of {operation.Layer}").Code("movw r28,r24; clr r11").Code($"ldi r22,{program.Units}; ldi r30,lo8({Table(model, operation)}); ldi r31,hi8({Table(model, operation)})");
        if (walked is not null)
        {
            Instruction load = program.Instructions.First(i => i.Vector == walked);
            int offset = model.AvrOffset(walked) + 2 * load.VectorOffset;
            text.Code($"movw r26,r28; subi r26,lo8({-offset}); sbci r27,hi8({-offset})");
        }
        text.Code($"{unit}:");
        for (int k = 0; k < program.Instructions.Count; k++)
        {
            Instruction i = program.Instructions[k];
            if (IsDirect(k)) continue;
            at = k;
            Result(i);
            // operands end here, so the result may take their place
            foreach (int dead in pairs.Keys.Where(value => lastUse[value] <= k).ToArray()) pairs.Remove(dead);
            if (lastUse[k] == k + 1) continue;       // read where it is, in r25:24
            int free = Array.Find(Pool, pair => !pairs.ContainsValue(pair));
            if (free == 0) return false;
            pairs[k] = free;
            text.Code($"movw r{free},r24");
        }
        foreach (Store store in program.Stores) Write(model.AvrOffset(store.To), pairs[store.Value.Instruction]);
        text.Code($"adiw r28,2; dec r22; breq {done}; rjmp {unit}; {done}:; clr r1");
        return true;
    }

    /// <summary>A word of memory that the next instruction alone reads: it is read there.</summary>
    bool IsDirect(int k) => program.Instructions[k].Op is PointwiseOp.Load or PointwiseOp.Parameter && lastUse[k] == k + 1;

    /// <summary>Whether an operand lies in r25:24: the result of the instruction before.</summary>
    bool IsLast(Operand operand) => !operand.IsConstant && operand.Instruction == at - 1 && !pairs.ContainsKey(operand.Instruction) && !IsDirect(operand.Instruction);

    /// <summary>Leaves the result in r25:24.</summary>
    void Result(Instruction i)
    {
        switch (i.Op)
        {
            case PointwiseOp.Load: Read(24, i); break;
            case PointwiseOp.Parameter: text.Code("lpm r24,Z+; lpm r25,Z+"); break;
            case PointwiseOp.Multiply: Multiply(i); break;
            case PointwiseOp.Add or PointwiseOp.Subtract: Sum(i); break;
            case PointwiseOp.Sigmoid or PointwiseOp.Tanh:
                Move(24, i.A);
                text.Code($"rcall {model.Name}_{(i.Op == PointwiseOp.Sigmoid ? "sigmoid" : "tanh")}_word");
                break;
            case PointwiseOp.Ramp: Ramp(i); break;
            default: throw new InvalidOperationException($"{i.Op} is not for AVR.");
        }
    }

    void Read(int to, Instruction load)
    {
        int offset = model.AvrOffset(load.Vector!) + 2 * load.VectorOffset;
        if (load.Vector == walked) text.Code($"ld r{to},X+; ld r{to + 1},X+");
        else if (IsNear(offset)) text.Code($"ldd r{to},Y+{offset}; ldd r{to + 1},Y+{offset + 1}");
        else text.Code($"movw r26,r28; subi r26,lo8({-offset}); sbci r27,hi8({-offset}); ld r{to},X+; ld r{to + 1},X");
    }

    void Write(int offset, int pair)
    {
        if (IsNear(offset)) text.Code($"std Y+{offset},r{pair}; std Y+{offset + 1},r{pair + 1}");
        else text.Code($"movw r26,r28; subi r26,lo8({-offset}); sbci r27,hi8({-offset}); st X+,r{pair}; st X,r{pair + 1}");
    }

    void Move(int to, Operand operand)
    {
        if (operand.IsConstant) text.Code($"ldi r{to},{operand.Constant & 255}; ldi r{to + 1},{(operand.Constant >> 8) & 255}");
        else if (pairs.TryGetValue(operand.Instruction, out int pair)) text.Code($"movw r{to},r{pair}");
        else if (program.Instructions[operand.Instruction] is { Op: PointwiseOp.Load } load && IsDirect(operand.Instruction)) Read(to, load);
        else if (IsDirect(operand.Instruction)) text.Code($"lpm r{to},Z+; lpm r{to + 1},Z+");
        else if (to != 24) text.Code($"movw r{to},r24");
    }

    void Sum(Instruction i)
    {
        bool subtract = i.Op == PointwiseOp.Subtract;
        (Operand a, Operand b) = (i.A, i.B);
        if (!subtract && (IsLast(b) || a.IsConstant)) (a, b) = (b, a);
        if (IsLast(b))
        {
            text.Code("movw r16,r24");
            Move(24, a);
            text.Code("sub r24,r16; sbc r25,r17");
        }
        else
        {
            Move(24, a);
            if (i is { Shift: 1, ShiftA: 0, ShiftB: 0 } && b is not { IsConstant: true, Constant: 0 })
            {
                // the sum of two words without a sign has 17 bits: the carry is the last
                Move(16, b);
                text.Code("add r24,r16; adc r25,r17; ror r25; ror r24; adc r24,r11; adc r25,r11");
                return;
            }
            if (b.IsConstant)
            {
                int minus = subtract ? b.Constant : -b.Constant;
                if (minus != 0) text.Code($"subi r24,{minus & 255}; sbci r25,{(minus >> 8) & 255}");
                else if (i.Limits) text.Code("clv");
            }
            else
            {
                if (!pairs.TryGetValue(b.Instruction, out int pair)) Move(pair = 16, b);
                text.Code(subtract ? $"sub r24,r{pair}; sbc r25,r{pair + 1}" : $"add r24,r{pair}; adc r25,r{pair + 1}");
            }
        }
        for (int k = 0; k < i.Shift; k++) text.Code($"{(IsSigned(i.A) ? "asr" : "lsr")} r25; ror r24");
        if (i.Shift > 0) text.Code("adc r24,r11; adc r25,r11");
        if (!i.Limits) return;
        (int lowA, int highA) = Bounds(program, i.A);
        (int lowB, int highB) = Bounds(program, i.B);
        if (subtract) Limit(i, (long)lowA - highB, (long)highA - lowB);
        else Limit(i, (long)lowA + lowB, (long)highA + highB);
    }

    bool IsSigned(Operand operand) => Bounds(program, operand).High <= Integers.High;

    /// <summary>Holds a signed word, of a sum whose overflow flag stands where it can leave 16 bits, within the instruction's bounds.</summary>
    void Limit(Instruction i, long low, long high)
    {
        string done = text.Label();
        if (low < Integers.Low || high > Integers.High)
        {
            string inside = text.Label(), below = text.Label();
            // an overflow with a negative sign was positive
            text.Code($"brvc {inside}; brpl {below}; {Word(i.High)}; rjmp {done}; {below}:; {Word(i.Low)}; rjmp {done}; {inside}:");
        }
        if (high > i.High && i.High < Integers.High)
        {
            string inside = text.Label();
            text.Code(((i.High + 1) & 255) == 0 ? $"cpi r25,{(i.High + 1) >> 8}" : $"cpi r24,{(i.High + 1) & 255}; ldi r16,{((i.High + 1) >> 8) & 255}; cpc r25,r16");
            text.Code($"brlt {inside}; {Word(i.High)}; {inside}:");
        }
        if (low < i.Low && i.Low > Integers.Low)
        {
            string inside = text.Label();
            text.Code((i.Low & 255) == 0 ? $"cpi r25,{(i.Low >> 8) & 255}" : $"cpi r24,{i.Low & 255}; ldi r16,{(i.Low >> 8) & 255}; cpc r25,r16");
            text.Code($"brge {inside}; {Word(i.Low)}; {inside}:");
        }
        text.Code($"{done}:");
    }

    static string Word(int value) => $"ldi r24,{value & 255}; ldi r25,{(value >> 8) & 255}";

    void Ramp(Instruction i)
    {
        Move(24, i.A);
        (int low, int high) = Bounds(program, i.A);
        string done = text.Label(), notLow = text.Label(), notHigh = text.Label();
        if (i.Offset != 0)
        {
            text.Code($"subi r24,{-i.Offset & 255}; sbci r25,{(-i.Offset >> 8) & 255}");
            if (low + i.Offset < Integers.Low || high + i.Offset > Integers.High)
            {
                string inside = text.Label();
                text.Code($"brvc {inside}; {Word(i.Offset > 0 ? i.High : i.Low)}; rjmp {done}; {inside}:");
            }
        }
        text.Code(i.From == 0 ? "tst r25" : $"cpi r25,{(i.From >> 8) & 255}");
        text.Code($"{(i.From == 0 ? "brpl" : "brge")} {notLow}; {Word(i.Low)}; rjmp {done}; {notLow}:");
        text.Code($"cpi r25,{((i.To + 1) >> 8) & 255}; brlt {notHigh}; {Word(i.High)}; rjmp {done}; {notHigh}:");
        for (int k = 0; k < i.Shift; k++) text.Code("lsl r24; rol r25");
        text.Code($"{done}:");
    }

    /// <summary>The upper half of a product of words in r25:24, the byte below it in r23; then the rest of the shift, rounded.</summary>
    void Multiply(Instruction i)
    {
        (Operand a, Operand b) = (i.A, i.B);
        if (IsSigned(a) && !IsSigned(b)) (a, b) = (b, a);      // the unsigned one first
        Move(16, a);
        Move(18, b);
        text.Code("mul r16,r18; mov r23,r1");
        if (!IsSigned(b))
            text.Code("mul r17,r19; movw r24,r0; mul r17,r18; add r23,r0; adc r24,r1; adc r25,r11; mul r16,r19; add r23,r0; adc r24,r1; adc r25,r11");
        else if (!IsSigned(a))
            text.Code("mulsu r19,r17; movw r24,r0; mul r17,r18; add r23,r0; adc r24,r1; adc r25,r11; mulsu r19,r16; sbc r25,r11; add r23,r0; adc r24,r1; adc r25,r11");
        else
            text.Code("muls r19,r17; movw r24,r0; mulsu r17,r18; sbc r25,r11; add r23,r0; adc r24,r1; adc r25,r11; mulsu r19,r16; sbc r25,r11; add r23,r0; adc r24,r1; adc r25,r11");
        for (int k = 16; k > i.Shift; k--) text.Code("lsl r23; rol r24; rol r25");
        bool signed = IsSigned(a) || IsSigned(b);
        if (i.Shift <= 16) text.Code("lsl r23");
        for (int k = 16; k < i.Shift; k++) text.Code($"{(signed ? "asr" : "lsr")} r25; ror r24");
        text.Code("adc r24,r11; adc r25,r11");
        if (i.Limits) Limit(i, Product(program, i).Low, Product(program, i).High);
    }
}
