using Tern.Features;
using Tern.Kernels;
using Tern.Model;
using Tern.Training.Data;
using Tern.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Tasks;

/// <summary>Classes of texts or series: how examples become numbers, the loss, and what is counted.</summary>
public sealed class Classification : IDisposable
{
    // large batches save nothing more than calls, small ones keep evaluation's memory below training's
    const int EvaluationBatch = 64;

    readonly Dictionary<string, int> ids;
    readonly double labelSmoothing;
    readonly Tensor? classWeights; // [classes]

    /// <summary>Fits features to the training part: the vocabulary of texts, or means and deviations of series.</summary>
    public Classification(TrainConfig config, Dataset data) : this(
        data.IsText ? TextFeatures.Fit(data.Train.Cast<TextExample>().Select(e => e.Text), config.Data.Unit, config.Data.LowerCase, config.Data.TextLength, config.Data.MinCount, config.Data.Clean) : null,
        data.IsText ? null : SeriesFeatures.Fit(data.Train.Cast<SeriesExample>().Select(e => e.Values), data.Channels, config.Data.Series.Normalise, config.Data.MaxLength, config.Data.Series.LogMel(data.SampleRate)),
        data.Labels, config.Data.MultiLabel)
    {
        labelSmoothing = config.LabelSmoothing;
        classWeights = Weights(config, data);
    }

    /// <summary>Takes what a model file holds.</summary>
    public Classification(ModelSpec spec) : this(spec.Text, spec.Series, spec.Labels!, spec.Task == ModelTask.TextMultiLabel)
    {
    }

    /// <summary>Takes features and classes of a model that is trained further, the loss of a configuration.</summary>
    internal Classification(ModelSpec spec, TrainConfig config, Dataset data) : this(spec)
    {
        labelSmoothing = config.LabelSmoothing;
        classWeights = Weights(config, data);
    }

    Classification(TextFeatures? text, SeriesFeatures? series, IReadOnlyList<string> labels, bool multiLabel)
    {
        (Text, Series, Labels, MultiLabel) = (text, series, labels, multiLabel);
        ids = labels.Select((label, id) => (label, id)).ToDictionary(l => l.label, l => l.id, StringComparer.Ordinal);
    }

    /// <summary>How texts become token ids; null for series.</summary>
    public TextFeatures? Text { get; }

    /// <summary>How series become rows; null for texts.</summary>
    public SeriesFeatures? Series { get; }

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Whether an example may have several classes, or none.</summary>
    public bool MultiLabel { get; }

    /// <summary>What a model of this task reads.</summary>
    public ModelInput Input => new(Text?.Vocabulary.Count ?? 0, Series?.Channels ?? 0);

    /// <summary>The description of a model of this task.</summary>
    public ModelSpec Describe(ClassifierModel model)
    {
        IReadOnlyList<ModuleSpec> modules = model.Specs();
        return new()
        {
            Task = Series is not null ? ModelTask.SeriesClassification : MultiLabel ? ModelTask.TextMultiLabel : ModelTask.TextClassification,
            Modules = modules,
            Output = modules[^1].Name,
            Text = Text,
            Series = Series,
            Labels = Labels,
        };
    }

    /// <summary>Numbers and class ids of labelled examples.</summary>
    /// <exception cref="TernException">An example has a class that the model does not know, or is of another kind.</exception>
    public EncodedExample[] Encode(IReadOnlyList<Example> examples)
    {
        int[][] classes = [.. examples.Select(example => example.Labels.Select(label => ids.TryGetValue(label, out int id)
            ? id
            : throw new TernException(example.Origin.Prefix + Nearest.Message("the model does not know the class", label, Labels))).ToArray())];
        return Encode(examples.Count, i => examples[i], i => classes[i]);
    }

