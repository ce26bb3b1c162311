using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Compression;

/// <summary>
/// The projection of iterative hard thresholding, and the support that it leaves, as EdgeML has them
/// (github.com/microsoft/EdgeML, pytorch/edgeml_pytorch/utils.py: hardThreshold, copySupport): all magnitudes at or above
/// that of the share are kept, so equal ones are kept or dropped together.
/// </summary>
public static class HardThreshold
{
    /// <summary>The least magnitude that is kept: the one at index ceil((1 - share) (n - 1)) of all n, ascending; 0 of none.</summary>
    /// <param name="values">The weights.</param>
    /// <param name="share">The share to keep, 0 to 1; with 0 the largest stays.</param>
    /// <exception cref="TernException">The share is none.</exception>
    public static float Threshold(ReadOnlySpan<float> values, double share)
    {
        int index = Index(values.Length, share);
        if (values.Length == 0)
            return 0;
        float[] magnitudes = new float[values.Length];
        for (int i = 0; i < magnitudes.Length; i++)
            magnitudes[i] = Math.Abs(values[i]);
        Array.Sort(magnitudes);
        return magnitudes[index];
    }

    /// <summary>Sets all but the share of largest magnitude to 0.</summary>
    /// <param name="values">The weights.</param>
    /// <param name="share">The share to keep, 0 to 1.</param>
    /// <exception cref="TernException">The share is none.</exception>
    public static void Apply(Span<float> values, double share)
    {
        float threshold = Threshold(values, share);
        foreach (ref float value in values)
            if (Math.Abs(value) < threshold)
                value = 0;
    }

    /// <summary>Sets the target to 0 wherever the source is.</summary>
    /// <exception cref="TernException">They differ in length.</exception>
    public static void CopySupport(ReadOnlySpan<float> source, Span<float> target)
    {
        if (source.Length != target.Length)
            throw new TernException($"The support of {source.Length} weights does not fit {target.Length}; expected as many.");
        for (int i = 0; i < target.Length; i++)
            if (source[i] == 0)
                target[i] = 0;
    }

    /// <summary>1 where <see cref="Apply"/> keeps a weight, else 0; of the weight's shape, type and device, without a gradient.</summary>
    /// <param name="weight">Any shape.</param>
    /// <param name="share">The share to keep, 0 to 1.</param>
    /// <exception cref="TernException">The share is none.</exception>
    public static Tensor Mask(Tensor weight, double share)
    {
        int index = Index(checked((int)weight.numel()), share);
        using var scope = NewDisposeScope();
        using var none = no_grad();
        Tensor magnitudes = weight.detach().abs();
        if (weight.numel() == 0)
            return magnitudes.MoveToOuterDisposeScope();
        Tensor threshold = magnitudes.flatten().sort().Values[index];
        return magnitudes.ge(threshold).to(weight.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>A share to keep that leaves something and may leave all: above 0, up to 1.</summary>
    /// <param name="share">The share.</param>
    /// <param name="what">What it is called where it was given.</param>
    /// <exception cref="TernException">It is 0, below, above 1 or no number.</exception>
    public static double CheckShare(double share, string what) => share is > 0 and <= 1 ? share
        : throw new TernException($"{what} is {share.ToString(System.Globalization.CultureInfo.InvariantCulture)}; expected a share to keep above 0 and up to 1, as 0.3 for three weights of ten.");

    static int Index(int count, double share)
    {
        if (!(share is >= 0 and <= 1))
            throw new TernException($"The share to keep is {share.ToString(System.Globalization.CultureInfo.InvariantCulture)}; expected 0 to 1.");
        // numpy's percentile goes through percent: its rounding decides where (1 - share) (n - 1) is nearly whole
        return (int)Math.Ceiling((1 - share) * 100 / 100 * (count - 1));
    }
}
