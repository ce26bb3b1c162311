using Tern.Model;

namespace Tern.FixedPoint;

/// <summary>
/// From a trained model to whole numbers (docs/fixed-point.md): measures ranges on sample sequences, quantises weights and
/// chooses how many bits behind the point each vector has.
/// </summary>
public static class FixedPointCompiler
{
    /// <summary>Compiles a model whose modules are a chain: windows and recurrent layers, pooling, a linear head.</summary>
    /// <param name="spec">The model.</param>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="sequences">Sample sequences, each [steps, channels], as the network reads them: of <see cref="Features.SeriesFeatures.Encode"/>, or of <see cref="Calibration.Seeded"/>.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="TernException">The model has a part that the integer form lacks, or leaves the finite numbers on the sequences.</exception>
    public static FixedNetwork Compile(ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors, IReadOnlyList<float[]> sequences, FixedPointOptions? options = null)
    {
        options ??= new();
        options.Check();
        ModelChain chain = new(spec, tensors);
        FloatChain floats = new(chain);
        foreach (float[] sequence in sequences) floats.Run(sequence);
        return new ChainCompiler(chain, floats, options).Compile();
    }

    /// <summary>Numbers of a step of a model that reads rows.</summary>
    /// <exception cref="TernException">Its first module reads no rows.</exception>
    public static int Channels(ModelSpec spec) => spec.Modules[0] switch
    {
        RecurrentSpec layer => layer.Input,
        WindowSpec window => window.Input,
        var module => throw ModelChain.Lacks(module, "is none that reads series of numbers"),
    };
}
