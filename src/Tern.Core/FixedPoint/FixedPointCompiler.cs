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
        ModelChain chain = new(spec, tensors);
        return Compile(chain, Measure(chain, sequences), options);
    }

    /// <summary>As above, with the ranges that the model file holds.</summary>
    /// <exception cref="TernException">The model has none (<see cref="ModelSpec.Ranges"/>), those of another model, or a part that the integer form lacks.</exception>
    public static FixedNetwork Compile(ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors, FixedPointOptions? options = null) =>
        Compile(new ModelChain(spec, tensors), spec.Ranges ?? throw new TernException("The model file holds no ranges for an integer form; give sample sequences, or train the model with this version."), options);

    /// <summary>Runs the float model on sample sequences: what <see cref="ModelSpec.Ranges"/> is to hold.</summary>
    /// <param name="spec">The model.</param>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="sequences">As for <see cref="Compile(ModelSpec, IReadOnlyDictionary{string, TensorData}, IReadOnlyList{float[]}, FixedPointOptions?)"/>.</param>
    /// <exception cref="TernException">The model has a part that the integer form lacks, or leaves the finite numbers on the sequences.</exception>
    public static ModelRanges Measure(ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors, IReadOnlyList<float[]> sequences) => Measure(new ModelChain(spec, tensors), sequences);

    static ModelRanges Measure(ModelChain chain, IReadOnlyList<float[]> sequences)
    {
        FloatChain floats = new(chain);
        foreach (float[] sequence in sequences) floats.Run(sequence);
        return floats.Ranges();
    }

    static FixedNetwork Compile(ModelChain chain, ModelRanges ranges, FixedPointOptions? options)
    {
        options ??= new();
        options.Check();
        foreach (LayerForm form in chain.Encoder.Select(part => part.Form).OfType<LayerForm>())
        {
            string[] expected = [.. form.Parts().Order(StringComparer.Ordinal)], given = [.. ranges.Layers[form.Spec.Name].Keys.Order(StringComparer.Ordinal)];
            if (!expected.SequenceEqual(given))
                throw new TernException(ModelFile.OneLine($"The model file holds ranges of '{form.Spec.Name}' for {string.Join(", ", given)}; expected {string.Join(", ", expected)}. Measure them anew on data (--data), or train the model again."));
        }
        return new ChainCompiler(chain, ranges, options).Compile();
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
