using Tern.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Layers;

/// <summary>
/// Initial values as in the SRU authors' package (asappresearch/sru 2.6, SRUCell.reset_parameters); the scan family
/// shares them. Corrections keep the variance of what they name at that of a plain layer.
/// </summary>
static class Initialisation
{
    /// <summary>Uniform in +-sqrt(3 / inputs), so that the variance is 1 / inputs: [outputs, inputs].</summary>
    public static Tensor Uniform(int outputs, int inputs) => empty(outputs, inputs).uniform_(-Math.Sqrt(3.0 / inputs), Math.Sqrt(3.0 / inputs));

    /// <summary>W of one direction, [blocks x units, input].</summary>
    public static Tensor Weight(ScanShape shape, StackConfig config, double variationalDropout)
    {
        using var _ = no_grad();
        var weight = Uniform(shape.Blocks * shape.Units, shape.Input);
        if (variationalDropout > 0) Block(0).mul_(Math.Sqrt(1 - variationalDropout));
        if (config.InputDropout > 0) weight.mul_(Math.Sqrt(1 - config.InputDropout));
        if (config.LayerNorm == LayerNormPlace.Before) weight.mul_(0.1);
        if (shape.ProjectSkip && shape.Spec.Constants.Contains("scale_x")) Block(shape.Spec.Input.Length).mul_(ScaleX(config.HighwayBias));
        if (HasPeephole(shape))
        {
            for (int gate = 1; gate < shape.Spec.Input.Length; gate++) Block(gate).mul_(Math.Sqrt(0.5));
        }
        return weight;

        Tensor Block(int k) => weight.narrow(0, (long)k * shape.Units, shape.Units);
    }

    /// <summary>Biases 0, but the reset gate's the highway bias; peepholes uniform with variance 1/2: [vectors, units].</summary>
    public static Tensor Vectors(ScanShape shape, double highwayBias)
    {
        using var _ = no_grad();
        var vectors = zeros(shape.Spec.Vectors.Length, shape.Units);
        for (int k = 0; k < shape.Spec.Vectors.Length; k++)
        {
            if (shape.Spec.Vectors[k] == "b_r") vectors[k].fill_(highwayBias);
            if (IsPeephole(shape.Spec.Vectors[k])) vectors[k].uniform_(-Math.Sqrt(1.5), Math.Sqrt(1.5));
            if (shape.Spec.Vectors[k] == "u") vectors[k].uniform_(0, 1);   // Li et al. 2018, section 5.1: below 1, so that nothing explodes
        }
        return vectors;
    }

    /// <summary>The fixed numbers of a cell. A projected x' has scale_x in its weight instead.</summary>
    public static float[] Constants(ScanShape shape, StackConfig config) =>
        [.. shape.Spec.Constants.Select(name => name switch
        {
            "scale_x" => shape.ProjectSkip ? 1f : (float)ScaleX(config.HighwayBias),
            "keep" => (float)(1 - config.Zoneout),
            "decay" => (float)config.Decay,
            _ => throw new ArgumentException($"Constant {name} of cell {shape.Cell} has no rule for its value."),
        })];

    /// <summary>scale_x = sqrt(1 + 2 exp(highway bias)).</summary>
    public static double ScaleX(double highwayBias) => Math.Sqrt(1 + 2 * Math.Exp(highwayBias));

    static bool HasPeephole(ScanShape shape) => shape.Spec.Vectors.Any(IsPeephole);

    static bool IsPeephole(string vector) => vector.StartsWith("v_", StringComparison.Ordinal);
}
