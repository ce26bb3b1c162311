using Tern.Matrices;
using Tern.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Compression;

/// <summary>
/// Quantisers of weights: from full precision to the values of few bits that stand for it, in the same type and shape. Of a
/// cell's weight they are taken for each gate by itself (<see cref="PerBlock"/>). For training put them into
/// <see cref="StraightThrough"/>. sign(0) is 0.
/// </summary>
public static class WeightQuantizers
{
    /// <summary>Where Adam's second moment is given, its root plus this weighs the error of each weight (Hou et al. 2017, "Loss-aware binarization", section 3.1).</summary>
    const double Epsilon = 1e-8;

    /// <summary>scale q with integers q from -(2^(bits-1) - 1) to 2^(bits-1) - 1, scale the largest magnitude over that: what <see cref="IntegerEncoding"/> stores.</summary>
    /// <param name="weight">[rows, ...].</param>
    /// <param name="bits">8 or 16.</param>
    /// <param name="scales">1 for the matrix, as many as rows for one a row, or another number that divides the rows.</param>
    /// <exception cref="TernException">Other bits, or scales that do not divide the rows.</exception>
    public static Tensor Symmetric(Tensor weight, int bits, int scales = 1)
    {
        if (bits is not (8 or 16))
            throw new TernException($"Weights cannot be quantised to {bits} bits; expected 8 or 16.");
        return PerBlock(weight, scales, block =>
        {
            Scalar limit = KeptScalars.Of(IntegerEncoding.Limit(bits)), least = KeptScalars.Of(-IntegerEncoding.Limit(bits));
            Tensor scale = block.abs().max().div(limit);
            scale = where(scale.gt(KeptScalars.Zero), scale, ones_like(scale));
            return (block / scale).round().clamp(least, limit) * scale;
        });
    }

    /// <summary>sign(w) (Courbariaux et al. 2015, "BinaryConnect", eq. 1).</summary>
    public static Tensor BinaryConnect(Tensor weight) => weight.sign();

    /// <summary>mean |w| sign(w) (Rastegari et al. 2016, "XNOR-Net", eq. 6).</summary>
    public static Tensor BinaryWeightNetwork(Tensor weight) => Scoped(() => weight.abs().mean() * weight.sign());

    /// <summary>(sum |D w| / sum D) sign(w) (Hou et al. 2017, "Loss-aware binarization of deep networks", eq. 5).</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="secondMoment">Adam's, of the weight's shape; null before the first step: D = 1.</param>
    public static Tensor LossAwareBinarization(Tensor weight, Tensor? secondMoment) => Scoped(() =>
    {
        Tensor d = Curvature(weight, secondMoment);
        return (d * weight).abs().sum() / d.sum() * weight.sign();
    });

    /// <summary>sign(w) where |w| is above 0.7 mean |w|, else 0.</summary>
    public static Tensor TernaryConnect(Tensor weight) => Scoped(() =>
    {
        Tensor magnitude = weight.abs();
        return weight.sign() * magnitude.gt(magnitude.mean().mul(KeptScalars.Of(TernaryEncoding.ThresholdOfMean))).to(weight.dtype);
    });

    /// <summary>That times the mean magnitude of those above (Li and Liu 2016, "Ternary weight networks"): what <see cref="TernaryEncoding"/> stores.</summary>
    public static Tensor TernaryWeightNetwork(Tensor weight) => Scoped(() =>
    {
        Tensor signs = TernaryConnect(weight), kept = signs.abs();
        return (kept * weight.abs()).sum() / kept.sum().clamp(min: KeptScalars.One) * signs;
    });

    /// <summary>
    /// Loss-aware ternarisation (Hou and Kwok 2018, "Loss-aware weight quantization of deep networks", algorithm 2): from
    /// the signs of <see cref="TernaryConnect"/>, alpha and the weights above alpha / 2 in turn, until alpha moves less
    /// than 1e-6, or 100 times.
    /// </summary>
    /// <param name="weight">The weight.</param>
    /// <param name="secondMoment">Adam's, of the weight's shape; null before the first step: D = 1.</param>
    public static Tensor LossAwareTernarization(Tensor weight, Tensor? secondMoment) => Scoped(() =>
    {
        const double least = 1e-6;
        Tensor d = Curvature(weight, secondMoment), signs = TernaryConnect(weight), alpha = zeros_like(d.sum());
        for (int i = 0; i < 100; i++)
        {
            Tensor weighed = (signs * d).abs().sum();
            if (weighed.ToDouble() == 0)
                return zeros_like(weight);
            Tensor next = (signs * d * weight).abs().sum() / weighed;
            signs = weight.sign() * weight.abs().gt(next.div(KeptScalars.Of(2))).to(weight.dtype);
            bool settled = (next - alpha).abs().ToDouble() < least;
            alpha = next;
            if (settled)
                break;
        }
        return alpha * signs;
    });

    /// <summary>Quantises equal blocks of rows, as the gates of a cell's weight, each by itself.</summary>
    /// <param name="weight">[rows, ...].</param>
    /// <param name="blocks">How many; they divide the rows.</param>
    /// <param name="quantizer">Of one block.</param>
    /// <exception cref="TernException">The blocks do not divide the rows.</exception>
    public static Tensor PerBlock(Tensor weight, int blocks, Func<Tensor, Tensor> quantizer)
    {
        long rows = weight.dim() == 0 ? 0 : weight.size(0);
        if (blocks < 1 || rows < 1 || rows % blocks != 0)
            throw new TernException($"A weight of {rows} rows has no {blocks} equal blocks; expected a number that divides {rows}.");
        return Scoped(() => blocks == 1 ? quantizer(weight) : cat([.. weight.chunk(blocks, 0).Select(quantizer)], 0));
    }

    static Tensor Scoped(Func<Tensor> quantize)
    {
        using var scope = NewDisposeScope();
        return quantize().MoveToOuterDisposeScope();
    }

    static Tensor Curvature(Tensor weight, Tensor? secondMoment) => secondMoment is null ? ones_like(weight) : secondMoment.sqrt().add(KeptScalars.Of(Epsilon), KeptScalars.One);
}
