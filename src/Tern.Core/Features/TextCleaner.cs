using System.Text.RegularExpressions;

namespace Tern.Features;

/// <summary>
/// The cleaning of Kim 2014, "Convolutional Neural Networks for Sentence Classification" (clean_str and clean_str_sst of
/// process_data.py in github.com/yoonkim/CNN_sentence), which most later papers on its data sets took over.
/// </summary>
/// <remarks>
/// Lower-casing, which ends Kim's functions, is <see cref="TextFeatures.LowerCase"/>'s affair. Kim's replacements of
/// brackets and question marks carry a stray backslash into the token; here the token is the character.
/// </remarks>
public static partial class TextCleaner
{
    /// <summary>The cleaned text.</summary>
    public static string Clean(string text, TextCleaning rules)
    {
        if (rules == TextCleaning.None)
            return text;
        text = Other().Replace(text, " ");
        if (rules == TextCleaning.Kim)
        {
            // one pass over the clitics is Kim's six: no two of them can begin at the same apostrophe
            text = Clitic().Replace(text, " $0");
            text = Punctuation().Replace(text, " $0 ");
        }
        return Spaces().Replace(text, " ").Trim(' ');
    }

    [GeneratedRegex(@"[^A-Za-z0-9(),!?'`]", RegexOptions.CultureInvariant)]
    private static partial Regex Other();

    [GeneratedRegex("'(?:s|ve|re|d|ll)|n't", RegexOptions.CultureInvariant)]
    private static partial Regex Clitic();

    [GeneratedRegex("[,!()?]", RegexOptions.CultureInvariant)]
    private static partial Regex Punctuation();

    [GeneratedRegex(" {2,}", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();
}
