using System.Globalization;
using System.Text;

namespace Tern.Training.Data.Series;

/// <summary>Numbers of a series in text: finite, with a decimal point.</summary>
static class SeriesNumber
{
    /// <summary>Reads a number; spaces around it are skipped. False for everything that is no finite 32-bit number.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out float value) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && float.IsFinite(value);

    /// <summary>Reads a number; spaces around it are skipped. False for everything that is no finite 32-bit number.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out float value) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && float.IsFinite(value);

    /// <summary>Why a text is no number of a series.</summary>
    public static string Problem(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (text.IsEmpty)
            return "is empty";
        if (text is "?" || text.Equals("nan", StringComparison.OrdinalIgnoreCase) || text.Equals("na", StringComparison.OrdinalIgnoreCase))
            return $"is missing ('{text}')";
        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? $"is '{Shorten(text)}', which is not finite in 32 bits"
            : $"is '{Shorten(text)}', which is not a number";
    }

    /// <inheritdoc cref="Problem(ReadOnlySpan{char})"/>
    public static string Problem(ReadOnlySpan<byte> text) => Problem(Encoding.Latin1.GetString(text[..Math.Min(text.Length, 1000)]));

    /// <summary>A text as it is shown in an error: one line of at most 40 characters.</summary>
    public static string Shorten(ReadOnlySpan<char> text)
    {
        var shown = new StringBuilder(40);
        foreach (char c in text[..Math.Min(text.Length, 37)])
            shown.Append(char.IsControl(c) || c is '\u2028' or '\u2029' ? '?' : c);
        return text.Length > 37 ? shown.Append("...").ToString() : shown.ToString();
    }

    /// <inheritdoc cref="Shorten(ReadOnlySpan{char})"/>
    public static string Shorten(ReadOnlySpan<byte> text) => Shorten(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 160)]));
}
