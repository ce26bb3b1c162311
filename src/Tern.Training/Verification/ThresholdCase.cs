using Tern.Training.Compression;
using static TorchSharp.torch;

namespace Tern.Training.Verification;

/// <summary>Hard thresholding, the support that it leaves and the authors' count of values (EdgeML).</summary>
static class ThresholdCase
{
    public static ReferenceKind Kind { get; } = new("hard thresholding of EdgeML (A, s and hard)", reference => reference.Has("A") && reference.Has("s") && reference.Has("hard"), Error);

    static double Error(ReferenceCase reference)
    {
        double share = reference.Number("s");
        Tensor a = reference.Tensor("A");
        float[] kept = a.data<float>().ToArray();
        HardThreshold.Apply(kept, share);
        double error = Math.Max(
            reference.Error(tensor(kept, a.shape), "hard"),
            reference.Error(a * HardThreshold.Mask(a, share), "hard"));
        if (reference.TryTensor("B") is { } b)
        {
            float[] support = reference.CheckShape(b, "B", a.shape).data<float>().ToArray();
            HardThreshold.CopySupport(kept, support);
            error = Math.Max(error, reference.Error(tensor(support, b.shape), "support_of_hard_applied_to_B"));
        }
        if (!reference.Gives("estimateNNZ"))
            return error;
        AuthorsSize size = AuthorsSize.Of(kept.Length, share);
        return new[] { error, Math.Abs(size.Values - reference.Number("nnz", "estimateNNZ")), Math.Abs(size.Bytes - reference.Number("bytes", "estimateNNZ")) }.Max();
    }
}
