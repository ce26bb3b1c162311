using System.Text;

namespace Tern.Export.C.Avr;

/// <summary>AVR assembly, line by line.</summary>
sealed class AvrText
{
    readonly StringBuilder text = new();
    int labels;

    /// <summary>Instructions, separated by semicolons or line ends.</summary>
    public AvrText Code(string instructions)
    {
        foreach (string instruction in instructions.Split([';', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            text.Append(instruction.EndsWith(':') ? instruction : "\t" + instruction).Append('\n');
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
    public AvrText Bytes(string name, IEnumerable<int> values)
    {
        Line().Line(".section .progmem.data,\"a\",@progbits").Line($".global {name}").Line($"{name}:");
        foreach (int[] row in values.Chunk(24)) Line("\t.byte " + string.Join(',', row.Select(value => value & 255)));
        return Line(".text");
    }

    public AvrText Push(IEnumerable<int> registers) => Code(string.Join(';', registers.Select(r => $"push r{r}")));

    public AvrText Pop(IEnumerable<int> registers) => Code(string.Join(';', registers.Reverse().Select(r => $"pop r{r}")));

    public override string ToString() => text.ToString();
}
