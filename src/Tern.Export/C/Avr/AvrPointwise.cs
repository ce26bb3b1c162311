using Tern.Export.C.Assembly;
using Tern.FixedPoint;

namespace Tern.Export.C.Avr;

/// <summary>
/// A pointwise step in assembly: a word in a pair of registers, straight line for each unit. Results are made in r25:24, or in
/// r21:20 where a product reads them; r16 to r19 hold what is multiplied, r11 is 0, r22 counts units, Y walks along the
/// state, Z along the layer's tables.
/// </summary>
sealed partial class AvrPointwise
{
    /// <summary>Where results are made.</summary>
    const int Made = 24, Upper = 20;

    const int Reach = 120;      // bytes of a branch, of 126

    static readonly int[] Pool = [2, 4, 6, 8, 12, 14];

    readonly CModel model;
    readonly PointwiseOperation operation;
    readonly PointwiseProgram program;
    readonly int[] lastUse;
    readonly FixedVector? walked;       // the one vector beyond Y's reach: X walks along it, where nothing else needs X
    readonly Asides asides;

    AvrText text = new();
    Dictionary<int, int> pairs = [];       // by instruction
    Dictionary<int, int> constants = [];       // pairs that hold a constant of products, by its word
    int at;       // the instruction that is printed
    int made;       // the pair of the instruction before
    int held;       // the instruction whose result lies in r25:24

    AvrPointwise(CModel model, PointwiseOperation operation)
    {
        (this.model, this.operation, program) = (model, operation, operation.Program);
        asides = new($".L{operation.Layer}_", Reach, "rjmp");
        lastUse = new int[program.Instructions.Count];
        for (int k = 0; k < lastUse.Length; k++)
            foreach (Operand operand in program.Instructions[k].Operands())
                if (!operand.IsConstant) lastUse[operand.Instruction] = k;
        foreach (Store store in program.Stores)
            if (!store.Value.IsConstant) lastUse[store.Value.Instruction] = int.MaxValue;
        FixedVector[] far = [.. program.Instructions.Where(i => i.Vector is not null && !IsNear(model.Offset(i.Vector) + 2 * i.VectorOffset)).Select(i => i.Vector!)];
        bool needsX = program.Instructions.Any(i => i.Op is PointwiseOp.Sigmoid or PointwiseOp.Tanh) || program.Stores.Any(store => !IsNear(model.Offset(store.To)));
        if (far.Length == 1 && !needsX) walked = far[0];
    }

    /// <summary>Whether Y reaches a word.</summary>
    static bool IsNear(int offset) => offset <= 62;

    /// <summary>Whether the step has instructions that this form knows alone, and few enough words at a time.</summary>
    public static bool Knows(CModel model, PointwiseOperation operation)
    {
        PointwiseProgram program = operation.Program;
        return program.Units <= 255 && program.Stores.All(store => !store.Value.IsConstant) && program.Instructions.All(i => Knows(program, i)) && new AvrPointwise(model, operation).Print(new());
    }

    /// <summary>Prints the loop over the units, with the state at r25:24.</summary>
    public static void Print(CModel model, PointwiseOperation operation, AvrText text) => new AvrPointwise(model, operation).Print(text);

    /// <summary>The tables of a layer, unit by unit, in the order in which the instructions read them.</summary>
    public static string Table(CModel model, PointwiseOperation operation) => $"{model.Name}_{operation.Layer}_vectors";

