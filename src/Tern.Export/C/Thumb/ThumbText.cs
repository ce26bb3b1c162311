using System.Globalization;
using Tern.Export.C.Assembly;

namespace Tern.Export.C.Thumb;

/// <summary>
/// Thumb assembly, in the unified syntax; 32-bit instructions are written with .w or have no other form. Cycles are those of the
/// technical reference manuals without wait states, as the simulator of `tern bench mcu` models them.
/// </summary>
/// <param name="wide">Whether it is for a core with all of Thumb-2 (Cortex-M4), not Cortex-M0+.</param>
/// <param name="labels">Prefix of labels.</param>
sealed class ThumbText(bool wide, string labels = ".L") : AssemblyText(labels)
{
    static readonly HashSet<string> Long = ["movw", "bl", "ssat", "usat", "smlad", "sxtb16", "mla", "mls", "mul", "addw", "subw"];

    readonly HashSet<string> literals = [];
    bool afterLoad;

    /// <summary>Whether all of Thumb-2 is there.</summary>
    public bool IsWide => wide;

    protected override (int Bytes, int Cycles) Cost(string instruction, bool taken)
    {
        int end = instruction.IndexOf(' ', StringComparison.Ordinal);
        string name = end < 0 ? instruction : instruction[..end], operands = end < 0 ? "" : instruction[(end + 1)..];
        int bytes = name.EndsWith(".w", StringComparison.Ordinal) || Long.Contains(name) ? 4 : 2;
        if (name.StartsWith("ldr", StringComparison.Ordinal) && operands.IndexOf('=', StringComparison.Ordinal) is > 0 and var at && literals.Add(operands[at..])) bytes += 4;
        (bool wasLoad, afterLoad) = (afterLoad, false);
        int cycles = name[0] switch
        {
            'l' when name.StartsWith("ldr", StringComparison.Ordinal) => Memory(2),
            's' when name.StartsWith("str", StringComparison.Ordinal) => Memory(wide ? 1 : 2),
            'p' or 'l' when operands.Contains('{', StringComparison.Ordinal) => 1 + Registers(operands) + (operands.Contains("pc", StringComparison.Ordinal) && bytes == 2 ? 2 : 0),
            'b' when name == "bl" => 3,
            'b' when name is "b" or "bx" || taken => wide ? 3 : 2,
            _ => 1,
        };
        return (bytes, cycles);

        // in a row the Cortex-M4 does one a cycle
        int Memory(int alone)
        {
            afterLoad = true;
            return wide && wasLoad ? 1 : alone;
        }
    }

    public override void Append(AssemblyText other)
    {
        base.Append(other);
        literals.UnionWith(((ThumbText)other).literals);
    }

    protected override void Join() => afterLoad = false;

    /// <summary>Registers in a list such as {r4-r7,lr}.</summary>
    static int Registers(string operands)
    {
        string list = operands[(operands.IndexOf('{', StringComparison.Ordinal) + 1)..operands.IndexOf('}', StringComparison.Ordinal)];
        return list.Split(',').Sum(part => part.Split('-') is [var first, var last] ? Number(last) - Number(first) + 1 : 1);

        static int Number(string register) => int.Parse(register.AsSpan(1), CultureInfo.InvariantCulture);
    }

    /// <summary>Lays the constants that were loaded since the last time.</summary>
    public void Literals()
    {
        if (literals.Count == 0) return;
        Bytes += Bytes % 4;
        Line("\t.align 2").Line("\t.ltorg");
        literals.Clear();
    }

    /// <summary>A table in the flash.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">.byte, .hword or .word.</param>
    /// <param name="size">Bytes of a number.</param>
    /// <param name="values">The numbers.</param>
    public void Table(string name, string type, int size, IEnumerable<int> values)
    {
        Line().Line(".section .rodata,\"a\",%progbits").Line(".align 2").Line($"{name}:");
        int bytes = 0;
        foreach (int[] row in values.Chunk(24))
        {
            Line($"\t{type} " + string.Join(',', row));
            bytes += size * row.Length;
        }
        Bytes += (bytes + 3) / 4 * 4;
        Line(".text");
    }
}
