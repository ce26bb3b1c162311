using Tern.Features;
using Tern.Model;
using Tern.Training.Data;
using Tern.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Tasks;

/// <summary>One class for each text: how texts become numbers, the loss, and what is counted.</summary>
public sealed class TextClassification
{
    // large batches save nothing more than calls, small ones keep evaluation's memory below training's
    const int EvaluationBatch = 64;

    /// <summary>Makes the vocabulary of the training texts.</summary>
    public TextClassification(DataConfig config, Dataset data)
        : this(TextFeatures.Fit(data.Train.Cast<TextExample>().Select(e => e.Text), config.Unit, config.LowerCase, config.TextLength, config.MinCount, config.Clean), data.Labels)
    {
    }

    /// <summary>Takes what a model file holds.</summary>
    public TextClassification(TextFeatures features, IReadOnlyList<string> labels)
    {
        (Features, Labels) = (features, labels);
        ids = labels.Select((label, id) => (label, id)).ToDictionary(l => l.label, l => l.id, StringComparer.Ordinal);
    }

    readonly Dictionary<string, int> ids;

    /// <summary>How texts become token ids.</summary>
    public TextFeatures Features { get; }

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Token ids and class ids of labelled texts.</summary>
    /// <exception cref="TernException">A text has a class that the model does not know.</exception>
    public EncodedText[] Encode(IReadOnlyList<Example> examples)
    {
        var encoded = new EncodedText[examples.Count];
        for (int i = 0; i < encoded.Length; i++)
            encoded[i] = new(Features.Encode(((TextExample)examples[i]).Text), ids.TryGetValue(examples[i].Label, out int id)
                ? id
                : throw new TernException(Nearest.Message("the model does not know the class", examples[i].Label, Labels)));
        return encoded;
    }

    /// <summary>Mean cross-entropy of a batch, in nats.</summary>
    public static Tensor Loss(TextClassifierModel model, TokenBatch batch)
    {
        Tensor scores = model.forward(batch); // [batch, classes]
        return nn.functional.cross_entropy(scores, tensor(batch.Labels));
    }

    /// <summary>Class probabilities of texts, [text][class].</summary>
    public static float[][] Probabilities(TextClassifierModel model, IReadOnlyList<EncodedText> texts)
    {
        var probabilities = new float[texts.Count][];
        bool training = model.training;
        model.eval();
        using (no_grad())
            foreach (int[] indices in Batches.ByLength(texts, EvaluationBatch))
            {
                using var scope = NewDisposeScope();
                float[] rows = model.forward(Batches.Gather(texts, indices)).softmax(1).data<float>().ToArray();
                int classes = rows.Length / indices.Length;
                for (int i = 0; i < indices.Length; i++)
                    probabilities[indices[i]] = rows[(i * classes)..((i + 1) * classes)];
            }
        model.train(training);
        return probabilities;
    }

    /// <summary>Accuracy, loss and confusions on labelled texts.</summary>
    public Evaluation Evaluate(TextClassifierModel model, IReadOnlyList<EncodedText> texts)
    {
        float[][] probabilities = Probabilities(model, texts);
        int[,] confusion = new int[Labels.Count, Labels.Count];
        double loss = 0;
        int right = 0;
        for (int i = 0; i < texts.Count; i++)
        {
            int predicted = Array.IndexOf(probabilities[i], probabilities[i].Max());
            confusion[texts[i].Label, Math.Max(0, predicted)]++;
            right += predicted == texts[i].Label ? 1 : 0;
            loss -= Math.Log(Math.Max(probabilities[i][texts[i].Label], 1e-30));
        }
        return new((double)right / texts.Count, loss / texts.Count, confusion);
    }
}

/// <summary>What a model does on labelled texts.</summary>
/// <param name="Accuracy">0 to 1.</param>
/// <param name="Loss">Mean cross-entropy in nats.</param>
/// <param name="Confusion">Texts by class (row) and predicted class (column).</param>
public sealed record Evaluation(double Accuracy, double Loss, int[,] Confusion);
