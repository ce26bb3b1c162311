using System.Text;

namespace Tern.Export.C.Avr;

/// <summary>
/// AVR assembly, line by line, with its bytes and cycles counted as it is written. An instruction with ? before it runs
/// rarely: it counts as bytes alone; a branch with + before it is mostly taken.
/// </summary>
sealed class AvrText
{
    static readonly HashSet<string> Two = ["adiw", "sbiw", "mul", "muls", "mulsu", "ld", "ldd", "st", "std", "push", "pop", "rjmp", "ijmp", "lds", "sts"];

    readonly StringBuilder text = new();
    int labels;
    long runs = 1;

    /// <summary>Bytes of code and tables so far.</summary>
    public int Bytes { get; private set; }

    /// <summary>Cycles so far, every instruction as often as <see cref="Runs"/> said.</summary>
    public long Cycles { get; private set; }

    /// <summary>How often the instructions that follow run in a step.</summary>
    public AvrText Runs(long count)
    {
        runs = count;
        return this;
    }

    /// <summary>Cycles of a function that is called here, counted elsewhere.</summary>
    public AvrText Calls(long cycles)
    {
        Cycles += runs * cycles;
        return this;
    }

    /// <summary>Instructions, separated by semicolons or line ends.</summary>
    public AvrText Code(string instructions)
    {
        foreach (string part in instructions.Split([';', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            bool rare = part[0] == '?', taken = part[0] == '+';
            string instruction = rare || taken ? part[1..].TrimStart() : part;
            bool label = instruction.EndsWith(':');
            text.Append(label ? instruction : "\t" + instruction).Append('\n');
            if (label) continue;
            string name = instruction.Split(['\t', ' '], 2)[0];
            Bytes += name is "lds" or "sts" or "call" or "jmp" ? 4 : 2;
            if (!rare) Cycles += runs * (name switch { "lpm" or "rcall" => 3, "ret" => 4, _ when Two.Contains(name) || taken => 2, _ => 1 });
        }
        return this;
    }

    /// <summary>Another text, with its bytes and cycles.</summary>
    public AvrText Append(AvrText other)
    {
        text.Append(other.text);
        Bytes += other.Bytes;
        Cycles += other.Cycles;
        return this;
    }

    public AvrText Line(string line = "")
    {
        text.Append(line).Append('\n');
        return this;
    }

    /// <summary>A label that no other place has.</summary>
    public string Label() => $".L{++labels}";

    /// <summary>A function that C calls.</summary>
    public AvrText Function(string name, string comment) => Line().Line($"; {comment}").Line($".global {name}").Line($".type {name}, @function").Line($"{name}:");

    /// <summary>A table in the program memory.</summary>
    public AvrText Table(string name, IEnumerable<int> values)
    {
        Line().Line(".section .progmem.data,\"a\",@progbits").Line($".global {name}").Line($"{name}:");
        foreach (int[] row in values.Chunk(24))
        {
            Line("\t.byte " + string.Join(',', row.Select(value => value & 255)));
            Bytes += row.Length;
        }
        return Line(".text");
    }

    public AvrText Push(IEnumerable<int> registers) => Code(string.Join(';', registers.Select(r => $"push r{r}")));

    public AvrText Pop(IEnumerable<int> registers) => Code(string.Join(';', registers.Reverse().Select(r => $"pop r{r}")));

    public override string ToString() => text.ToString();
}
