using System.Text;

namespace Tern.Export.C.Assembly;

/// <summary>
/// Assembly, line by line, with its bytes and cycles counted as it is written. An instruction with ? before it runs rarely:
/// it counts as bytes alone; a branch with + before it is mostly taken.
/// </summary>
/// <param name="labels">Prefix of labels.</param>
abstract class AssemblyText(string labels = ".L")
{
    readonly StringBuilder text = new();
    long runs = 1;
    int count;

    /// <summary>Bytes of code and tables so far.</summary>
    public int Bytes { get; protected set; }

    /// <summary>Cycles so far, every instruction as often as <see cref="Runs"/> said.</summary>
    public long Cycles { get; private set; }

    /// <summary>How often the instructions that follow run in a step.</summary>
    public AssemblyText Runs(long count)
    {
        runs = count;
        return this;
    }

    /// <summary>Cycles of a function that is called here, counted elsewhere.</summary>
    public AssemblyText Calls(long cycles)
    {
        Cycles += runs * cycles;
        return this;
    }

    /// <summary>A label that no other place has.</summary>
    public string Label() => $"{labels}{++count}";

    /// <summary>Instructions, separated by semicolons or line ends.</summary>
    public AssemblyText Code(string instructions)
    {
        foreach (string part in instructions.Split([';', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            bool rare = part[0] == '?', taken = part[0] == '+';
            string instruction = Form(rare || taken ? part[1..].TrimStart() : part);
            if (instruction.EndsWith(':'))
            {
                text.Append(instruction).Append('\n');
                Join();
                continue;
            }
            text.Append('\t').Append(instruction).Append('\n');
            (int bytes, int cycles) = Cost(instruction, taken);
            Bytes += bytes;
            if (!rare) Cycles += runs * cycles;
        }
        return this;
    }

    /// <summary>The form of an instruction in this text.</summary>
    protected virtual string Form(string instruction) => instruction;

    /// <summary>Bytes and cycles of an instruction.</summary>
    protected abstract (int Bytes, int Cycles) Cost(string instruction, bool taken);

    /// <summary>Hears that a label stands here: what was before need not be what ran before.</summary>
    protected virtual void Join() { }

    public AssemblyText Line(string line = "")
    {
        text.Append(line).Append('\n');
        return this;
    }

    /// <summary>Another text, with its bytes and cycles.</summary>
    public virtual void Append(AssemblyText other)
    {
        text.Append(other.text);
        Bytes += other.Bytes;
        Cycles += other.Cycles;
    }

    public override string ToString() => text.ToString();
}
