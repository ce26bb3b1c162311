using Tern.FixedPoint;

namespace Tern.Export.C.Avr;

/// <summary>The instructions, each with its result in a pair of upper registers.</summary>
sealed partial class AvrPointwise
{
    /// <summary>Leaves the result in a pair: r25:24 or r21:20.</summary>
    void Result(Instruction i, int to)
    {
        switch (i.Op)
        {
            case PointwiseOp.Load: Read(to, i); break;
            case PointwiseOp.Parameter: text.Code($"lpm r{to},Z+; lpm r{to + 1},Z+"); break;
            case PointwiseOp.Multiply: Multiply(i); break;
            case PointwiseOp.Add or PointwiseOp.Subtract: Sum(i, to); break;
            case PointwiseOp.Sigmoid or PointwiseOp.Tanh:
                Move(Made, i.A);
                text.Code($"rcall {model.Name}_{(i.Op == PointwiseOp.Sigmoid ? "sigmoid" : "tanh")}_word").Calls(AvrSigmoid.Cycles);
                break;
            case PointwiseOp.Ramp: Ramp(i, to); break;
            default: throw new InvalidOperationException($"{i.Op} is not for AVR.");
        }
    }

    void Read(int to, Instruction load)
    {
        int offset = model.Offset(load.Vector!) + 2 * load.VectorOffset;
        if (load.Vector == walked) text.Code($"ld r{to},X+; ld r{to + 1},X+");
        else if (IsNear(offset)) text.Code($"ldd r{to},Y+{offset}; ldd r{to + 1},Y+{offset + 1}");
        else text.Code($"movw r26,r28; subi r26,lo8({-offset}); sbci r27,hi8({-offset}); ld r{to},X+; ld r{to + 1},X");
    }

    /// <summary>The pair that an operand lies in; 0 where it lies in memory or is a constant.</summary>
    int Pair(Operand operand) => operand.IsConstant ? 0
        : operand.Instruction == held ? Made
        : pairs.TryGetValue(operand.Instruction, out int pair) ? pair
        : IsDirect(operand.Instruction) ? 0 : made;

    void Move(int to, Operand operand)
    {
        if (operand.IsConstant) text.Code($"ldi r{to},{operand.Constant & 255}; ldi r{to + 1},{(operand.Constant >> 8) & 255}");
        else if (Pair(operand) is > 0 and var pair)
        {
            if (pair != to) text.Code($"movw r{to},r{pair}");
        }
        else if (program.Instructions[operand.Instruction] is { Op: PointwiseOp.Load } load) Read(to, load);
        else text.Code($"lpm r{to},Z+; lpm r{to + 1},Z+");
    }

    void Sum(Instruction i, int to)
    {
        bool subtract = i.Op == PointwiseOp.Subtract;
        (Operand a, Operand b) = (i.A, i.B);
        if (!subtract && (IsLast(b) || a.IsConstant)) (a, b) = (b, a);
        if (subtract && a is { IsConstant: true, Constant: Integers.Unsigned } && !i.Limits && i.Shift == 0)
        {
            Move(to, b);
            text.Code($"com r{to}; com r{to + 1}");
            return;
        }
        int second = Pair(b);
        if (!b.IsConstant && (second == 0 || second == to)) Move(second = 16, b);      // from memory, or out of the way of a
        Move(to, a);
        if (i is { Shift: 1, ShiftA: 0, ShiftB: 0 } && b is not { IsConstant: true, Constant: 0 })
        {
            // the sum of two words without a sign has 17 bits: the carry is the last
            if (b.IsConstant) Move(second = 16, b);
            text.Code($"add r{to},r{second}; adc r{to + 1},r{second + 1}; ror r{to + 1}; ror r{to}; adc r{to},r11; adc r{to + 1},r11");
            return;
        }
        if (b.IsConstant)
        {
            int minus = subtract ? b.Constant : -b.Constant;
            if (minus != 0) text.Code($"subi r{to},{minus & 255}; sbci r{to + 1},{(minus >> 8) & 255}");
            else if (i.Limits) text.Code("clv");
        }
        else text.Code(subtract ? $"sub r{to},r{second}; sbc r{to + 1},r{second + 1}" : $"add r{to},r{second}; adc r{to + 1},r{second + 1}");
        for (int k = 0; k < i.Shift; k++) text.Code($"{(IsSigned(i.A) ? "asr" : "lsr")} r{to + 1}; ror r{to}");
        if (i.Shift > 0) text.Code($"adc r{to},r11; adc r{to + 1},r11");
        if (!i.Limits) return;
        (int lowA, int highA) = Bounds(program, i.A);
        (int lowB, int highB) = Bounds(program, i.B);
        if (subtract) Limit(i, (long)lowA - highB, (long)highA - lowB, to);
        else Limit(i, (long)lowA + lowB, (long)highA + highB, to);
    }

