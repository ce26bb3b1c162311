namespace Tern.Training.Data;

/// <summary>Which columns of a table are text, label and group.</summary>
/// <param name="Text">Index of the text.</param>
/// <param name="Label">Index of the label.</param>
/// <param name="Group">Index of the group; -1 for none.</param>
readonly record struct TextColumns(int Text, int Label, int Group)
{
    /// <summary>Finds the configured names in a header.</summary>
    /// <exception cref="TernException">One is missing.</exception>
    public static TextColumns Find(string where, IReadOnlyList<string> header, ColumnsConfig columns) => new(
        Named.Find(where, "column", header, columns.Text, "data.columns.text"),
        Named.Find(where, "column", header, columns.Label, "data.columns.label"),
        columns.Group.Length == 0 ? -1 : Named.Find(where, "column", header, columns.Group, "data.columns.group"));

    /// <summary>Whether a first line's fields name text and label.</summary>
    public static bool AreNamed(IReadOnlyList<string> fields, ColumnsConfig columns) =>
        Named.IndexOf(fields, columns.Text) >= 0 && Named.IndexOf(fields, columns.Label) >= 0;
}
