using Tern.Features;
using Tern.Model;
using Tern.Training.Compression;
using Tern.Training.Data;
using Tern.Training.Models;
using Tern.Training.Native;
using Tern.Training.Tasks;
using static TorchSharp.torch;

namespace Tern.Training.Search;

/// <summary>Models of a data set as they are before any training, compressed as their configuration asks: what one costs depends on its shape.</summary>
public sealed class UntrainedModels : IDisposable
{
    readonly Classification task;
    readonly Dataset data;

    /// <param name="config">Resolved; how data is read, and threads.</param>
    /// <param name="data">The data set.</param>
    public UntrainedModels(TrainConfig config, Dataset data)
    {
        TorchRuntime.Load(new TorchOptions { Threads = config.Threads, Allocator = config.Allocator });
        (this.data, task) = (data, new Classification(config, data));
    }

    /// <summary>How series become rows.</summary>
    /// <exception cref="TernException">The data is text.</exception>
    public SeriesFeatures Features => task.Series ?? throw new TernException($"{data.Name} is text; expected series of numbers, such as sensor windows or sound.");

    /// <summary>Numbers of a step.</summary>
    public int Channels => task.Input.Channels;

    /// <summary>The model file's content for a configuration, resolved.</summary>
    public (ModelSpec Spec, ModelTensors Tensors) Of(TrainConfig config)
    {
        manual_seed(config.Seed);
        using var scope = NewDisposeScope();
        using var model = new ClassifierModel(config.Model, task.Input, task.Labels.Count);
        using var compressor = new Compressor(config.Compression, [.. model.Weights()], config.Epochs, stepsPerEpoch: 1);
        compressor.Finish();
        return (task.Describe(model), model.Pack());
    }

    /// <inheritdoc/>
    public void Dispose() => task.Dispose();
}
