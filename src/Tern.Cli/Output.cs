using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace Tern.Cli;

/// <summary>
/// What a verb says. Results go to standard output, remarks and progress to standard error. With --json standard
/// output is one JSON document and all else goes to standard error.
/// </summary>
sealed class Output
{
    public static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    static readonly JsonSerializerOptions LineFormat = new(Format) { WriteIndented = false };

    public Output(Terminal terminal, bool json)
    {
        Terminal = terminal;
        Json = json;
        bool watched = json ? terminal.ErrorIsWatched : terminal.OutputIsWatched;
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(json ? terminal.Error : terminal.Output),
            Ansi = watched ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = watched && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        // A pipe has no width: nothing is folded there.
        if (!watched) Console.Profile.Width = 200;
    }

    public Terminal Terminal { get; }

    public bool Json { get; }

    /// <summary>Tables and coloured text for a person: standard output, or standard error with --json.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>A line of the result for a person.</summary>
    public void Line(string text = "") => (Json ? Terminal.Error : Terminal.Output).WriteLine(text);

    /// <summary>A remark, on standard error.</summary>
    public void Note(string text) => Terminal.Error.WriteLine(text);

    /// <summary>The JSON document of a run with --json.</summary>
    public void Document(object value) => Terminal.Output.WriteLine(JsonSerializer.Serialize(value, Format));

    /// <summary>One line of JSON on standard output.</summary>
    public void JsonLine(object value) => Terminal.Output.WriteLine(JsonSerializer.Serialize(value, LineFormat));

    /// <summary>A table with a heading a column; columns whose heading begins with '>' are set right.</summary>
    public void Table(IEnumerable<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (string heading in headings)
        {
            bool right = heading.StartsWith('>');
            var column = new TableColumn(new Text(heading.TrimStart('>'), new Style(decoration: Decoration.Bold))) { NoWrap = true, Alignment = right ? Justify.Right : Justify.Left };
            table.AddColumn(column);
        }
        foreach (IReadOnlyList<string> row in rows) table.AddRow(row.Select(cell => new Text(cell)));
        Console.Write(table);
    }
}