    /// <summary>Holds a signed word, of a sum whose overflow flag stands where it can leave 16 bits, within the instruction's bounds.</summary>
    void Limit(Instruction i, long low, long high, int to)
    {
        string done = asides.Label();
        if (low < Integers.Low || high > Integers.High)
        {
            // an overflow with a negative sign was positive
            string negative = asides.Label();
            asides.Rarely(text, "brvs", "brvc", $"brpl {negative}; {Word(to, i.High)}; rjmp {done}; {negative}:; {Word(to, i.Low)}", done);
        }
        if (i.High < high && i.High < Integers.High)
        {
            text.Code(((i.High + 1) & 255) == 0 ? $"cpi r{to + 1},{(i.High + 1) >> 8}" : $"cpi r{to},{(i.High + 1) & 255}; ldi r16,{((i.High + 1) >> 8) & 255}; cpc r{to + 1},r16");
            asides.Rarely(text, "brge", "brlt", Word(to, i.High), done);
        }
        if (low < i.Low && i.Low > Integers.Low)
        {
            text.Code((i.Low & 255) == 0 ? $"cpi r{to + 1},{(i.Low >> 8) & 255}" : $"cpi r{to},{i.Low & 255}; ldi r16,{(i.Low >> 8) & 255}; cpc r{to + 1},r16");
            asides.Rarely(text, "brlt", "brge", Word(to, i.Low), done);
        }
        text.Code($"{done}:");
    }

    static string Word(int to, int value) => $"ldi r{to},{value & 255}; ldi r{to + 1},{(value >> 8) & 255}";

    void Ramp(Instruction i, int to)
    {
        Move(to, i.A);
        (int low, int high) = Bounds(program, i.A);
        string done = asides.Label();
        if (i.Offset != 0)
        {
            text.Code($"subi r{to},{-i.Offset & 255}; sbci r{to + 1},{(-i.Offset >> 8) & 255}");
            if (low + i.Offset < Integers.Low || high + i.Offset > Integers.High) asides.Rarely(text, "brvs", "brvc", Word(to, i.Offset > 0 ? i.High : i.Low), done);
        }
        text.Code(i.From == 0 ? $"tst r{to + 1}" : $"cpi r{to + 1},{(i.From >> 8) & 255}");
        asides.Rarely(text, i.From == 0 ? "brmi" : "brlt", i.From == 0 ? "brpl" : "brge", Word(to, i.Low), done);
        text.Code($"cpi r{to + 1},{((i.To + 1) >> 8) & 255}");
        asides.Rarely(text, "brge", "brlt", Word(to, i.High), done);
        // a half byte at once, where the upper one is empty
        if (i.Shift == 4 && i.From >= 0 && i.To < 4096) text.Code($"swap r{to + 1}; swap r{to}; eor r{to + 1},r{to}; andi r{to},240; eor r{to + 1},r{to}");
        else for (int k = 0; k < i.Shift; k++) text.Code($"lsl r{to}; rol r{to + 1}");
        text.Code($"{done}:");
    }

