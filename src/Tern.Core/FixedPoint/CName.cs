namespace Tern.FixedPoint;

/// <summary>Names of modules and parts as C identifiers.</summary>
static class CName
{
    const int Longest = 40;

    /// <summary>Words that modules of Tern's own models are called by; any other word may be one that C or C++ keeps.</summary>
    static readonly string[] Words = ["pooling", "head"];

    public static string Of(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    /// <summary>
    /// Prefixes for the modules of a model: their names, or m0, m1 ... for all where one of them is no identifier or, followed
    /// by _, begins another, so that names made from them could meet.
    /// </summary>
    public static IReadOnlyDictionary<string, string> OfModules(IReadOnlyList<string> modules)
    {
        string[] names = [.. modules.Select(Of)];
        bool asTheyAre = names.All(name => name.Length <= Longest && char.IsAsciiLetter(name.FirstOrDefault()) && (Words.Contains(name) || !name.All(char.IsAsciiLetter)))
            && !names.Where((name, i) => names.Where((other, j) => i != j && (other + "_").StartsWith(name + "_", StringComparison.Ordinal)).Any()).Any();
        return modules.Select((module, i) => (module, asTheyAre ? names[i] : $"m{i}")).ToDictionary(StringComparer.Ordinal);
    }
}
