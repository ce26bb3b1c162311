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
        foreach (IGrouping<string, int> label in Enumerable.Range(0, examples.Count)
            .GroupBy(i => examples[i].Label, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            int[] members = [.. label];
            random.Shuffle(members);
            int count = share <= 0 ? 0 : Math.Clamp((int)Math.Round(share * members.Length), 1, members.Length);
            if (count == members.Length)
                count--;
            for (int i = 0; i < count; i++)
                held[members[i]] = true;
        }
        List<Example> kept = [], heldOut = [];
        for (int i = 0; i < examples.Count; i++)
            (held[i] ? heldOut : kept).Add(examples[i]);
        return (kept, heldOut);
    }
}
