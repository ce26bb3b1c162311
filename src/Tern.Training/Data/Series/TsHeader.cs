using System.Globalization;

namespace Tern.Training.Data.Series;

/// <summary>What the lines before <c>@data</c> of a .ts file say; those that do not bear on the reading are skipped.</summary>
sealed record TsHeader
{
    /// <summary>Names of the classes; each maps to itself, so that equal labels are one string.</summary>
    public required Dictionary<string, string> Labels { get; init; }

    /// <summary>Channels; 0 where the header does not say.</summary>
    public int Dimensions { get; init; }

    /// <summary>Whether all cases have the same length.</summary>
    public bool EqualLength { get; init; }

    /// <summary>Steps of a case of equal length; 0 where the header does not say.</summary>
    public int SeriesLength { get; init; }

    /// <summary>Reads up to <c>@data</c>.</summary>
    /// <exception cref="TernException">A line is malformed, or says what cannot be read.</exception>
    public static TsHeader Read(ByteLines lines, TextEncoding encoding)
    {
        Dictionary<string, string>? labels = null;
        bool univariate = false, equalLength = false;
        int dimensions = 0, seriesLength = 0;
        while (lines.Read(out ReadOnlySpan<byte> line))
        {
            line = line.Trim(" \t"u8);
            if (line.IsEmpty || line[0] == '#')
                continue;
            if (line[0] != '@')
                lines.Fail($"'{SeriesNumber.Shorten(line)}' stands before @data; expected a line that starts with @ or #.");
            string[] words = lines.Text(line, encoding).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            switch (words[0].ToLowerInvariant())
            {
                case "@data":
                    if (labels is null)
                        lines.Fail("@data comes before @classLabel; expected '@classLabel true NAME NAME ...' above it.");
                    if (univariate && dimensions > 1)
                        lines.Fail($"@univariate is true, but @dimensions is {dimensions}; correct one of them.");
                    return new() { Labels = labels!, Dimensions = univariate ? 1 : dimensions, EqualLength = equalLength, SeriesLength = seriesLength };
                case "@timestamps" when Flag(lines, words):
                    lines.Fail("@timeStamps true is not supported; expected series without time stamps, values at equal distances.");
                    break;
                case "@univariate":
                    univariate = Flag(lines, words);
                    break;
                case "@equallength":
                    equalLength = Flag(lines, words);
                    break;
                case "@dimension" or "@dimensions":
                    dimensions = Number(lines, words);
                    break;
                case "@serieslength":
                    seriesLength = Number(lines, words);
                    break;
                case "@classlabel":
                    labels = Classes(lines, words);
                    break;
                case "@targetlabel" when Flag(lines, words):
                    lines.Fail("@targetLabel true is data for regression; expected classes, '@classLabel true NAME NAME ...'.");
                    break;
            }
        }
        throw lines.Error(lines.Number == 0 ? "the file is empty; expected the header of a .ts file." : "the file ends before @data; expected the header of a .ts file, @data and a case a line.");
    }

    static Dictionary<string, string> Classes(ByteLines lines, string[] words)
    {
        if (!Flag(lines, words))
            lines.Fail("@classLabel false means cases without classes; expected '@classLabel true NAME NAME ...'.");
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in words.AsSpan(2))
            labels[name] = name;
        if (labels.Count == 0)
            lines.Fail("@classLabel true names no class; expected '@classLabel true NAME NAME ...'.");
        return labels;
    }

    static bool Flag(ByteLines lines, string[] words) =>
        words.Length > 1 && bool.TryParse(words[1], out bool value) ? value : throw lines.Error($"{Shown(words)}: expected '{words[0]} true' or '{words[0]} false'.");

    static int Number(ByteLines lines, string[] words) =>
        words.Length > 1 && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0
            ? value
            : throw lines.Error($"{Shown(words)}: expected '{words[0]} N', N from 1.");

    static string Shown(string[] words) => $"'{SeriesNumber.Shorten(string.Join(' ', words))}'";
}
