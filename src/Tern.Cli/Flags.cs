using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Tern.Cli;

/// <summary>Options whose values are checked as they are parsed, with an error that says what was expected.</summary>
static class Flags
{
    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>; null where it is not given.</summary>
    public static Option<int?> Whole(string name, string description, int least = 1, int most = int.MaxValue) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Number(result, name, result.Tokens[0].Value, least, most),
    };

    /// <summary>Whole numbers with commas between them.</summary>
    public static Option<int[]> Wholes(string name, string description, int[] otherwise, int most = int.MaxValue) => new(name)
    {
        Description = otherwise.Length == 0 ? $"{description}." : $"{description} (default {string.Join(',', otherwise)}).",
        HelpName = "N,N...",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result => [.. result.Tokens[0].Value.Split(',').Select(part => Number(result, name, part, 1, most) ?? 0)],
    };

    /// <summary>Sizes of matrices such as 400x100, with commas between them.</summary>
    public static Option<(int Rows, int Columns)[]> Shapes(string name, string description, (int Rows, int Columns)[] otherwise, int most) => new(name)
    {
        Description = $"{description} (default {string.Join(',', otherwise.Select(shape => $"{shape.Rows}x{shape.Columns}"))}).",
        HelpName = "MxN,MxN...",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result => [.. result.Tokens[0].Value.Split(',').Select(part => Shape(result, name, part, most))],
    };

    /// <summary>A share above 0, up to 1; null where it is not given.</summary>
    public static Option<double?> Share(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "SHARE",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double share) && share is > 0 and <= 1) return share;
            result.AddError($"{name} {text} is not a share; expected a number above 0 and up to 1, such as 0.3.");
            return null;
        },
    };

    /// <summary>Names out of a list, with commas between them.</summary>
    public static Option<string[]> Names(string name, string description, string[] known, string[] otherwise) => new(name)
    {
        CompletionSources = { known },
        Description = $"{description}: {string.Join(", ", known)} (default {(otherwise.Length == 0 ? "none" : otherwise.SequenceEqual(known) ? "all" : string.Join(',', otherwise))}).",
        HelpName = "A,B...",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            string[] names = result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries);
            foreach (string unknown in names.Except(known)) { result.AddError(Nearest.Message($"{name} does not know", unknown, known)); break; }
            return names;
        },
    };

    /// <summary>One name out of a list.</summary>
    public static Option<string> Name(string name, string description, string[] known) => new(name)
    {
        CompletionSources = { known },
        Description = $"{description}: {string.Join(" or ", known)} (default {known[0]}).",
        HelpName = "NAME",
        DefaultValueFactory = _ => known[0],
        CustomParser = result =>
        {
            string value = result.Tokens[0].Value;
            if (!known.Contains(value)) result.AddError(Nearest.Message($"{name} does not know", value, known));
            return value;
        },
    };

    /// <summary>A time such as 90s, 30m, 1.5h or 9m30s, in seconds; null where it is not given.</summary>
    public static Option<double?> Duration(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            double seconds = 0;
            int begin = 0;
            while (begin < text.Length && text.AsSpan(begin).IndexOfAny("smhd") is > 0 and var length
                && double.TryParse(text.AsSpan(begin, length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count))
            {
                seconds += count * text[begin + length] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 86400 };
                begin += length + 1;
            }
            if (begin == text.Length && seconds is > 0 and <= 1e9) return seconds;
            result.AddError($"{name} {text} is not a time; expected a number with s, m, h or d, such as 90s, 1.5h or 9m30s.");
            return null;
        },
    };

    /// <summary>A number of bytes such as 6KB, 16384 or 1.5KB (1 KB is 1024); null where it is not given.</summary>
    public static Option<int?> Bytes(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "BYTES",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            (int unit, int suffix) = text.EndsWith("KB", StringComparison.OrdinalIgnoreCase) ? (1024, 2) : text.EndsWith('B') ? (1, 1) : (1, 0);
            if (double.TryParse(text[..^suffix], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count) && count * unit <= int.MaxValue) return (int)(count * unit);
            result.AddError($"{name} {text} is not a number of bytes; expected for example 16384 or 6KB.");
            return null;
        },
    };

    /// <summary>Any text.</summary>
    public static Option<string?> Text(string name, string helpName, string description) => new(name) { Description = description, HelpName = helpName };

    static (int, int) Shape(ArgumentResult result, string name, string text, int most)
    {
        string[] sizes = text.Split('x');
        if (sizes.Length == 2) return (Number(result, name, sizes[0], 1, most) ?? 1, Number(result, name, sizes[1], 1, most) ?? 1);
        result.AddError($"{name} {text} is not a shape; expected outputs x inputs, such as 400x100.");
        return (1, 1);
    }

    static int? Number(ArgumentResult result, string name, string text, int least, int most)
    {
        bool whole = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value);
        if (whole && value >= least && value <= most) return (int)value;
        string expected = most == int.MaxValue ? $"of {least} or more" : $"from {least} to {most}";
        result.AddError($"{name} {text} is not a whole number {expected}.");
        return null;
    }
}
