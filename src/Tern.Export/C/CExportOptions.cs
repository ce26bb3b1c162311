namespace Tern.Export.C;

/// <summary>What C code of a model is called and made for.</summary>
public sealed record CExportOptions
{
    /// <summary>Prefix of every name and of the files; a C identifier.</summary>
    public string Name { get; init; } = "model";

    /// <summary>The processor.</summary>
    public CTarget Target { get; init; }

    /// <summary>
    /// Bytes of flash for the whole model: products are done in straight-line code as far as it fits, else in loops. Null: no budget;
    /// straight-line code on Cortex-M0+ alone, where it takes no more than 16 KB.
    /// </summary>
    public int? FlashBytes { get; init; }

    /// <summary>Bytes of RAM for state and stack; null for no budget.</summary>
    public int? RamBytes { get; init; }

    /// <summary>Steps of the self-test.</summary>
    public int TestSteps { get; init; } = 12;

    /// <summary>Where scales come from, for the comments: "12 sequences of data.csv".</summary>
    public string Calibration { get; init; } = "seeded sequences";

    /// <summary>Names that C or the generated code gives another meaning.</summary>
    static readonly string[] Taken =
    [
        "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern", "float", "for", "goto", "if", "inline", "int", "long", "register",
        "restrict", "return", "short", "signed", "sizeof", "static", "struct", "switch", "typedef", "union", "unsigned", "void", "volatile", "while", "main", "selftest",
    ];

    /// <summary>Checks the name, the budgets and the number of steps.</summary>
    /// <exception cref="TernException">The name is none for C code, a budget is below 1, or there is no step.</exception>
    public void Check()
    {
        const int longest = 40;
        bool word = Name.Length is > 0 and <= longest && char.IsAsciiLetterLower(Name[0]) && Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');
        if (!word || Taken.Contains(Name))
            throw new TernException($"--name {Name} is no name for C code; expected lower-case letters, digits and _, a letter first, at most {longest}, no keyword: for example keyword_net.");
        if (FlashBytes < 1) throw new TernException($"A flash budget of {FlashBytes} bytes; expected 1 or more, or none.");
        if (RamBytes < 1) throw new TernException($"A RAM budget of {RamBytes} bytes; expected 1 or more, or none.");
        if (TestSteps < 1) throw new TernException($"A self-test of {TestSteps} steps; expected 1 or more.");
    }
}
