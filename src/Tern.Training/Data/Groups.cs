namespace Tern.Training.Data;

/// <summary>Splits that keep groups (speakers, subjects) together, so that a test is on people whom training did not see.</summary>
static class Groups
{
    /// <summary>
    /// Marks whole groups to hold out, about the given share by examples: off by at most half of the largest group, and by
    /// what it takes to leave a group on either side.
    /// </summary>
    /// <exception cref="TernException">There are no groups, or only one.</exception>
    public static bool[] HoldOut(string name, IReadOnlyList<Example> examples, double share, long seed)
    {
        List<int[]> groups = Shuffled(name, examples, seed, "held-out");
        bool[] held = new bool[examples.Count];
        if (share <= 0)
            return held;
        if (groups.Count < 2)
            throw new TernException($"{name} has {groups.Count} group ('{examples[0].Group}') left to hold whole groups out of; expected 2 or more, or set data.split_by_group=false.");
        double target = share * examples.Count;
        var chosen = new List<int[]>();
        int count = 0;
        foreach (int[] group in groups)
            if (count + group.Length / 2.0 <= target && chosen.Count < groups.Count - 1)
            {
                chosen.Add(group);
                count += group.Length;
            }
        if (chosen.Count == 0)
            chosen.Add(groups.MinBy(group => group.Length)!);
        foreach (int[] group in chosen)
            foreach (int member in group)
                held[member] = true;
        return held;
    }

    /// <summary>Members of each group, groups in an order given by the seed.</summary>
    /// <exception cref="TernException">An example has no group.</exception>
    public static List<int[]> Shuffled(string name, IReadOnlyList<Example> examples, long seed, string use)
    {
        int without = examples.Count(example => example.Group.Length == 0);
        if (without > 0)
            throw new TernException($"{name}: {without} of {examples.Count} examples have no group, which data.split_by_group needs; set data.columns.group, or name a (?<group>...) in data.series.file_name.");
        int[][] groups = [.. Enumerable.Range(0, examples.Count).GroupBy(i => examples[i].Group, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => group.ToArray())];
        new Random(Seeds.Mix(seed, $"{use} groups")).Shuffle(groups);
        return [.. groups];
    }
}
