namespace Tern.Training.Data;

/// <summary>Cross validation: divides examples into folds of equal size, by a seed.</summary>
static class Folds
{
    /// <summary>The fold of each example, 0 to below <paramref name="folds"/>: each class is spread evenly, and the folds' sizes differ by at most one.</summary>
    /// <exception cref="TernException">A class has one example, and would be without training examples when that is tested on.</exception>
    public static int[] Stratified(string name, IReadOnlyList<Example> examples, int folds, long seed)
    {
        if (examples.Count < folds)
            throw new TernException($"{name} has {examples.Count} examples for data.folds={folds}; expected at least one a fold.");
        var random = new Random(Seeds.Mix(seed, "folds"));
        int[] fold = new int[examples.Count];
        int next = 0; // runs on from class to class, so that small classes do not all end in the first folds
        foreach ((string label, int[] members) in HeldOut.ByClass(examples))
        {
            if (members.Length == 1 && examples[members[0]].Labels.Count == 1)
                throw new TernException($"{name} has 1 example of the class '{label}' for data.folds={folds}: where it is tested on there is none to train on; expected 2 or more (better {folds}), or leave the class out.");
            random.Shuffle(members);
            foreach (int member in members)
                fold[member] = next++ % folds;
        }
        return fold;
    }

    /// <summary>The fold of each example, whole groups together: the largest group goes to the smallest fold, and so on.</summary>
    /// <exception cref="TernException">There are no groups, or fewer than folds.</exception>
    public static int[] ByGroup(string name, IReadOnlyList<Example> examples, int folds, long seed)
    {
        List<int[]> groups = Groups.Shuffled(name, examples, seed, "folds");
        if (groups.Count < folds)
            throw new TernException($"{name} has {groups.Count} groups for data.folds={folds}; expected at least one a fold: set data.folds to {groups.Count} or less.");
        int[] fold = new int[examples.Count], sizes = new int[folds];
        foreach (int[] group in groups.OrderByDescending(group => group.Length)) // stable: ties stay in the seed's order
        {
            int smallest = Array.IndexOf(sizes, sizes.Min());
            sizes[smallest] += group.Length;
            foreach (int member in group)
                fold[member] = smallest;
        }
        return fold;
    }
}
