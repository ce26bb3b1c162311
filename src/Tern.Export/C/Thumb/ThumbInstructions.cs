using System.Numerics;
using Tern.FixedPoint;

namespace Tern.Export.C.Thumb;

/// <summary>The instructions of a pointwise step.</summary>
sealed partial class ThumbPointwise
{
    /// <summary>Stands for the address of the sigmoid table among the constants.</summary>
    const int SigmoidTableAt = int.MinValue;

    const int MostClampShift = 12;      // a sum of two words times 2^shift stays in 32 bits

    void Result(Instruction i) => place[at] = i.Op switch
    {
        PointwiseOp.Load => Load(i),
        PointwiseOp.Parameter => Parameter(),
        PointwiseOp.Multiply => Multiply(i),
        PointwiseOp.Add or PointwiseOp.Subtract => Sum(i),
        PointwiseOp.Ramp => Ramp(i),
        PointwiseOp.Select => Select(i),
        _ => Sigmoid(i),
    };

    int Load(Instruction i)
    {
        int d = Free();
        registers.Load(d, State, Offset(i) - origin);
        return d;
    }

    /// <summary>Two parameters at once: the second waits for its instruction.</summary>
    int Parameter()
    {
        int d = Free(), next = at + 1;
        text.Code(d < 8 ? $"ldmia r{Tables}!,{{r{d}}}" : $"ldr.w r{d},[r{Tables}],#4");
        while (next < program.Instructions.Count && program.Instructions[next].Op != PointwiseOp.Parameter) next++;
        if (next == program.Instructions.Count) return d;
        int second = Free();
        registers.Right(second, d, 16, signed: true);
        text.Code($"sxth{(d > 7 ? ".w" : "")} r{d},r{d}");
        place[next] = second;
        return d;
    }

    (int Low, int High) Bounds(Operand operand) =>
        operand.IsConstant ? (operand.Constant, operand.Constant) : (program.Instructions[operand.Instruction].Low, program.Instructions[operand.Instruction].High);

    int Multiply(Instruction i)
    {
        (int lowA, int highA) = Bounds(i.A);
        (int lowB, int highB) = Bounds(i.B);
        bool signed = new[] { (long)lowA * lowB, (long)lowA * highB, (long)highA * lowB, (long)highA * highB }.Max() <= int.MaxValue;
        int a = Use(i.A), b = Use(i.B), d = Ends(i.A) ? a : Ends(i.B) ? b : Free();
        registers.Multiply(d, a, b);
        registers.Round(d, d, i.Shift, signed);
        if (i.Limits) Limit(i, d);
        return d;
    }

    int Sum(Instruction i)
    {
        bool subtract = i.Op == PointwiseOp.Subtract;
        (Operand a, Operand b) = (i.A, i.B);
        (int shiftA, int shiftB) = (i.ShiftA, i.ShiftB);
        if (!subtract && a.IsConstant) (a, b, shiftA, shiftB) = (b, a, shiftB, shiftA);
        int d;
        if (subtract && a is { IsConstant: true, Constant: Integers.Unsigned } && shiftA + shiftB + i.Shift == 0 && !i.Limits)
        {
            int x = Use(b);
            d = Ends(b) ? x : Free();
            string suffix = d > 7 || x > 7 ? ".w" : "";
            text.Code($"mvns{suffix} r{d},r{x}; uxth{suffix} r{d},r{d}");
            return d;
        }
        int first = Shifted(a, shiftA, out bool ends);
        if (b.IsConstant)
        {
            d = ends ? first : Free();
            registers.Add(d, first, (subtract ? -1 : 1) * (b.Constant << shiftB), Free);
        }
        else
        {
            int second = Shifted(b, shiftB, out bool endsToo);
            d = ends ? first : endsToo ? second : Free();
            registers.Sum(d, first, second, subtract);
        }
        if (i.Shift > 0) registers.Round(d, d, i.Shift, signed: true);
        if (i.Limits && !IsHeldByRamp(i)) Limit(i, d);
        return d;
    }

