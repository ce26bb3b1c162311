using Tern.Model;
using Tern.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Layers;

/// <summary>
/// Initial values. The scan family as in the SRU authors' package (asappresearch/sru 2.6, SRUCell.reset_parameters):
/// corrections keep the variance of what they name at that of a plain layer. FastRNN and FastGRNN as their authors'
/// (EdgeML): matrices normal with deviation 0.1, biases 1. The other recurrent cells as PyTorch: uniform in
/// +-1 / sqrt(units), but for the LSTM's forget bias.
/// </summary>
static class Initialisation
{
    /// <summary>Uniform in +-sqrt(3 / inputs), so that the variance is 1 / inputs: [outputs, inputs].</summary>
    public static Tensor Uniform(int outputs, int inputs) => empty(outputs, inputs).uniform_(-Math.Sqrt(3.0 / inputs), Math.Sqrt(3.0 / inputs));

    /// <summary>W of one direction, [blocks x units, input].</summary>
    public static Tensor Weight(ScanShape shape, StackConfig config, double variationalDropout)
    {
        using var _ = no_grad();
        if (shape.Factors > 0) return Matrix(shape, shape.Blocks * shape.Units, shape.Input);
        var weight = Uniform(shape.Blocks * shape.Units, shape.Input);
        if (variationalDropout > 0) Block(0).mul_(KeptScalars.Of(Math.Sqrt(1 - variationalDropout)));
        if (config.InputDropout > 0) weight.mul_(KeptScalars.Of(Math.Sqrt(1 - config.InputDropout)));
        if (config.LayerNorm == LayerNormPlace.Before) weight.mul_(KeptScalars.Of(0.1));
        if (shape.ProjectSkip && shape.Spec.Constants.Contains("scale_x")) Block(shape.Spec.Input.Length).mul_(KeptScalars.Of(ScaleX(config.HighwayBias)));
        if (HasPeephole(shape))
        {
            for (int gate = 1; gate < shape.Spec.Input.Length; gate++) Block(gate).mul_(KeptScalars.Of(Math.Sqrt(0.5)));
        }
        return weight;

        Tensor Block(int k) => weight.narrow(0, (long)k * shape.Units, shape.Units);
    }

    /// <summary>U, or its second factor: [recurrent blocks x units, units or rank].</summary>
    public static Tensor Recurrent(ScanShape shape) => Matrix(shape, shape.Spec.Recurrent.Length * shape.Units, shape.RecurrentColumns);

    /// <summary>The first factor of U, [rank, units], which keeps the variance of what it multiplies.</summary>
    public static Tensor RecurrentProjection(ScanShape shape) => IsFast(shape) ? Matrix(shape, shape.Rank, shape.Units) : Uniform(shape.Rank, shape.Units);

    /// <summary>What the sigmoid of a scalar starts from.</summary>
    public static Tensor Scalars(ScanShape shape, StackConfig config) => tensor(shape.Spec.Scalars.Select(name =>
    {
        double value = Math.Clamp(Number(name, shape, config), 1e-6, 1 - 1e-6);
        return (float)Math.Log(value / (1 - value));
    }).ToArray());

    /// <summary>FastRNN and FastGRNN: the cells with numbers alpha and beta, zeta and nu.</summary>
    static bool IsFast(ScanShape shape) => shape.Cell.Cell is "fastrnn" or "fastgrnn";

    static Tensor Matrix(ScanShape shape, int rows, int columns) => IsFast(shape)
        ? empty(rows, columns).normal_(0, 0.1)
        : empty(rows, columns).uniform_(-1 / Math.Sqrt(columns), 1 / Math.Sqrt(columns));

    /// <summary>Biases 0, but the highway gate's the highway bias; peepholes uniform with variance 1/2: [vectors, units]. Recurrent cells as the class says, but for that gate.</summary>
    public static Tensor Vectors(ScanShape shape, StackConfig config)
    {
        using var _ = no_grad();
        double highwayBias = config.HighwayBias;
        if (IsFast(shape)) return ones(shape.Spec.Vectors.Length, shape.Units);
        if (shape.Factors > 0)
        {
            var random = empty(shape.Spec.Vectors.Length, shape.Units).uniform_(-1 / Math.Sqrt(shape.Units), 1 / Math.Sqrt(shape.Units));
            if (config.ForgetBias is { } bias && shape.Spec.Vectors.Contains("b_f")) random[Array.IndexOf(shape.Spec.Vectors, "b_f")].fill_(KeptScalars.Of(bias));
            if (shape.Spec.Skip) random[Array.IndexOf(shape.Spec.Vectors, "b_r")].fill_(KeptScalars.Of(highwayBias));
            return random;
        }
        var vectors = zeros(shape.Spec.Vectors.Length, shape.Units);
        for (int k = 0; k < shape.Spec.Vectors.Length; k++)
        {
            if (shape.Spec.Vectors[k] == "b_r") vectors[k].fill_(KeptScalars.Of(highwayBias));
            if (IsPeephole(shape.Spec.Vectors[k])) vectors[k].uniform_(-Math.Sqrt(1.5), Math.Sqrt(1.5));
            if (shape.Spec.Vectors[k] == "u") vectors[k].uniform_(0, 1);   // Li et al. 2018, section 5.1: below 1, so that nothing explodes
        }
        return vectors;
    }

    /// <summary>The fixed numbers of a cell. A projected x' has scale_x in its weight instead.</summary>
    public static float[] Constants(ScanShape shape, StackConfig config) =>
        [.. shape.Spec.Constants.Select(name => (float)Number(name, shape, config))];

    static double Number(string name, ScanShape shape, StackConfig config) => name switch
    {
        "scale_x" => shape.ProjectSkip ? 1 : ScaleX(config.HighwayBias),
        "keep" => 1 - config.Zoneout,
        "decay" => config.Decay,
        "alpha" => config.Alpha,
        "beta" => config.Beta,
        "zeta" => config.Zeta,
        "nu" => config.Nu,
        _ => throw new ArgumentException($"Number {name} of cell {shape.Cell} has no rule for its value."),
    };

    /// <summary>scale_x = sqrt(1 + 2 exp(highway bias)).</summary>
    public static double ScaleX(double highwayBias) => Math.Sqrt(1 + 2 * Math.Exp(highwayBias));

    static bool HasPeephole(ScanShape shape) => shape.Spec.Vectors.Any(IsPeephole);

    static bool IsPeephole(string vector) => vector.StartsWith("v_", StringComparison.Ordinal);
}
