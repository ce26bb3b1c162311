namespace Tern.Training.Data;

/// <summary>Columns and fields by name: case does not count, and an error lists the names that were found.</summary>
static class Named
{
    const int Shown = 20;

    /// <summary>The index of a name.</summary>
    /// <param name="where">File and line.</param>
    /// <param name="what">Column or field.</param>
    /// <param name="names">The names there are.</param>
    /// <param name="wanted">The name to find.</param>
    /// <param name="key">The configuration value that gives another name.</param>
    /// <exception cref="TernException">There is none.</exception>
    public static int Find(string where, string what, IReadOnlyList<string> names, string wanted, string key)
    {
        int index = IndexOf(names, wanted);
        if (index >= 0)
            return index;
        string found = string.Join(", ", names.Take(Shown).Select(name => Shorten(name.Trim()))) + (names.Count > Shown ? ", ..." : "");
        throw new TernException($"{where}: no {what} '{wanted}' (found: {found}); set {key} to the name of one.");
    }

    /// <summary>The index of a name, or -1.</summary>
    public static int IndexOf(IReadOnlyList<string> names, string wanted)
    {
        for (int i = 0; i < names.Count; i++)
            if (names[i].AsSpan().Trim().Equals(wanted, StringComparison.OrdinalIgnoreCase))
                return i;
        return -1;
    }

    /// <summary>The beginning of a text, for an error.</summary>
    public static string Shorten(string text) => text.Length <= 40 ? text : text[..37] + "...";
}