    /// <summary>An operand times 2^shift, and whether its register may take the result.</summary>
    int Shifted(Operand operand, int shift, out bool ends)
    {
        if (operand.IsConstant && shift > 0)
        {
            operand = new(-1, operand.Constant << shift);
            shift = 0;
        }
        int register = Use(operand);
        ends = Ends(operand);
        if (shift == 0) return register;
        int d = ends ? register : Free();
        registers.Left(d, register, shift);
        ends = true;
        return d;
    }

    /// <summary>Whether a ramp alone reads a limited sum, and holds it closer.</summary>
    bool IsHeldByRamp(Instruction i)
    {
        Instruction[] readers = [.. program.Instructions.Where(reader => reader.Operands().Any(operand => !operand.IsConstant && operand.Instruction == at))];
        return lastUse[at] < int.MaxValue && Array.TrueForAll(readers, reader => reader.Op == PointwiseOp.Ramp && i.High + reader.Offset > reader.To && i.Low + reader.Offset < reader.From);
    }

    /// <summary>Holds a value within an instruction's bounds.</summary>
    void Limit(Instruction i, int d)
    {
        if (wide && BitOperations.IsPow2(i.High + 1) && (i.Low == 0 || i.Low == -i.High - 1))
        {
            text.Code(i.Low == 0 ? $"usat r{d},#{BitOperations.Log2((uint)i.High + 1)},r{d}" : $"ssat r{d},#{BitOperations.Log2((uint)i.High + 1) + 1},r{d}");
            return;
        }
        string back = Hold(d, d, i.Low, i.High, i.Low, i.High);
        text.Code($"{back}:");
    }

    /// <summary>Goes on where t lies in a range; else d becomes one of two levels, and the label that is returned follows.</summary>
    string Hold(int d, int t, int from, int to, int below, int above, bool often = false)
    {
        string back = asides.Label(), negative = asides.Label();
        bool bySign = from <= 0 && to >= -1;
        string body = below == 0 && above == Integers.Unsigned && !wide ? $"asrs r{d},r{t},#31; mvns r{d},r{d}; lsrs r{d},r{d},#16" : $"cmp r{t},#0; blt {negative}; {registers.ConstantText(d, above)}; b {back}; {negative}:; {registers.ConstantText(d, below)}";
        long span = (long)to + 1 - from;
        int unit = BitOperations.TrailingZeroCount((from | (to + 1)) == 0 ? 1 : from | (to + 1));      // both ends are multiples of 2^unit
        if (bySign && from == 0 && BitOperations.IsPow2(to + 1))
        {
            registers.Right(Free(), t, BitOperations.Log2((uint)to + 1), signed: false);
            asides.Rarely(text, "bne", "beq", body, back, often);
        }
        else if (bySign && wide && BitOperations.IsPow2(to + 1) && from == -to - 1)
        {
            int s = Free();
            text.Code($"ssat r{s},#{BitOperations.Log2((uint)to + 1) + 1},r{t}; cmp r{s},r{t}");
            asides.Rarely(text, "bne", "beq", body, back, often);
        }
        else if (bySign && from == short.MinValue && to == short.MaxValue)
        {
            int s = Free();
            text.Code($"sxth r{s},r{t}; cmp r{s},r{t}");
            asides.Rarely(text, "bne", "beq", body, back, often);
        }
        else if (bySign && unit > 0 && span >> unit <= 255 && -from >> unit <= 255)
        {
            int s = Free();
            registers.Right(s, t, unit, signed: true);
            registers.Add(s, s, -from >> unit, Free);
            registers.Compare(s, (int)(span >> unit), Free);
            asides.Rarely(text, "bhs", "blo", body, back, often);
        }
        else
        {
            registers.Compare(t, to, Free);
            asides.Rarely(text, "bgt", "ble", registers.ConstantText(d, above), back);
            registers.Compare(t, from, Free);
            asides.Rarely(text, "blt", "bge", registers.ConstantText(d, below), back);
        }
        return back;
    }

