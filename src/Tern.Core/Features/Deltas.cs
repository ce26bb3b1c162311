namespace Tern.Features;

/// <summary>
/// Adds slopes to frames as they come: d(t) = sum over n = 1, 2 of n (c(t+n) - c(t-n)) / 10, the first and last frame
/// standing for those beyond (Young et al., The HTK Book, "Delta, Acceleration and Third Differential Coefficients"). A row
/// is written when the later frames that it needs are there.
/// </summary>
/// <param name="width">Numbers of a frame.</param>
/// <param name="order">0 passes frames on, 1 adds their slopes, 2 also the slopes of the slopes.</param>
sealed class Deltas(int width, int order)
{
    /// <summary>Frames that a slope looks ahead, and back.</summary>
    public const int Reach = 2;

    // a power of 2; at the end, the slopes' slopes are Reach frames of either order behind, and look Reach back
    const int Kept = 8;

    readonly float[][] levels = [.. Enumerable.Range(0, 1 + order).Select(_ => new float[Kept * width])]; // frames, slopes, slopes of slopes
    readonly long[] counts = new long[1 + order];
    long written;

    /// <summary>Takes a frame, and writes the row that it completes, if any; the span is moved on.</summary>
    public void Push(ReadOnlySpan<float> frame, ref Span<float> rows)
    {
        frame.CopyTo(Row(0, counts[0]++));
        for (int level = 1; level <= order; level++)
            while (counts[level] + Reach < counts[level - 1])
                AddSlope(level);
        Write(ref rows);
    }

    /// <summary>Writes the rows that are left: no frame comes any more.</summary>
    public void Finish(ref Span<float> rows)
    {
        for (int level = 1; level <= order; level++)
            while (counts[level] < counts[level - 1])
                AddSlope(level);
        Write(ref rows);
    }

    /// <summary>Forgets all frames.</summary>
    public void Reset()
    {
        Array.Clear(counts);
        written = 0;
    }

    void AddSlope(int level)
    {
        long t = counts[level]++, last = counts[level - 1] - 1;
        Span<float> slope = Row(level, t);
        slope.Clear();
        for (int n = 1; n <= Reach; n++)
        {
            ReadOnlySpan<float> later = Row(level - 1, Math.Min(t + n, last)), earlier = Row(level - 1, Math.Max(t - n, 0));
            for (int i = 0; i < slope.Length; i++)
                slope[i] += n * (later[i] - earlier[i]);
        }
        for (int i = 0; i < slope.Length; i++)
            slope[i] /= 10; // 2 (1 x 1 + 2 x 2)
    }

    void Write(ref Span<float> rows)
    {
        for (; written < counts[order]; written++)
            for (int level = 0; level <= order; level++)
            {
                Row(level, written).CopyTo(rows);
                rows = rows[width..];
            }
    }

    Span<float> Row(int level, long index) => levels[level].AsSpan((int)(index & (Kept - 1)) * width, width);
}
