namespace Tern.Training.Data;

/// <summary>Cuts examples into batches of about equal length, so that little is padded.</summary>
public static class Batches
{
    // Texts are sorted by length within chunks of so many batches: enough for little padding, few enough for batches
    // that differ from epoch to epoch.
    const int ChunkBatches = 50;

    /// <summary>One epoch's batches in random order: indices of examples, each exactly once.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="size">Examples of a batch; one batch may have fewer.</param>
    /// <param name="seed">Decides the order.</param>
    public static List<int[]> Shuffled(IReadOnlyList<EncodedExample> examples, int size, int seed)
    {
        var random = new Random(seed);
        int[] order = new int[examples.Count];
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        random.Shuffle(order);

        var batches = new List<int[]>(order.Length / size + 1);
        foreach (int[] chunk in order.Chunk(size * ChunkBatches))
            batches.AddRange(SortedByLength(examples, chunk).Chunk(size));
        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(batches));
        return batches;
    }

    /// <summary>All examples from the shortest to the longest, for evaluation.</summary>
    public static List<int[]> ByLength(IReadOnlyList<EncodedExample> examples, int size) =>
        [.. SortedByLength(examples, [.. Enumerable.Range(0, examples.Count)]).Chunk(size)];

    // stable, so that the result does not depend on the sorting algorithm
    static IEnumerable<int> SortedByLength(IReadOnlyList<EncodedExample> examples, int[] indices) => indices.OrderBy(i => examples[i].Length);

    /// <summary>The batch of these examples.</summary>
    public static SequenceBatch Gather(IReadOnlyList<EncodedExample> examples, int[] indices) => SequenceBatch.Of(Array.ConvertAll(indices, i => examples[i]));
}
