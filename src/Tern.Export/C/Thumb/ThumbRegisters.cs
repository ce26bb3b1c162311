using System.Numerics;
using Tern.Export.C.Assembly;

namespace Tern.Export.C.Thumb;

/// <summary>
/// Operations on registers that both cores have, in the shortest form of each: Cortex-M0+ computes in r0 to r7 alone, and takes
/// constants of 8 bits; Cortex-M4 computes in all and takes more. What the narrow core needs zero for is in r5 there.
/// </summary>
/// <param name="text">Where to.</param>
/// <param name="held">Registers that hold a constant, by constant.</param>
sealed class ThumbRegisters(ThumbText text, IReadOnlyDictionary<int, int> held)
{
    public const int Zero = 5;

    readonly bool wide = text.IsWide;

    /// <summary>Cycles that each constant would save if a register held it.</summary>
    public Dictionary<int, int> Wanted { get; } = [];

    public AssemblyText Code(string instructions) => text.Code(instructions);

    static bool Low(params ReadOnlySpan<int> registers)
    {
        foreach (int register in registers)
            if (register > 7) return false;
        return true;
    }

    /// <summary>An instruction that sets flags, narrow where its registers allow.</summary>
    string Set(string name, params ReadOnlySpan<int> registers) => Low(registers) ? name : name + ".w";

    public void Move(int to, int from)
    {
        if (to != from) Code($"mov r{to},r{from}");
    }

    /// <summary>A constant in a register.</summary>
    public void Constant(int to, int value)
    {
        if (held.TryGetValue(value, out int register)) Move(to, register);
        else
        {
            string load = Loaded(to, value);
            if (wide || load.Contains(';', StringComparison.Ordinal) || load.StartsWith("ldr", StringComparison.Ordinal)) Wanted[value] = Wanted.GetValueOrDefault(value) + 1;
            Code(load);
        }
    }

    /// <summary>The same as text: of code that runs rarely.</summary>
    public string ConstantText(int to, int value) => held.TryGetValue(value, out int register) ? $"mov r{to},r{register}" : Loaded(to, value);

    string Loaded(int to, int value)
    {
        if (wide)
        {
            if (value is >= 0 and <= 255 && to < 8) return $"movs r{to},#{value}";
            if (value is >= 0 and <= 65535) return $"movw r{to},#{value}";
            return IsImmediate(~value) ? $"mvn.w r{to},#{~value}" : $"ldr.w r{to},={value}";
        }
        if (value is >= 0 and <= 255) return $"movs r{to},#{value}";
        if (value is < 0 and >= -255) return $"movs r{to},#{-value}; rsbs r{to},r{to},#0";
        int shift = BitOperations.TrailingZeroCount(value);
        if (value > 0 && value >> shift <= 255) return $"movs r{to},#{value >> shift}; lsls r{to},r{to},#{shift}";
        return $"ldr r{to},={value}";
    }

    /// <summary>Whether Thumb-2 has a constant in an instruction: 8 bits at any place, without the patterns of repeated bytes.</summary>
    static bool IsImmediate(int value) => value == 0 || (value > 0 && value >> BitOperations.TrailingZeroCount(value) <= 255);

    /// <summary>The register that holds a constant, where all registers can be read; else -1.</summary>
    public int Holds(int value) => wide && held.TryGetValue(value, out int register) ? register : -1;

    /// <summary>d = a + c; a free register where one is needed.</summary>
    public void Add(int d, int a, int c, Func<int> free)
    {
        string name = c < 0 ? "subs" : "adds";
        int size = Math.Abs(c);
        if (c == 0) Move(d, a);
        else if (size <= 7 && Low(d, a)) Code($"{name} r{d},r{a},#{size}");
        else if (wide ? size <= 255 && d == a && d < 8 : size <= 255)
        {
            Move(d, a);
            Code($"{name} r{d},#{size}");
        }
        else if (wide && size <= 4095) Code($"{(c < 0 ? "subw" : "addw")} r{d},r{a},#{size}");
        else if (held.TryGetValue(c, out int register))
        {
            if (wide) Code($"add.w r{d},r{a},r{register}");
            else
            {
                Move(d, a);
                Code($"add r{d},r{register}");
            }
        }
        else
        {
            int t = d == a ? free() : d;
            Constant(t, c);
            Sum(d, a, t, subtract: false);
        }
    }

    public void Sum(int d, int a, int b, bool subtract) => Code($"{Set(subtract ? "subs" : "adds", d, a, b)} r{d},r{a},r{b}");

    public void Left(int d, int a, int by) => Code($"{Set("lsls", d, a)} r{d},r{a},#{by}");

    public void Right(int d, int a, int by, bool signed) => Code($"{Set(signed ? "asrs" : "lsrs", d, a)} r{d},r{a},#{by}");

    /// <summary>d = a / 2^by, rounded: the last bit that leaves is the carry.</summary>
    public void Round(int d, int a, int by, bool signed)
    {
        if (by == 0)
        {
            Move(d, a);
            return;
        }
        Right(d, a, by, signed);
        Code(wide ? $"adc.w r{d},r{d},#0" : $"adcs r{d},r{Zero}");
    }

    public void Multiply(int d, int a, int b)
    {
        if (Low(d, a, b) && (d == a || d == b)) Code($"muls r{d},r{(d == a ? b : a)},r{d}");
        else if (wide) Code($"mul r{d},r{a},r{b}");
        else
        {
            Move(d, a);
            Code($"muls r{d},r{b},r{d}");
        }
    }

    /// <summary>Compares with a constant; a free register where one is needed.</summary>
    public void Compare(int a, int c, Func<int> free)
    {
        if (c is >= 0 and <= 255 && a < 8) Code($"cmp r{a},#{c}");
        else if (wide && IsImmediate(c)) Code($"cmp.w r{a},#{c}");
        else if (wide && IsImmediate(-c)) Code($"cmn.w r{a},#{-c}");
        else if (held.TryGetValue(c, out int register)) Code($"cmp r{a},r{register}");
        else
        {
            int t = free();
            Constant(t, c);
            Code($"cmp r{a},r{t}");
        }
    }

    /// <summary>A word at a pointer.</summary>
    public void Load(int d, int pointer, int offset)
    {
        if (wide) Code($"ldrsh.w r{d},[r{pointer},#{offset}]");
        else if (offset == 0) Code($"ldrsh r{d},[r{pointer},r{Zero}]");
        else
        {
            Constant(d, offset);
            Code($"ldrsh r{d},[r{pointer},r{d}]");
        }
    }

    public void Store(int a, int pointer, int offset, Func<int> free)
    {
        if (offset <= 62 && Low(a, pointer)) Code($"strh r{a},[r{pointer},#{offset}]");
        else if (wide) Code($"strh.w r{a},[r{pointer},#{offset}]");
        else
        {
            int t = free();
            Constant(t, offset);
            Code($"strh r{a},[r{pointer},r{t}]");
        }
    }

    /// <summary>d = a + offset.</summary>
    public void Address(int d, int a, int offset)
    {
        if (wide && offset > 255)
        {
            Code(offset <= 4095 ? $"addw r{d},r{a},#{offset}" : $"add.w r{d},r{a},#{offset & ~4095}; addw r{d},r{d},#{offset & 4095}");
            return;
        }
        Move(d, a);
        // no constant from behind straight-line code, which may lie too far
        for (; offset > 0; offset -= Math.Min(offset, 255)) Code($"adds r{d},#{Math.Min(offset, 255)}");
    }
}
