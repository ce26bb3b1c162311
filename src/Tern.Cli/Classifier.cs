using Tern.Model;
using Tern.Training;

namespace Tern.Cli;

/// <summary>
/// A text classifier from a model file: by Tern's session where the model has Tern's cells only, by libtorch for the
/// baselines. libtorch is loaded for the latter alone.
/// </summary>
sealed class Classifier : IDisposable
{
    readonly TextClassifier? session;
    readonly TrainedClassifier? trained;

    Classifier(TextClassifier? session, TrainedClassifier? trained) => (this.session, this.trained) = (session, trained);

    public IReadOnlyList<string> Labels => session?.Network.Spec.Labels ?? trained!.Labels;

    /// <exception cref="TernException">The file cannot be read or is no text classifier.</exception>
    public static Classifier Load(string path)
    {
        (ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors) = ModelFile.Load(path);
        return spec.Modules.Any(module => module is TorchRecurrentSpec) ? OfTorch(path) : new(new TextClassifier(new Network(spec, tensors)), null);
    }

    // a method of its own, so that the types of TorchSharp are first met in it
    static Classifier OfTorch(string path) => new(null, TrainedClassifier.Load(path));

    /// <summary>Probabilities of the labels, for each text.</summary>
    public IReadOnlyList<IReadOnlyList<float>> Predict(IReadOnlyList<string> texts, int threads) =>
        session is not null ? [.. session.Predict(texts, threads).Select(prediction => prediction.Probabilities)] : trained!.Predict(texts);

    public void Dispose() => trained?.Dispose();
}
