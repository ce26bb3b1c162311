namespace Tern.Training.Compression;

/// <summary>
/// The size of a matrix as the authors of FastGRNN count it, beside the bytes truly stored, so that tables compare
/// (github.com/microsoft/EdgeML, pytorch/edgeml_pytorch/utils.py: estimateNNZ): below a share of one half each kept value
/// costs an index of its own size, else all values are counted.
/// </summary>
/// <param name="Values">Values counted.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Sparse">Whether it was counted as sparse.</param>
public readonly record struct AuthorsSize(long Values, long Bytes, bool Sparse)
{
    /// <summary>Counts a matrix.</summary>
    /// <param name="values">Values of the dense matrix.</param>
    /// <param name="share">The share that is kept, 0 to 1.</param>
    /// <param name="bytesPerValue">4 for floats, 1 or 2 where they are quantised.</param>
    /// <exception cref="TernException">An argument is out of its range.</exception>
    public static AuthorsSize Of(long values, double share, int bytesPerValue = 4)
    {
        if (values < 0 || bytesPerValue < 1 || !(share is >= 0 and <= 1))
            throw new TernException($"A matrix of {values} values, of which a share of {share.ToString(System.Globalization.CultureInfo.InvariantCulture)} is kept in {bytesPerValue} bytes each, has no size; expected 0 values or more, a share of 0 to 1, a byte or more.");
        if (share >= 0.5)
            return new(values, values * bytesPerValue, false);
        long kept = (long)Math.Ceiling(values * share);
        return new(kept, kept * 2 * bytesPerValue, true);
    }
}
