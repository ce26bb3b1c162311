namespace Tern.Export.C;

/// <summary>What C code of a model is called and made for.</summary>
public sealed record CExportOptions
{
    /// <summary>Prefix of every name and of the files; a C identifier.</summary>
    public string Name { get; init; } = "model";

    /// <summary>The processor.</summary>
    public CTarget Target { get; init; }

    /// <summary>Bytes of flash that straight-line code may take, on targets that have it (Cortex-M0+): where it takes more, loops in C are used.</summary>
    public int CodeBytes { get; init; } = 16384;

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

    /// <summary>Checks the name and the number of steps.</summary>
    /// <exception cref="TernException">The name is none for C code, or there is no step.</exception>
    public void Check()
    {
        const int longest = 40;
        bool word = Name.Length is > 0 and <= longest && char.IsAsciiLetterLower(Name[0]) && Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');
        if (!word || Taken.Contains(Name))
            throw new TernException($"--name {Name} is no name for C code; expected lower-case letters, digits and _, a letter first, at most {longest}, no keyword: for example keyword_net.");
        if (CodeBytes < 0) throw new TernException($"Straight-line code of {CodeBytes} bytes; expected 0 (none) or more.");
        if (TestSteps < 1) throw new TernException($"A self-test of {TestSteps} steps; expected 1 or more.");
    }
}