    /// <summary>By how much an operand of a product is shifted to the left first, so that the whole shift is 16: less work than the same at the end.</summary>
    int Raised(Instruction i, Operand operand)
    {
        int by = 16 - i.Shift;
        if (by <= 0 || operand.IsConstant && !Fits(operand)) return 0;
        // a constant costs nothing; else the first that has room
        Operand? choice = i.Operands().Where(o => o.IsConstant && o.Constant >= 0 && Fits(o)).Concat(i.Operands().Where(Fits)).Cast<Operand?>().FirstOrDefault();
        return choice == operand ? by : 0;

        bool Fits(Operand o)
        {
            (long low, long high) = Bounds(program, o);
            return low << by >= Integers.Low && high << by <= (IsSigned(o) ? Integers.High : Integers.Unsigned);
        }
    }

    /// <summary>The upper half of a product of words in r25:24, the byte below it in r23; then the rest of the shift, rounded.</summary>
    void Multiply(Instruction i)
    {
        (Operand a, Operand b) = (i.A, i.B);
        if (IsSigned(a) && !IsSigned(b)) (a, b) = (b, a);      // the unsigned one first
        bool signed = IsSigned(b), both = IsSigned(a);
        int raisedA = Raised(i, a), raisedB = a == b ? 0 : Raised(i, b);
        int x = Place(i, a, 16, raisedA, upper: signed), y = Place(i, b, 18, raisedB, upper: both);
        int yHigh = y + 1;
        if (signed && y is < 16 or > 22)
        {
            // mulsu takes r16 to r23 alone; of this operand only the high byte needs that
            text.Code($"mov r19,r{y + 1}");
            yHigh = 19;
        }
        text.Code($"mul r{x},r{y}; mov r23,r1");
        if (!signed)
            text.Code($"mul r{x + 1},r{y + 1}; movw r24,r0; mul r{x + 1},r{y}; add r23,r0; adc r24,r1; adc r25,r11; mul r{x},r{y + 1}; add r23,r0; adc r24,r1; adc r25,r11");
        else if (!both)
            text.Code($"mulsu r{yHigh},r{x + 1}; movw r24,r0; mul r{x + 1},r{y}; add r23,r0; adc r24,r1; adc r25,r11; mulsu r{yHigh},r{x}; sbc r25,r11; add r23,r0; adc r24,r1; adc r25,r11");
        else
            text.Code($"muls r{yHigh},r{x + 1}; movw r24,r0; mulsu r{x + 1},r{y}; sbc r25,r11; add r23,r0; adc r24,r1; adc r25,r11; mulsu r{yHigh},r{x}; sbc r25,r11; add r23,r0; adc r24,r1; adc r25,r11");
        int shift = i.Shift + raisedA + raisedB;
        for (int k = 16; k > shift; k--) text.Code("lsl r23; rol r24; rol r25");
        if (shift <= 16) text.Code("lsl r23");
        for (int k = 16; k < shift; k++) text.Code($"{(signed ? "asr" : "lsr")} r25; ror r24");
        text.Code("adc r24,r11; adc r25,r11");
        if (i.Limits) Limit(i, Product(program, i).Low, Product(program, i).High, Made);
    }

    /// <summary>The pair where a product reads an operand: where it lies, where that will do; never r25:24, where the result is made.</summary>
    int Place(Instruction i, Operand operand, int otherwise, int raised, bool upper)
    {
        if (operand.IsConstant)
        {
            int word = operand.Constant << raised;
            if (!constants.TryGetValue(word, out int constant)) Move(otherwise, new(-1, word));
            else if (upper) text.Code($"movw r{otherwise},r{constant}");
            else return constant;
            return otherwise;
        }
        int pair = Pair(operand);
        if (raised == 0 && pair > 0 && (pair == Upper || (!upper && pair != Made))) return pair;
        if (pair == Upper && lastUse[operand.Instruction] == at && i.A != i.B) otherwise = Upper;      // shifted where it lies
        Move(otherwise, operand);
        for (int k = 0; k < raised; k++) text.Code($"lsl r{otherwise}; rol r{otherwise + 1}");
        return otherwise;
    }
}
