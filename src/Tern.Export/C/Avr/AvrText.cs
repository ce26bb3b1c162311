using Tern.Export.C.Assembly;

namespace Tern.Export.C.Avr;

/// <summary>AVR assembly; cycles of the AVRe+ cores with a flash of up to 64 KB.</summary>
/// <param name="far">Whether what is called may lie beyond the 4 KB of a relative call.</param>
sealed class AvrText(bool far = false) : AssemblyText
{
    static readonly HashSet<string> Two = ["adiw", "sbiw", "mul", "muls", "mulsu", "ld", "ldd", "st", "std", "push", "pop", "rjmp", "ijmp", "lds", "sts"];

    int tables;

    public bool IsFar => far;

    /// <summary>Bytes of instructions so far.</summary>
    public int CodeBytes => Bytes - tables;

    protected override string Form(string instruction) => far && instruction.StartsWith("rcall ", StringComparison.Ordinal) ? instruction[1..] : instruction;

    protected override (int Bytes, int Cycles) Cost(string instruction, bool taken)
    {
        int end = instruction.AsSpan().IndexOfAny(' ', '\t');
        string name = end < 0 ? instruction : instruction[..end];
        return (name is "lds" or "sts" or "call" or "jmp" ? 4 : 2, name switch { "lpm" or "rcall" => 3, "ret" or "call" => 4, _ => taken || Two.Contains(name) ? 2 : 1 });
    }

    /// <summary>A function that C calls.</summary>
    public AvrText Function(string name, string comment)
    {
        Line().Line($"; {comment}").Line($".global {name}").Line($".type {name}, @function").Line($"{name}:");
        return this;
    }

    /// <summary>A table in the program memory.</summary>
    public void Table(string name, IEnumerable<int> values)
    {
        Line().Line(".section .progmem.data,\"a\",@progbits").Line($".global {name}").Line($"{name}:");
        foreach (int[] row in values.Chunk(24))
        {
            Line("\t.byte " + string.Join(',', row.Select(value => value & 255)));
            Bytes += row.Length;
            tables += row.Length;
        }
        Line(".text");
    }

    public void Push(IEnumerable<int> registers) => Code(string.Join(';', registers.Select(r => $"push r{r}")));

    public AvrText Pop(IEnumerable<int> registers)
    {
        Code(string.Join(';', registers.Reverse().Select(r => $"pop r{r}")));
        return this;
    }
}