    int Ramp(Instruction i)
    {
        int v = Use(i.A), d = Ends(i.A) ? v : Free(), t = v;
        if (i.Offset != 0) registers.Add(t = d, v, i.Offset, Free);
        if (wide && i.Low == i.From << i.Shift && i.High <= (i.To + 1) << i.Shift && Clamp(i, d, t) is >= 0 and var clamped) return clamped;
        string back = Hold(d, t, i.From, i.To, i.Low, i.High, often: true);
        if (i.Shift > 0) registers.Left(d, t, i.Shift);
        else registers.Move(d, t);
        text.Code($"{back}:");
        return d;
    }

    /// <summary>A ramp that is t 2^shift held between powers of two, in the same time whatever t is; -1 where it is none.</summary>
    int Clamp(Instruction i, int d, int t)
    {
        if (i.Shift > MostClampShift) return -1;
        if (i.Low == 0 && BitOperations.IsPow2(i.High + 1))
        {
            text.Code($"usat r{d},#{BitOperations.Log2((uint)i.High + 1)},r{t}{(i.Shift == 0 ? "" : $",lsl #{i.Shift}")}");
            return d;
        }
        if (i.Low >= 0 || !BitOperations.IsPow2(-i.Low) || (i.High != -i.Low && i.High != -i.Low - 1)) return -1;
        if (i.Shift > 0) registers.Left(d, t, i.Shift);
        else registers.Move(d, t);
        int s = Free();
        text.Code($"ssat r{s},#{BitOperations.Log2((uint)-i.Low) + 1},r{d}");
        // the upper end is one more than bits have
        if (i.High == -i.Low) text.Code($"cmp r{s},r{d}; it lt; addlt{Suffix(s, s)} r{s},r{s},#1");
        return s;
    }

    int Select(Instruction i)
    {
        int a = Use(i.A), b = Use(i.B), c = Use(i.C), d = Free();
        string done = asides.Label();
        text.Code($"cmp r{a},#0; mov r{d},r{b}; +bgt {done}; mov r{d},r{c}; {done}:");
        return d;
    }

    /// <summary>Straight lines between the table's values at |x|, then the sign.</summary>
    int Sigmoid(Instruction i)
    {
        bool tanh = i.Op == PointwiseOp.Tanh;
        int x = Use(i.A), a = Ends(i.A) ? x : Free(), sign = Free();
        registers.Right(sign, x, 31, signed: true);
        registers.Move(a, x);
        text.Code($"eors{Suffix(a, sign)} r{a},r{a},r{sign}");
        registers.Sum(a, a, sign, subtract: true);
        if (tanh) registers.Left(a, a, 1);
        int y = Free(), slope = Free();
        string back = asides.Label();
        registers.Right(y, a, 8, signed: false);
        registers.Compare(y, 127, Free);
        asides.Rarely(text, "bhi", "bls", registers.ConstantText(y, Integers.Unsigned), back);
        registers.Left(y, y, 1);
        if (!held.TryGetValue(SigmoidTableAt, out int table)) text.Code($"ldr{(wide ? ".w" : "")} r{slope},={model.Name}_sigmoids; add{Suffix(y, slope)} r{y},r{y},r{slope}");
        else text.Code($"add r{y},r{table}");
        registers.Wanted[SigmoidTableAt] = registers.Wanted.GetValueOrDefault(SigmoidTableAt) + 2;
        text.Code($"ldrh{Suffix(slope, y)} r{slope},[r{y},#2]; ldrh{Suffix(y, y)} r{y},[r{y},#0]");
        registers.Sum(slope, slope, y, subtract: true);
        text.Code($"uxtb{Suffix(a, a)} r{a},r{a}");
        registers.Multiply(slope, slope, a);
        registers.Round(slope, slope, 8, signed: false);
        registers.Sum(y, y, slope, subtract: false);
        text.Code($"{back}:");
        if (tanh) text.Code($"lsls{Suffix(y, y)} r{y},r{y},#17; lsrs{Suffix(y, y)} r{y},r{y},#17");
        text.Code($"eors{Suffix(y, sign)} r{y},r{y},r{sign}");
        registers.Sum(y, y, sign, subtract: true);
        if (!tanh) text.Code($"uxth{Suffix(y, y)} r{y},r{y}");
        return y;
    }

    static string Suffix(int a, int b) => a > 7 || b > 7 ? ".w" : "";
}
