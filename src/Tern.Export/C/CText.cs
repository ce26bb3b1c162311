using System.Globalization;
using System.Text;

namespace Tern.Export.C;

/// <summary>C text, line by line.</summary>
sealed class CText
{
    const int NumbersWidth = 110;

    readonly StringBuilder text = new();
    int depth;

    public CText Line(string line = "")
    {
        if (line.StartsWith('}') && depth > 0) depth--;
        text.Append(line.Length == 0 || line[0] == '#' ? "" : new string(' ', 4 * depth)).Append(line).Append('\n');
        if (line.EndsWith('{') && !line.StartsWith("extern", StringComparison.Ordinal)) depth++;
        return this;
    }

    public CText Lines(string block)
    {
        foreach (string line in block.ReplaceLineEndings("\n").Split('\n')) Line(line.Trim());
        return this;
    }

    /// <summary>A constant array in the program memory.</summary>
    public CText Array(string type, string name, string rom, IEnumerable<int> values) => Array(type, name, rom, values.Select(value => value.ToString(CultureInfo.InvariantCulture)));

    /// <summary>As above, of constants as C has them.</summary>
    public CText Array(string type, string name, string rom, IEnumerable<string> values)
    {
        Line($"static const {type} {name}[] {(rom.Length == 0 ? "" : rom + " ")}= {{");
        StringBuilder row = new();
        foreach (string value in values)
        {
            string number = value + ",";
            if (row.Length + number.Length > NumbersWidth) { Line(row.ToString()); row.Clear(); }
            row.Append(row.Length == 0 ? "" : " ").Append(number);
        }
        if (row.Length > 0) Line(row.ToString().TrimEnd(','));
        return Line("};");
    }

    public override string ToString() => text.ToString();
}
