using System.Runtime.CompilerServices;
using Tern.Model;
using Tern.Training;

namespace Tern.Cli;

/// <summary>
/// A text classifier from a model file: by Tern's session where the model has Tern's cells only, by libtorch for the
/// baselines. TorchSharp is loaded for the latter alone.
/// </summary>
abstract class Classifier : IDisposable
{
    public abstract IReadOnlyList<string> Labels { get; }

    /// <summary>Probabilities of the labels, for each text.</summary>
    public abstract IReadOnlyList<IReadOnlyList<float>> Predict(IReadOnlyList<string> texts, int threads);

    public virtual void Dispose() { }

    /// <exception cref="TernException">The file cannot be read or is no text classifier.</exception>
    public static Classifier Load(string path)
    {
        (ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors) = ModelFile.Load(path);
        return spec.Modules.Any(module => module is TorchRecurrentSpec) ? LoadBaseline(path) : new OfSession(new TextClassifier(new Network(spec, tensors)));
    }

    // inlined, it would load TorchSharp for all
    [MethodImpl(MethodImplOptions.NoInlining)]
    static Classifier LoadBaseline(string path) => new OfLibtorch(TrainedClassifier.Load(path));

    sealed class OfSession(TextClassifier classifier) : Classifier
    {
        public override IReadOnlyList<string> Labels => classifier.Network.Spec.Labels!;

        public override IReadOnlyList<IReadOnlyList<float>> Predict(IReadOnlyList<string> texts, int threads) =>
            [.. classifier.Predict(texts, threads).Select(prediction => prediction.Probabilities)];
    }

    sealed class OfLibtorch(TrainedClassifier classifier) : Classifier
    {
        public override IReadOnlyList<string> Labels => classifier.Labels;

        public override IReadOnlyList<IReadOnlyList<float>> Predict(IReadOnlyList<string> texts, int threads) => classifier.Predict(texts);

        public override void Dispose() => classifier.Dispose();
    }
}
