using Tern.Training.Data;

namespace Tern.Training.Tasks;

/// <summary>What a model does on labelled examples.</summary>
/// <param name="Accuracy">Share of examples whose class, or whole set of classes, is right: 0 to 1.</param>
/// <param name="Loss">Mean cross-entropy in nats, without class weights and smoothing.</param>
/// <param name="Confusion">Examples by class (row) and predicted class (column).</param>
public sealed record Evaluation(double Accuracy, double Loss, int[,] Confusion)
{
    /// <summary>2 precision recall / (precision + recall) over all pairs of example and class; null where each example has one class.</summary>
    public double? MicroF1 { get; init; }

    /// <summary>Counts.</summary>
    /// <param name="probabilities">[example][class].</param>
    /// <param name="examples">The examples.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="multiLabel">Whether an example may have several classes: those above one half are predicted then.</param>
    internal static Evaluation Of(float[][] probabilities, IReadOnlyList<EncodedExample> examples, int classes, bool multiLabel)
    {
        int[,] confusion = new int[classes, classes];
        double loss = 0;
        int right = 0;
        long hits = 0, predictions = 0, labels = 0;
        for (int i = 0; i < examples.Count; i++)
        {
            float[] p = probabilities[i];
            int likeliest = Math.Max(0, Array.IndexOf(p, p.Max()));
            if (!multiLabel)
            {
                confusion[examples[i].Label, likeliest]++;
                right += likeliest == examples[i].Label ? 1 : 0;
                loss -= Math.Log(Math.Max(p[examples[i].Label], 1e-30));
                continue;
            }
            bool whole = true;
            for (int c = 0; c < classes; c++)
            {
                bool actual = examples[i].Classes.Contains(c), predicted = p[c] > 0.5f;
                whole &= actual == predicted;
                hits += actual && predicted ? 1 : 0;
                predictions += predicted ? 1 : 0;
                labels += actual ? 1 : 0;
                loss -= Math.Log(Math.Max(actual ? p[c] : 1 - p[c], 1e-30)) / classes;
                // a class that was missed counts as taken for the likeliest one
                if (actual)
                    confusion[c, predicted ? c : likeliest]++;
            }
            right += whole ? 1 : 0;
        }
        return new((double)right / examples.Count, loss / examples.Count, confusion)
        {
            MicroF1 = multiLabel ? 2.0 * hits / Math.Max(1, predictions + labels) : null,
        };
    }
}
