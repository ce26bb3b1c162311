using Tern.Export.C.Assembly;
using Tern.FixedPoint;

namespace Tern.Export.C.Thumb;

/// <summary>
/// A pointwise step in Thumb assembly: a value in a register of 32 bits, straight line for each unit. r7 walks along the state,
/// r6 along the layer's tables, r12 is where r7 ends. Values live in the registers that the core computes in, and move to others or the
/// stack where those do not suffice; constants that save the most take what is left.
/// </summary>
sealed partial class ThumbPointwise
{
    const int State = 7, Tables = 6, End = 12, OnStack = 100, Reach = 240, MostConstants = 5;

    readonly CModel model;
    readonly PointwiseOperation operation;
    readonly PointwiseProgram program;
    readonly bool wide;
    readonly int[] lastUse;
    readonly int origin;       // of the words that r7 reaches, in the state

    readonly int[] low;       // registers that are computed in
    readonly Dictionary<int, int> place = [];       // of values, by instruction
    readonly HashSet<int> pinned = [];       // registers of the present instruction

    Asides asides;
    ThumbText text;
    ThumbRegisters registers;
    int[] high = [];       // registers that values move to
    IReadOnlyDictionary<int, int> held = new Dictionary<int, int>();       // registers of constants, by constant
    int slots;       // words of the stack
    int at;       // the instruction that is printed

    ThumbPointwise(CModel model, PointwiseOperation operation)
    {
        (this.model, this.operation, program, wide) = (model, operation, operation.Program, model.Options.Target == CTarget.CortexM4);
        low = wide ? [0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 14] : [0, 1, 2, 3, 4];
        lastUse = new int[program.Instructions.Count];
        for (int k = 0; k < lastUse.Length; k++)
            foreach (Operand operand in program.Instructions[k].Operands())
                if (!operand.IsConstant) lastUse[operand.Instruction] = k;
        foreach (Store store in program.Stores)
            if (!store.Value.IsConstant) lastUse[store.Value.Instruction] = int.MaxValue;
        origin = program.Instructions.Where(i => i.Vector is not null).Select(Offset).Concat(program.Stores.Select(store => model.Offset(store.To))).Min();
        (text, registers) = (new(wide), null!);
        asides = null!;
    }

    int Offset(Instruction load) => model.Offset(load.Vector!) + 2 * load.VectorOffset;

    /// <summary>The tables of a layer, a word of 32 bits for two parameters, unit by unit, in the order in which the instructions read them.</summary>
    public static string Table(CModel model, PointwiseOperation operation) => $"{model.Name}_{operation.Layer}_vectors";

    /// <summary>The words of the tables: the first of two in the lower half, a single one in all.</summary>
    public static IEnumerable<int> Words(PointwiseOperation operation)
    {
        FixedParameter[] parameters = [.. CPointwise.Parameters(operation)];
        for (int unit = 0; unit < operation.Program.Units; unit++)
            for (int k = 0; k < parameters.Length; k += 2)
                yield return k + 1 < parameters.Length ? (ushort)parameters[k].Values[unit] | (parameters[k + 1].Values[unit] << 16) : parameters[k].Values[unit];
    }

    /// <summary>Prints the loop over the units, with the state in r0; words of the stack from sp + 4 on keep what registers do not.</summary>
    /// <returns>How many words of the stack.</returns>
    public static int Print(CModel model, PointwiseOperation operation, ThumbText text)
    {
        // the constants that the code asks for, then as many of them in registers as makes it fastest
        ThumbPointwise step = new(model, operation);
        (ThumbText best, int words) = step.Attempt([]);
        int[] wanted = [.. step.registers.Wanted.OrderByDescending(c => c.Value).ThenBy(c => c.Key).Select(c => c.Key)];
        for (int count = 1; count <= Math.Min(wanted.Length, MostConstants); count++)
        {
            (ThumbText other, int more) = step.Attempt(wanted[..count]);
            if (other.Cycles < best.Cycles) (best, words) = (other, more);
        }
        text.Append(best);
        return words;
    }

    (ThumbText Text, int Words) Attempt(int[] constants)
    {
        // from the far end, so that values find the near ones
        int[] homes = [.. (wide ? low : [8, 9, 10, 11, 14]).Reverse().Take(constants.Length)];
        int[] spare = wide ? [] : [.. new[] { 8, 9, 10, 11, 14 }.Except(homes)];
        Dictionary<int, int> held = constants.Select((value, k) => (value, homes[k])).ToDictionary();
        int words = 0;
        asides = new($".L{operation.Layer}_", Reach, "b");
        asides.Settle(() =>
        {
            words = Loop(held, spare);
            return true;
        });
        return (text, words);
    }

