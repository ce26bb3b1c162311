namespace Tern.Training.Data;

/// <summary>Makes examples of what a reader found; the checks that all text layouts share.</summary>
/// <param name="path">The file, for errors.</param>
/// <param name="config">Whether there may be several labels.</param>
sealed class TextExamples(string path, DataConfig config)
{
    /// <summary>Between the labels of a column.</summary>
    public const char Separator = '|';

    readonly List<Example> examples = [];

    // one string a label: most files repeat a few
    readonly Dictionary<string, string> names = new(StringComparer.Ordinal);

    /// <summary>What was added.</summary>
    /// <exception cref="TernException">Nothing was.</exception>
    public IReadOnlyList<Example> Finish() => examples.Count > 0
        ? examples
        : throw new TernException($"{path} holds no examples; expected at least one labelled text.");

    /// <summary>Adds a text whose labels are in one field.</summary>
    /// <param name="line">Line, or row where there are no lines.</param>
    /// <param name="text">The text.</param>
    /// <param name="field">One label, or with data.multi_label several, or none.</param>
    /// <param name="group">The group.</param>
    public void Add(long line, string text, string field, string group)
    {
        if (config.MultiLabel)
            Add(line, text, field.Split(Separator), group);
        else
            Add(line, text, [field], group);
    }

    /// <summary>Adds a text with its labels.</summary>
    /// <exception cref="TernException">A single label is expected and is not there.</exception>
    public void Add(long line, string text, IReadOnlyList<string> labels, string group)
    {
        string[] found = [.. labels.Select(label => label.Trim()).Where(label => label.Length > 0).Select(Once)];
        if (config.MultiLabel)
            found = [.. found.Distinct(StringComparer.Ordinal)];
        else if (found.Length == 0)
            throw new TernException($"{path}:{line}: the field '{config.Columns.Label}' is empty; expected the name of a class.");
        else if (found.Length > 1)
            throw new TernException($"{path}:{line}: {found.Length} labels; expected one class, or set data.multi_label=true.");
        var example = new TextExample(text, found.Length == 0 ? "" : found[0]) { Group = Once(group.Trim()), Origin = new(path, line) };
        examples.Add(found.Length == 1 ? example : example with { Labels = found });
    }

    string Once(string name)
    {
        if (names.TryGetValue(name, out string? known))
            return known;
        names.Add(name, name);
        return name;
    }
}
