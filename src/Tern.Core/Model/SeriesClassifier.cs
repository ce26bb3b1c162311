using Tern.Features;

namespace Tern.Model;

/// <summary>Classifies series of numbers (sensors, sound) with a model file and nothing else. Safe to use from many threads.</summary>
public sealed class SeriesClassifier
{
    readonly SeriesFeatures features;
    readonly ClassifierRunner runner;

    /// <summary>A classifier of a loaded network.</summary>
    /// <exception cref="TernException">The model is not a classifier of series.</exception>
    public SeriesClassifier(Network network)
    {
        ModelSpec spec = network.Spec;
        if (spec.Task != ModelTask.SeriesClassification || spec.Series is null || spec.Labels is null || network.FeatureCount != spec.Series.Channels || network.GivesSequence)
            throw new TernException(ModelFile.OneLine($"The model does '{spec.Task}'; expected {ModelTask.SeriesClassification} with series features, labels and a pooled output. Use a model of that task."));
        (Network, features, runner) = (network, spec.Series, new(network));
    }

    /// <summary>Reads a model file.</summary>
    /// <exception cref="TernException">The file cannot be read, is damaged or is not a classifier of series.</exception>
    public static SeriesClassifier Load(string path) => new(Network.Load(path));

    /// <summary>The model.</summary>
    public Network Network { get; }

    /// <summary>Numbers of a step of the series that are given: 1, a sample, for a model that cuts sound into frames itself.</summary>
    public int Channels => features.InputChannels;

    /// <summary>Samples a second of the sound that the model reads; 0 where it reads steps as they are.</summary>
    public int SampleRate => features.LogMel?.SampleRate ?? 0;

    /// <summary>Classifies a series.</summary>
    /// <param name="values">[steps, channels] as measured, or samples of sound, -1 to 1: made into rows and normalised here as in training.</param>
    public Prediction Predict(float[] values) => Predict([values])[0];

    /// <summary>Classifies series in batches of like length; the answers come in the order of the series.</summary>
    /// <param name="series">Each [steps, channels] as measured, or samples of sound, -1 to 1: made into rows and normalised here as in training.</param>
    /// <param name="threads">Threads to use; the answers do not depend on it.</param>
    /// <exception cref="TernException">A series without whole steps, threads below 1, or a model whose output overflows.</exception>
    public Prediction[] Predict(IReadOnlyList<float[]> series, int threads = 1) => Predict(series, threads, initialStates: null);

    /// <summary>As above, from states that are drawn at random instead of 0; by one thread, so that a seed says what is drawn.</summary>
    /// <param name="series">As above.</param>
    /// <param name="initialStates">Where the states come from (<see cref="SessionState.Randomize"/>).</param>
    /// <exception cref="TernException">As above.</exception>
    public Prediction[] Predict(IReadOnlyList<float[]> series, Random initialStates) => Predict(series, threads: 1, initialStates);

    Prediction[] Predict(IReadOnlyList<float[]> series, int threads, Random? initialStates)
    {
        float[][] rows = [.. series.Select(values => features.Encode(values))];
        int width = features.Channels;
        return runner.Predict([.. rows.Select(r => r.Length / width)], threads, (session, batch, logits) =>
        {
            int[] lengths = [.. batch.Select(i => rows[i].Length / width)];
            int time = lengths.Max();
            float[] padded = new float[time * batch.Length * width];      // [time, batch, channels]
            for (int b = 0; b < batch.Length; b++)
                for (int t = 0; t < lengths[b]; t++)
                    rows[batch[b]].AsSpan(t * width, width).CopyTo(padded.AsSpan((t * batch.Length + b) * width));
            SessionState? state = initialStates is null ? null : Network.CreateState(batch.Length);
            state?.Randomize(initialStates!);
            session.Run(padded, time, lengths, logits, state);
        });
    }
}
