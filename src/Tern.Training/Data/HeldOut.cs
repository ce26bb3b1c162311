namespace Tern.Training.Data;

/// <summary>Holds examples out of a set, the same share of every class, by a seed.</summary>
static class HeldOut
{
    /// <summary>
    /// Splits examples in two; each keeps the order that the examples had. At least one example of each class that has
    /// two or more is held out, and one stays.
    /// </summary>
    /// <param name="examples">The examples.</param>
    /// <param name="share">The share to hold out, 0 to 1.</param>
    /// <param name="seed">Which ones.</param>
    public static (List<Example> Kept, List<Example> HeldOut) Split(IReadOnlyList<Example> examples, double share, long seed)
    {
        var random = new Random(Seeds.Mix(seed, "held-out"));
        bool[] held = new bool[examples.Count];
        foreach ((_, int[] members) in ByClass(examples))
        {
            random.Shuffle(members);
            int count = share <= 0 ? 0 : Math.Clamp((int)Math.Round(share * members.Length), 1, members.Length);
            if (count == members.Length)
                count--;
            for (int i = 0; i < count; i++)
                held[members[i]] = true;
        }
        return Part(examples, held);
    }

    /// <summary>Those that are not marked, and those that are.</summary>
    public static (List<Example> Kept, List<Example> HeldOut) Part(IReadOnlyList<Example> examples, bool[] held)
    {
        List<Example> kept = [], heldOut = [];
        for (int i = 0; i < examples.Count; i++)
            (held[i] ? heldOut : kept).Add(examples[i]);
        return (kept, heldOut);
    }

    /// <summary>Indices of the examples of each class, classes in ordinal order; of several labels the first counts.</summary>
    public static IEnumerable<(string Label, int[] Members)> ByClass(IReadOnlyList<Example> examples) =>
        Enumerable.Range(0, examples.Count).GroupBy(i => examples[i].Label, StringComparer.Ordinal)
            .OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => (label.Key, label.ToArray()));
}
