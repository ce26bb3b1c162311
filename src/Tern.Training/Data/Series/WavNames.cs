using System.Text.RegularExpressions;

namespace Tern.Training.Data.Series;

/// <summary>What the name of a wav file says: its class, its group, and whether it is of the test part.</summary>
sealed class WavNames
{
    const string Label = "label", Group = "group", Test = "test";

    readonly Regex? pattern;
    readonly bool hasLabel;

    /// <summary>Takes the expression of <see cref="SeriesConfig.FileName"/>; empty for none.</summary>
    /// <exception cref="TernException">It is no regular expression, or names other groups.</exception>
    public WavNames(string expression)
    {
        if (expression.Length == 0)
            return;
        try
        {
            // runs in linear time whatever the expression is
            pattern = new Regex(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new TernException($"data.series.file_name is '{SeriesNumber.Shorten(expression)}', which is no regular expression that can be used: {e.Message.ReplaceLineEndings(" ")}");
        }
        foreach (string name in pattern.GetGroupNames())
            if (name is not ("0" or Label or Group or Test))
                throw new TernException($"data.series.file_name has a group '{SeriesNumber.Shorten(name)}'; expected the groups {Label}, {Group} and {Test}, as in (?<{Label}>[a-z]+).");
        hasLabel = pattern.GetGroupNames().Contains(Label);
    }

    /// <summary>Reads a name.</summary>
    /// <param name="source">The file.</param>
    /// <exception cref="TernException">Nothing says the class.</exception>
    public (string Label, string Group, bool Test) Read(WavSource source)
    {
        Match? match = pattern?.Match(source.FileName);
        string label = hasLabel ? match!.Groups[Label].Value : source.Folder;
        if (label.Length == 0)
            throw new TernException(hasLabel
                ? $"{source.Name}: the name does not say the class by data.series.file_name '{SeriesNumber.Shorten(pattern!.ToString())}'; change the expression, or move the file away."
                : $"{source.Name} lies in no sub-folder that would be its class; put each class in a folder, or set data.series.file_name with a group {Label}.");
        return (label, match?.Groups[Group].Value ?? "", match?.Groups[Test].Success ?? false);
    }
}
