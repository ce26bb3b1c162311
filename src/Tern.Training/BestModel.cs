using Tern.Kernels;
using Tern.Model;
using Tern.Training.Layers;
using Tern.Training.Models;
using Tern.Training.Tasks;
using TorchSharp;

namespace Tern.Training;

/// <summary>The model of the epoch with the best validation accuracy (of equals, the smallest validation loss).</summary>
sealed class BestModel(TextClassification task, TrainConfig config, string fingerprint, RunFolder? folder)
{
    ModelSpec? spec;
    IReadOnlyDictionary<string, TensorData> tensors = new Dictionary<string, TensorData>();
    EpochRecord? record;

    /// <summary>The best epoch so far, from 1; 0 before the first.</summary>
    public int Epoch => record?.Epoch ?? 0;

    /// <summary>Keeps and saves the model where it is the best so far.</summary>
    public void Offer(TextClassifierModel model, EpochRecord epoch)
    {
        if (record is not null && (epoch.ValidationAccuracy, -epoch.ValidationLoss).CompareTo((record.ValidationAccuracy, -record.ValidationLoss)) <= 0)
            return;
        record = epoch;
        (spec, tensors) = model.Export(task.Features, task.Labels);
        Save(new() { ["validation_accuracy"] = epoch.ValidationAccuracy });
    }

    /// <summary>Gives the model the weights of the best epoch again.</summary>
    public void Restore(TextClassifierModel model) => model.Import(tensors);

    /// <summary>Saves the model with its test figures; returns its size in bytes.</summary>
    public long Finish(TextClassifierModel model, Evaluation tested) =>
        Save(new() { ["validation_accuracy"] = record!.ValidationAccuracy, ["test_accuracy"] = tested.Accuracy, ["test_loss"] = tested.Loss })
        ?? model.ParameterCount * sizeof(float);

    long? Save(Dictionary<string, double> metrics) => folder?.WriteModel(spec! with
    {
        Metrics = metrics,
        Training = new()
        {
            Config = ConfigJson.Element(config),
            Seed = config.Seed,
            DataFingerprint = fingerprint,
            Tern = ModelSpec.TernVersion,
            Dotnet = Environment.Version.ToString(),
            Libtorch = torch.__version__,
            SimdBits = Simd.Bits,
            Gemm = MatrixProductsChoice.Current.ToString().ToLowerInvariant(),
            Threads = config.Threads,
        },
    }, tensors);
}