    /// <summary>Numbers of examples, which may be made as they are asked for: by as many threads as there are cores where each takes some work.</summary>
    internal EncodedExample[] Encode(int count, Func<int, Example> example, Func<int, int[]> classes)
    {
        var encoded = new EncodedExample[count];
        int workers = Series?.LogMel is null ? 1 : Math.Min(count, Environment.ProcessorCount);
        Workers.Run(workers, worker =>
        {
            for (int i = worker; i < count; i += workers)
                encoded[i] = Encode(example(i), classes(i));
        });
        return encoded;
    }

    /// <summary>Numbers of an example.</summary>
    /// <exception cref="TernException">It is a text where the model reads series, or the other way round, or has other channels.</exception>
    public EncodedExample Encode(Example example, int[] classes) => example switch
    {
        TextExample text when Text is not null => new EncodedText(Text.Encode(text.Text), classes),
        SeriesExample series when Series is not null => new EncodedSeries(Series.Encode(series.ValuesFor(Series)), Series.Channels, classes),
        _ => throw new TernException(Text is null ? "The model reads series of numbers; it got a text." : "The model reads texts; it got a series of numbers."),
    };

    /// <summary>
    /// Mean loss of a batch, in nats: cross-entropy with class weights and label smoothing, or, where an example may have
    /// several classes, the binary cross-entropy of every class.
    /// </summary>
    /// <param name="scores">[batch, classes].</param>
    /// <param name="batch">The batch.</param>
    public Tensor Loss(Tensor scores, SequenceBatch batch)
    {
        if (!MultiLabel)
            return nn.functional.cross_entropy(scores, tensor(Array.ConvertAll(batch.Classes, classes => (long)classes[0])), classWeights, label_smoothing: labelSmoothing);
        float[] targets = new float[batch.Size * Labels.Count]; // [batch, classes]
        Array.Fill(targets, (float)(labelSmoothing / 2));
        for (int b = 0; b < batch.Size; b++)
            foreach (int id in batch.Classes[b])
                targets[b * Labels.Count + id] = (float)(1 - labelSmoothing / 2);
        return nn.functional.binary_cross_entropy_with_logits(scores, tensor(targets, [batch.Size, Labels.Count]), classWeights);
    }

    /// <summary>Class probabilities, [example][class].</summary>
    public float[][] Probabilities(ClassifierModel model, IReadOnlyList<EncodedExample> examples)
    {
        var probabilities = new float[examples.Count][];
        bool training = model.training;
        model.eval();
        using (no_grad())
            foreach (int[] indices in Batches.ByLength(examples, EvaluationBatch))
            {
                using var scope = NewDisposeScope();
                Tensor scores = model.forward(Batches.Gather(examples, indices));
                float[] rows = (MultiLabel ? scores.sigmoid() : scores.softmax(1)).data<float>().ToArray();
                int classes = rows.Length / indices.Length;
                for (int i = 0; i < indices.Length; i++)
                    probabilities[indices[i]] = rows[(i * classes)..((i + 1) * classes)];
            }
        model.train(training);
        return probabilities;
    }

    /// <summary>What a model does on labelled examples.</summary>
    public Evaluation Evaluate(ClassifierModel model, IReadOnlyList<EncodedExample> examples) => Evaluation.Of(Probabilities(model, examples), examples, Labels.Count, MultiLabel);

    /// <summary>Frees the class weights.</summary>
    public void Dispose() => classWeights?.Dispose();

    /// <summary>examples / (classes x examples of the class): every class then weighs the same.</summary>
    float[] Balanced(Dataset data)
    {
        var counts = data.Train.SelectMany(e => e.Labels).CountBy(label => label).ToDictionary();
        double total = counts.Values.Sum();
        return [.. Labels.Select(label => (float)(total / (Labels.Count * counts.GetValueOrDefault(label, 1))))];
    }

    Tensor? Weights(TrainConfig config, Dataset data) => config.ClassWeights == ClassWeights.Balanced ? tensor(Balanced(data)).DetachFromDisposeScope() : null;
}
