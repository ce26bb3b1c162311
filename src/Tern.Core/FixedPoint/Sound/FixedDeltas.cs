namespace Tern.FixedPoint;

/// <summary>Slopes of frames as they come, as <see cref="Features.Deltas"/> has them, in whole numbers: the sum is divided by 10, cut toward 0.</summary>
/// <param name="width">Numbers of a frame.</param>
/// <param name="order">0, 1 or 2.</param>
sealed class FixedDeltas(int width, int order)
{
    /// <summary>Frames of each order that are kept, a power of 2.</summary>
    public const int Kept = 8;

    const int Reach = 2;

    readonly int[][] levels = [.. Enumerable.Range(0, 1 + order).Select(_ => new int[Kept * width])];
    readonly uint[] counts = new uint[1 + order];
    uint written;

    /// <summary>Takes a frame.</summary>
    public void Push(ReadOnlySpan<int> frame)
    {
        frame.CopyTo(Row(0, counts[0]++));
        for (int level = 1; level <= order; level++)
            if (counts[level] + Reach < counts[level - 1]) AddSlope(level);
    }

    /// <summary>No frame comes any more: completes the rows that are left.</summary>
    public void Finish()
    {
        for (int level = 1; level <= order; level++)
            while (counts[level] < counts[level - 1]) AddSlope(level);
    }

    /// <summary>The next row, if it is complete: frame, slopes, slopes of slopes.</summary>
    public bool Take(Span<int> row)
    {
        if (written == counts[order]) return false;
        for (int level = 0; level <= order; level++) Row(level, written).CopyTo(row[(level * width)..]);
        written++;
        return true;
    }

    public void Reset()
    {
        Array.Clear(counts);
        written = 0;
    }

    void AddSlope(int level)
    {
        uint t = counts[level]++, last = counts[level - 1] - 1;
        Span<int> slope = Row(level, t), later2 = Row(level - 1, Math.Min(t + 2, last)), later1 = Row(level - 1, Math.Min(t + 1, last));
        Span<int> earlier1 = Row(level - 1, t < 1 ? 0 : t - 1), earlier2 = Row(level - 1, t < 2 ? 0 : t - 2);
        for (int i = 0; i < width; i++) slope[i] = (later1[i] - earlier1[i] + 2 * (later2[i] - earlier2[i])) / 10;
    }

    Span<int> Row(int level, uint index) => levels[level].AsSpan((int)(index & (Kept - 1)) * width, width);
}
