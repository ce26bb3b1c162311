using System.CommandLine;
using System.CommandLine.Parsing;
using Tern.Features;
using Tern.FixedPoint;
using Tern.Model;
using Tern.Training;
using Tern.Training.Data;

namespace Tern.Cli;

/// <summary>A model file as an integer network, with the sequences that its scales come from.</summary>
sealed class FixedPointModel
{
    const int SeededSequences = 16, SeededSteps = 100, SeededSeed = 1;

    public FixedPointModel(FixedNetwork network, IReadOnlyList<float[]> sequences, string calibration) => (Network, Sequences, Calibration) = (network, sequences, calibration);

    public FixedNetwork Network { get; }

    /// <summary>As the network reads them, each [steps, channels].</summary>
    public IReadOnlyList<float[]> Sequences { get; }

    /// <summary>Where the sequences are from.</summary>
    public string Calibration { get; }

    /// <summary>Bits of weights that the file holds as floats.</summary>
    public static Option<int?> WeightBits()
    {
        Option<int?> option = Flags.Whole("--weight-bits", "Bits of the weights that the model file holds as floats: 8 or 16 (default 8).");
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.Tokens[0].Value is not ("8" or "16") && !result.Errors.Any()) result.AddError($"--weight-bits {result.Tokens[0].Value} is none that weights have; expected 8 or 16.");
        });
        return option;
    }

    /// <summary>Loads a model and chooses its scales.</summary>
    /// <param name="path">The model file.</param>
    /// <param name="data">Data whose training part gives the ranges; null for those of the model file, or where it has none for its training data's, or else for seeded sequences'.</param>
    /// <param name="weightBits">8 or 16; null for 8.</param>
    /// <param name="output">Hears where the ranges are from.</param>
    /// <exception cref="TernException">The model has a part that the integer form lacks, or the data cannot be read.</exception>
    public static FixedPointModel Load(string path, string? data, int? weightBits, Output output)
    {
        (ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors) = ModelFile.Load(path);
        if (spec.Text is not null) throw new TernException($"{path} reads texts; the integer form is of models that read series of numbers. `tern export --numbers float` has a step of a token id.");
        FixedPointOptions options = new() { WeightBits = weightBits ?? new FixedPointOptions().WeightBits };
        if (data is null && spec.Ranges is { } ranges)
            return new(FixedPointCompiler.Compile(spec, tensors, options), Seeded(spec), $"the model file ({ranges.Sequences} sequences)");
        (IReadOnlyList<float[]> sequences, string calibration) = Sample(path, spec, data, output) ?? (Seeded(spec), "seeded sequences");
        return new(FixedPointCompiler.Compile(spec, tensors, sequences, options), sequences, calibration);
    }

    /// <summary>Test examples of the data that a model was trained on, as the network reads them; null where that is not at hand.</summary>
    public static IReadOnlyList<float[]>? TestSequences(string path)
    {
        (ModelSpec spec, _) = ModelFile.Load(path);
        if (spec.Series is not { } series || spec.Training?.Config is not { } config) return null;
        try
        {
            IReadOnlyList<Example> examples = Dataset.Load(ConfigJson.Read(config.GetRawText(), path).Data).Test;
            return examples.Count == 0 ? null : [.. FixedPoint.Calibration.Pick(examples.Count).Select(i => Rows(examples[i], series))];
        }
        catch (TernException)
        {
            return null;
        }
    }

    static IReadOnlyList<float[]> Seeded(ModelSpec spec) => FixedPoint.Calibration.Seeded(spec.Series?.Channels ?? FixedPointCompiler.Channels(spec), SeededSequences, SeededSteps, SeededSeed);

    /// <summary>Sequences of the data, or of the model's training data; null where that is not at hand.</summary>
    static (IReadOnlyList<float[]>, string)? Sample(string path, ModelSpec spec, string? data, Output output)
    {
        DataConfig? trained = spec.Training?.Config is { } config ? ConfigJson.Read(config.GetRawText(), path).Data : null;
        if (spec.Series is not { } series || (data is null && trained is null)) return null;
        try
        {
            DataConfig source = data is null ? trained! : (trained ?? new()).Of(data);
            IReadOnlyList<Example> examples = Dataset.Load(source).Train;
            float[][] rows = [.. FixedPoint.Calibration.Pick(examples.Count).Select(i => Rows(examples[i], series))];
            return (rows, $"{rows.Length} sequences of {Path.GetFileName(source.Train)}");
        }
        catch (TernException e) when (data is null)
        {
            output.Note($"The model file holds no ranges and the training data is not at hand ({e.Message}) Scales come from seeded sequences; --data gives others.");
            return null;
        }
    }

    /// <summary>The rows of an example as the network reads them.</summary>
    public static float[] Rows(Example example, SeriesFeatures features) => example is SeriesExample series
        ? features.Encode(series.ValuesFor(features))
        : throw new TernException($"{example.Origin.Prefix}the model reads series of numbers; it got a text.");
}
