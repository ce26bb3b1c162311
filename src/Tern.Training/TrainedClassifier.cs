using Tern.Model;
using Tern.Training.Data;
using Tern.Training.Models;
using Tern.Training.Native;
using Tern.Training.Tasks;

namespace Tern.Training;

/// <summary>
/// A trained model run by libtorch, for the baselines, which Core does not run, and to compare
/// the two. Not for several threads at once.
/// </summary>
public sealed class TrainedClassifier : IDisposable
{
    readonly ClassifierModel model;
    readonly Classification task;

    TrainedClassifier(ClassifierModel model, Classification task) => (this.model, this.task) = (model, task);

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> Labels => task.Labels;

    /// <summary>Loads a model file that <see cref="Trainer"/> has written.</summary>
    /// <exception cref="TernException">The file cannot be read, or is no classifier trained by Tern.</exception>
    public static TrainedClassifier Load(string path)
    {
        (ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors) = ModelFile.Load(path);
        if (spec is not { Labels: not null, Training.Config: { } config } || (spec.Text is null && spec.Series is null))
            throw new TernException($"Model file '{path}' is no classifier that Tern has trained (task {spec.Task}); give one that `tern train` has written.");
        TorchRuntime.Load();
        // the file has the matrices themselves, whatever they were made of
        ModelConfig modelConfig = ConfigJson.Read(config.GetRawText(), path).Model.Resolve() with { RecurrentForm = Weights.Orthogonal.RecurrentForm.Free };
        var task = new Classification(spec);
        var model = new ClassifierModel(modelConfig, task.Input, task.Labels.Count);
        model.Import(tensors);
        model.eval();
        return new(model, task);
    }

    /// <summary>Probabilities of the classes, [example][class]; labels are not looked at.</summary>
    /// <exception cref="TernException">An example is not of the model's kind.</exception>
    public float[][] Predict(IReadOnlyList<Example> examples) => task.Probabilities(model, [.. examples.Select(example => task.Encode(example, []))]);

    /// <summary>Accuracy, loss and confusions on labelled examples.</summary>
    /// <exception cref="TernException">An example has a class that the model does not know.</exception>
    public Evaluation Evaluate(IReadOnlyList<Example> examples) => task.Evaluate(model, task.Encode(examples));

    /// <summary>Frees the model.</summary>
    public void Dispose() => model.Dispose();
}
