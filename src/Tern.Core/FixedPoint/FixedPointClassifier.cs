using System.Collections.Concurrent;
using Tern.Features;
using Tern.Model;

namespace Tern.FixedPoint;

/// <summary>
/// Classifies series of numbers in whole numbers: the class is that of the C code of the same model, whatever the machine.
/// Safe to use from many threads.
/// </summary>
public sealed class FixedPointClassifier
{
    readonly ConcurrentBag<FixedPointSession> sessions = [];
    readonly SeriesFeatures features;
    readonly IReadOnlyList<string> labels;

    /// <summary>A classifier of a compiled network.</summary>
    /// <exception cref="TernException">The model is not a classifier of series.</exception>
    public FixedPointClassifier(FixedNetwork network)
    {
        ModelSpec spec = network.Spec;
        if (spec.Task != ModelTask.SeriesClassification || spec.Series is null || spec.Labels is null)
            throw new TernException(ModelFile.OneLine($"The model does '{spec.Task}'; expected {ModelTask.SeriesClassification} with series features and labels. Use a model of that task."));
        (Network, features, labels) = (network, spec.Series, spec.Labels);
    }

    /// <summary>Reads a model file and compiles it with the ranges that it holds.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="TernException">The file cannot be read, holds no ranges, or a part that the integer form lacks.</exception>
    public static FixedPointClassifier Load(string path, FixedPointOptions? options = null)
    {
        (ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors) = ModelFile.Load(path);
        return new(FixedPointCompiler.Compile(spec, tensors, options));
    }

    /// <summary>The integer form.</summary>
    public FixedNetwork Network { get; }

    /// <summary>Classifies a series.</summary>
    /// <param name="values">[steps, channels] as measured, or samples of sound, -1 to 1, whose frames are made in floating point.</param>
    /// <exception cref="TernException">The series has no whole steps.</exception>
    public Prediction Predict(float[] values) => Predict([values])[0];

    /// <summary>Classifies series; the answers come in their order.</summary>
    /// <param name="series">Each as above.</param>
    /// <param name="threads">Threads to use; the answers do not depend on it.</param>
    /// <exception cref="TernException">A series without whole steps, or threads below 1.</exception>
    public Prediction[] Predict(IReadOnlyList<float[]> series, int threads = 1)
    {
        if (threads < 1) throw new TernException($"Threads {threads} is below 1; use 1 or more.");
        float[][] rows = [.. series.Select(values => features.Measured(values))];
        Prediction[] predictions = new Prediction[rows.Length];
        Parallel.For(0, rows.Length, new() { MaxDegreeOfParallelism = threads }, i => predictions[i] = Classify(rows[i]));
        return predictions;
    }

    Prediction Classify(float[] rows)
    {
        FixedPointSession session = sessions.TryTake(out FixedPointSession? free) ? free : Network.CreateSession();
        session.Reset();
        for (int at = 0; at < rows.Length; at += Network.InputWidth) session.Step(rows.AsSpan(at, Network.InputWidth));
        int[] output = new int[labels.Count];
        session.Output(output);
        int index = session.Classify();
        sessions.Add(session);
        // of two outputs that are nearly equal the probabilities may be equal as floats
        return Prediction.OfLogits(labels, [.. output.Select(word => (float)(word * Network.OutputUnit))]) with { Index = index };
    }
}
