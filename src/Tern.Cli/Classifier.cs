using System.Runtime.CompilerServices;
using Tern.FixedPoint;
using Tern.Model;
using Tern.Training;
using Tern.Training.Data;

namespace Tern.Cli;

/// <summary>
/// A classifier of texts or series from a model file: by Tern's session where the model has Tern's cells only, by libtorch
/// for the baselines. TorchSharp is loaded for the latter alone.
/// </summary>
abstract class Classifier(ModelSpec spec) : IDisposable
{
    public IReadOnlyList<string> Labels => spec.Labels!;

    /// <summary>Whether it reads texts; else it reads series.</summary>
    public bool ReadsText => spec.Text is not null;

    /// <summary>Whether an example may have several classes, or none.</summary>
    public bool SeveralLabels => spec.Task == ModelTask.TextMultiLabel;

    /// <summary>What it says of each example.</summary>
    /// <exception cref="TernException">An example is not of the kind that the model reads.</exception>
    public abstract IReadOnlyList<Prediction> Predict(IReadOnlyList<Example> examples, int threads);

    /// <summary>As above, each series from a state drawn from the standard normal distribution.</summary>
    /// <exception cref="TernException">The model has no such states.</exception>
    public virtual IReadOnlyList<Prediction> PredictFromRandomStates(IReadOnlyList<Example> examples, Random random) =>
        throw new TernException("--initial-state is for models of series with Tern's own cells; leave it out.");

    public virtual void Dispose() { }

    /// <summary>Loads a model; <paramref name="data"/> is how its training read data.</summary>
    /// <exception cref="TernException">The file cannot be read or is no classifier.</exception>
    public static Classifier Load(string path, out DataConfig data)
    {
        (ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors) = ModelFile.Load(path);
        data = Reads(spec, path);
        return spec.Modules.Any(module => module is TorchRecurrentSpec) ? LoadBaseline(path, spec)
            : spec.Task == ModelTask.SeriesClassification ? new OfSeries(new SeriesClassifier(new Network(spec, tensors)))
            : new OfTexts(new TextClassifier(new Network(spec, tensors)));
    }

    /// <summary>The integer form of a model of series; <paramref name="data"/> as above.</summary>
    /// <param name="path">Where it was loaded from.</param>
    /// <param name="model">The model.</param>
    /// <param name="data">How its training read data.</param>
    public static Classifier Of(string path, FixedPointModel model, out DataConfig data)
    {
        data = Reads(model.Network.Spec, path);
        return new OfFixedPoint(new FixedPointClassifier(model.Network));
    }

    static DataConfig Reads(ModelSpec spec, string path)
    {
        DataConfig data = spec.Training?.Config is { } config ? ConfigJson.Read(config.GetRawText(), path).Data : new DataConfig();
        // sound of any rate is brought to the model's
        return spec.Series?.LogMel is { } mel ? data with { Series = data.Series with { SampleRate = mel.SampleRate, Features = SoundFeatures.LogMel } } : data;
    }

    /// <summary>The numbers of a series as the model takes them.</summary>
    float[] Values(Example example) => example is SeriesExample series
        ? series.ValuesFor(spec.Series!)
        : throw new TernException("The model reads series of numbers; it got a text.");

    // inlined, it would load TorchSharp for all
    [MethodImpl(MethodImplOptions.NoInlining)]
    static Classifier LoadBaseline(string path, ModelSpec spec) => new OfLibtorch(TrainedClassifier.Load(path), spec);

    sealed class OfTexts(TextClassifier classifier) : Classifier(classifier.Network.Spec)
    {
        public override IReadOnlyList<Prediction> Predict(IReadOnlyList<Example> examples, int threads) =>
            classifier.Predict([.. examples.Select(e => (e as TextExample ?? throw new TernException("The model reads texts; it got a series of numbers.")).Text)], threads);
    }

    sealed class OfSeries(SeriesClassifier classifier) : Classifier(classifier.Network.Spec)
    {
        public override IReadOnlyList<Prediction> Predict(IReadOnlyList<Example> examples, int threads) =>
            classifier.Predict([.. examples.Select(Values)], threads);

        public override IReadOnlyList<Prediction> PredictFromRandomStates(IReadOnlyList<Example> examples, Random random) =>
            classifier.Predict([.. examples.Select(Values)], random);
    }

    sealed class OfFixedPoint(FixedPointClassifier classifier) : Classifier(classifier.Network.Spec)
    {
        public override IReadOnlyList<Prediction> Predict(IReadOnlyList<Example> examples, int threads) =>
            classifier.Predict([.. examples.Select(Values)], threads);
    }

    sealed class OfLibtorch(TrainedClassifier classifier, ModelSpec spec) : Classifier(spec)
    {
        public override IReadOnlyList<Prediction> Predict(IReadOnlyList<Example> examples, int threads) =>
            [.. classifier.Predict(examples).Select(probabilities => new Prediction(Labels, probabilities))];

        public override void Dispose() => classifier.Dispose();
    }
}
