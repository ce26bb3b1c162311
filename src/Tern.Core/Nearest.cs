namespace Tern;

/// <summary>Offers the nearest known name for an unknown one.</summary>
public static class Nearest
{
    /// <summary>For example: unknown cell 'sur'; did you mean 'sru'? Known: sru, mingru.</summary>
    public static string Message(string what, string given, IEnumerable<string> known)
    {
        string[] names = [.. known];
        string? near = Of(given, names);
        string offer = near is null ? "" : $"; did you mean '{near}'?";
        return $"{what} '{given}'{offer} Known: {string.Join(", ", names)}.".Replace("' Known", "'. Known", StringComparison.Ordinal);
    }

    /// <summary>The known name with the smallest edit distance, if it is at most half of the longer name's length.</summary>
    public static string? Of(string given, IEnumerable<string> known) => given.Length > 64 ? null : known   // a file may hold names of any length
        .Select(name => (name, distance: Distance(given.ToLowerInvariant(), name.ToLowerInvariant())))
        .Where(c => c.distance * 2 <= Math.Max(given.Length, c.name.Length))
        .OrderBy(c => c.distance).Select(c => c.name).FirstOrDefault();

    /// <summary>Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours count one each.</summary>
    static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) d[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int change = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return d[a.Length, b.Length];
    }
}