    int Loop(Dictionary<int, int> constants, int[] spare)
    {
        held = constants;
        text = new(wide);
        ThumbRegisters setup = new(text, new Dictionary<int, int>());
        registers = new(text, held);
        high = spare;
        place.Clear();
        slots = 0;
        (string unit, string exit, string done) = (asides.Label(), asides.Label(), asides.Label());
        text.Line($"@ the step of {operation.Layer}");
        setup.Address(State, 0, origin);
        if (CPointwise.Parameters(operation).Any()) text.Code(wide ? $"ldr.w r{Tables},={Table(model, operation)}" : $"ldr r{Tables},={Table(model, operation)}");
        foreach (var (value, register) in held)
        {
            if (value == SigmoidTableAt) text.Code($"ldr{(wide ? ".w" : "")} r0,={model.Name}_sigmoids");
            else setup.Constant(0, value);
            setup.Move(register, 0);
        }
        setup.Constant(0, 2 * program.Units);
        text.Code($"adds r0,r0,r{State}; mov r{End},r0");
        if (!wide) text.Code($"movs r{ThumbRegisters.Zero},#0");
        if (asides.Before.Count > 0)
        {
            text.Code($"b {unit}");
            asides.PrintBefore(text);
        }
        text.Code($"{unit}:").Runs(program.Units);
        int start = text.Bytes;
        for (at = 0; at < program.Instructions.Count; at++)
        {
            pinned.Clear();
            if (!place.ContainsKey(at)) Result(program.Instructions[at]);
            foreach (int dead in place.Keys.Where(value => value <= at && lastUse[value] <= at).ToArray()) place.Remove(dead);
        }
        foreach (Store store in program.Stores)
        {
            pinned.Clear();
            registers.Store(Use(store.Value), State, model.Offset(store.To) - origin, Free);
        }
        text.Code($"adds r{State},#2; cmp r{State},r{End}");
        text.Code(wide || text.Bytes - start < Reach ? $"+bne{(wide ? ".w" : "")} {unit}" : $"beq {exit}; b {unit}; {exit}:").Runs(1);
        text.Code($"b {done}");
        asides.PrintAfter(text);
        text.Literals();
        text.Code($"{done}:");
        return slots;
    }

    /// <summary>A register to compute in, free until the instruction ends; a value that is read last moves away where none is.</summary>
    int Free()
    {
        foreach (int register in low)
            if (!place.ContainsValue(register) && !pinned.Contains(register) && !held.Values.Contains(register))
            {
                pinned.Add(register);
                return register;
            }
        int victim = place.Where(p => low.Contains(p.Value) && !pinned.Contains(p.Value)).MaxBy(p => Next(p.Key)).Key, from = place[victim];
        int to = Array.Find(high, register => !place.ContainsValue(register));
        if (to != 0) text.Code($"mov r{to},r{from}");
        else
        {
            to = OnStack;
            while (place.ContainsValue(to)) to++;
            slots = Math.Max(slots, to - OnStack + 1);
            text.Code($"str{(from > 7 ? ".w" : "")} r{from},[sp,#{4 * (to - OnStack + 1)}]");
        }
        place[victim] = to;
        pinned.Add(from);
        return from;
    }

    /// <summary>The next instruction that reads a value.</summary>
    int Next(int value)
    {
        for (int k = at; k < program.Instructions.Count; k++)
            foreach (Operand operand in program.Instructions[k].Operands())
                if (!operand.IsConstant && operand.Instruction == value) return k;
        return int.MaxValue;
    }

    /// <summary>An operand in a register to compute in.</summary>
    int Use(Operand operand)
    {
        int register;
        if (operand.IsConstant)
        {
            if (registers.Holds(operand.Constant) is >= 0 and var home) return home;
            registers.Constant(register = Free(), operand.Constant);
            return register;
        }
        register = place[operand.Instruction];
        if (low.Contains(register))
        {
            pinned.Add(register);
            return register;
        }
        int to = Free();
        text.Code(register >= OnStack ? $"ldr{(to > 7 ? ".w" : "")} r{to},[sp,#{4 * (register - OnStack + 1)}]" : $"mov r{to},r{register}");
        place[operand.Instruction] = to;
        return to;
    }

    /// <summary>Whether an operand's register may take the result.</summary>
    bool Ends(Operand operand) => operand.IsConstant ? registers.Holds(operand.Constant) < 0 : lastUse[operand.Instruction] <= at;
}
