using Tern.Model;
using Tern.Training.Data;
using Tern.Training.Models;
using Tern.Training.Native;
using Tern.Training.Tasks;

namespace Tern.Training;

/// <summary>
/// A trained model run by libtorch, for the baselines, which <c>Tern.Model.TextClassifier</c> does not run, and to compare
/// the two. Not for several threads at once.
/// </summary>
public sealed class TrainedClassifier : IDisposable
{
    readonly TextClassifierModel model;
    readonly TextClassification task;

    TrainedClassifier(TextClassifierModel model, TextClassification task) => (this.model, this.task) = (model, task);

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> Labels => task.Labels;

    /// <summary>Loads a model file that <see cref="Trainer"/> has written.</summary>
    /// <exception cref="TernException">The file cannot be read, or is no text classifier trained by Tern.</exception>
    public static TrainedClassifier Load(string path)
    {
        (ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors) = ModelFile.Load(path);
        if (spec is not { Text: { } features, Labels: { } labels, Training.Config: { } config })
            throw new TernException($"Model file '{path}' is no text classifier that Tern has trained (task {spec.Task}); give one that `tern train` has written.");
        TorchRuntime.Load();
        ModelConfig modelConfig = ConfigJson.Read(config.GetRawText(), path).Resolve().Model;
        var model = new TextClassifierModel(modelConfig, features.Vocabulary.Count, labels.Count);
        model.Import(tensors);
        model.eval();
        return new(model, new TextClassification(features, labels));
    }

    /// <summary>Probabilities of the classes, [text][class].</summary>
    public float[][] Predict(IReadOnlyList<string> texts) =>
        TextClassification.Probabilities(model, [.. texts.Select(text => new EncodedText(task.Features.Encode(text), 0))]);

    /// <summary>Accuracy, loss and confusions on labelled texts.</summary>
    /// <exception cref="TernException">A text has a class that the model does not know.</exception>
    public Evaluation Evaluate(IReadOnlyList<Example> examples) => task.Evaluate(model, task.Encode(examples));

    /// <summary>Frees the model.</summary>
    public void Dispose() => model.Dispose();
}