    static bool Knows(PointwiseProgram program, Instruction i)
    {
        bool signed = i.Operands().All(operand => Bounds(program, operand).High <= Integers.High);
        return i.Op switch
        {
            PointwiseOp.Add when i is { ShiftA: 0, ShiftB: 0, Shift: 1, Limits: false } && i.Operands().All(operand => Bounds(program, operand).Low >= 0) => true,
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

    bool IsSigned(Operand operand) => Bounds(program, operand).High <= Integers.High;

    /// <summary>Bounds of a product after its shift, before any limit.</summary>
    static (long Low, long High) Product(PointwiseProgram program, Instruction i)
    {
        (int lowA, int highA) = Bounds(program, i.A);
        (int lowB, int highB) = Bounds(program, i.B);
        long[] corners = [(long)lowA * lowB, (long)lowA * highB, (long)highA * lowB, (long)highA * highB];
        return (Integers.Shift(corners.Min(), i.Shift), Integers.Shift(corners.Max(), i.Shift));
    }

    /// <summary>False where the pairs of registers do not suffice.</summary>
    bool Print(AvrText to)
    {
        text = new(to.IsFar);
        // branches reach little: what runs rarely moves out of the loop where they reach it from there
        AvrText? done = null;
        bool held = asides.Settle(() => (done = Attempt(hold: true)) is not null) || asides.Settle(() => (done = Attempt(hold: false)) is not null);
        if (held) to.Append(done!);
        return held;
    }

    /// <summary>The loop, or null where the pairs of registers do not suffice.</summary>
    /// <param name="hold">Whether constants of products stay in registers.</param>
    AvrText? Attempt(bool hold)
    {
        (text, pairs, constants, held, made) = (new(text.IsFar), [], [], -1, -1);
        (string unit, string done) = (asides.Label(), asides.Label());
        text.Line($"; the step of {operation.Layer}").Code("movw r28,r24; clr r11").Code($"ldi r22,{program.Units}; ldi r30,lo8({Table(model, operation)}); ldi r31,hi8({Table(model, operation)})");
        if (walked is not null)
        {
            Instruction load = program.Instructions.First(i => i.Vector == walked);
            int offset = model.Offset(walked) + 2 * load.VectorOffset;
            text.Code($"movw r26,r28; subi r26,lo8({-offset}); sbci r27,hi8({-offset})");
        }
        if (hold) Hold();
        if (asides.Before.Count > 0)
        {
            text.Code($"rjmp {unit}");
            asides.PrintBefore(text);
        }
        text.Code($"{unit}:").Runs(program.Units);
        for (int k = 0; k < program.Instructions.Count; k++)
        {
            Instruction i = program.Instructions[k];
            if (IsDirect(k)) continue;
            at = k;
            int to = Target(k);
            // a result waits in r25:24 until that is overwritten
            if (to == Made && held >= 0 && lastUse[held] > k && !pairs.ContainsKey(held))
            {
                int free = Array.Find(Pool, pair => !pairs.ContainsValue(pair) && !constants.ContainsValue(pair));
                if (free == 0) return null;
                pairs[held] = free;
                text.Code($"movw r{free},r24");
            }
            Result(i, to);
            made = to;
            if (to == Made) held = k;
            // operands end here, so the result may take their place
            foreach (int dead in pairs.Keys.Where(value => lastUse[value] <= k).ToArray()) pairs.Remove(dead);
            if (lastUse[k] == k + 1 || (k == program.Instructions.Count - 1 && program.Stores.Count == 1)) continue;       // read where it is
            if (to == Upper) pairs[k] = Upper;
        }
        Stores();
        text.Code($"dec r22; breq {done}; rjmp {unit}").Runs(1);
        asides.PrintAfter(text);
        text.Code($"{done}:; clr r1");
        return text;
    }

    /// <summary>The stores: the last at Y itself moves it on.</summary>
    void Stores()
    {
        Store[] stores = [.. program.Stores.OrderBy(store => model.Offset(store.To) == 0 ? 1 : 0)];
        foreach (Store store in stores)
        {
            int offset = model.Offset(store.To), pair = pairs.TryGetValue(store.Value.Instruction, out int kept) ? kept : store.Value.Instruction == held ? Made : made;
            if (offset == 0) text.Code($"st Y+,r{pair}; st Y+,r{pair + 1}");
            else if (IsNear(offset)) text.Code($"std Y+{offset},r{pair}; std Y+{offset + 1},r{pair + 1}");
            else text.Code($"movw r26,r28; subi r26,lo8({-offset}); sbci r27,hi8({-offset}); st X+,r{pair}; st X,r{pair + 1}");
        }
        if (model.Offset(stores[^1].To) != 0) text.Code("adiw r28,2");
    }

    /// <summary>Constants that products read, in registers outside the loop.</summary>
    void Hold()
    {
        foreach (Instruction i in program.Instructions.Where(i => i.Op == PointwiseOp.Multiply))
            foreach (Operand operand in i.Operands())
                if (operand.IsConstant && operand.Constant is > 0 and <= Integers.Unsigned)
                {
                    int word = operand.Constant << Raised(i, operand);
                    if (constants.ContainsKey(word) || constants.Count == Pool.Length) continue;
                    int pair = constants[word] = Pool[^(constants.Count + 1)];
                    text.Code($"ldi r16,{word & 255}; ldi r17,{word >> 8}; movw r{pair},r16");
                }
    }

    /// <summary>Where a result is made: in r21:20 where that is free until a product reads it there, so that nothing moves.</summary>
    int Target(int k)
    {
        if (pairs.ContainsValue(Upper)) return Made;
        int end = k;
        while (!Sure(end) && lastUse[end] == end + 1 && end + 1 < program.Instructions.Count && Goes(program.Instructions[end + 1], end)) end++;
        if (Sure(end)) return Made;
        return program.Instructions.Skip(end + 1).Any(i => i.Op == PointwiseOp.Multiply && i.Operands().Any(operand => !operand.IsConstant && operand.Instruction == end)) ? Upper : Made;

        bool Sure(int n) => program.Instructions[n].Op is PointwiseOp.Sigmoid or PointwiseOp.Tanh or PointwiseOp.Multiply;
        static bool Goes(Instruction next, int from) => next.Op == PointwiseOp.Ramp || (next.Op is PointwiseOp.Add or PointwiseOp.Subtract && next.A.Instruction == from && next.B.IsConstant);
    }

    /// <summary>A word of memory that the next instruction alone reads: it is read there.</summary>
    bool IsDirect(int k) => program.Instructions[k].Op is PointwiseOp.Load or PointwiseOp.Parameter && lastUse[k] == k + 1;

    /// <summary>Whether an operand is the result of the instruction before, where it was made.</summary>
    bool IsLast(Operand operand) => !operand.IsConstant && operand.Instruction == at - 1 && !pairs.ContainsKey(operand.Instruction) && !IsDirect(operand.Instruction);
}
