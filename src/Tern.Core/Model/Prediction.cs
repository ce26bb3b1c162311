namespace Tern.Model;

/// <summary>What a classifier says of one text or series.</summary>
/// <param name="Labels">The names of the classes.</param>
/// <param name="Probabilities">The probability of each label, in the same order; they sum to 1 where a text has one label.</param>
public sealed record Prediction(IReadOnlyList<string> Labels, IReadOnlyList<float> Probabilities)
{
    /// <summary>The index of the most probable label; the first of equals.</summary>
    public int Index { get; internal init; } = Enumerable.Range(0, Probabilities.Count).MaxBy(i => Probabilities[i]);

    /// <summary>The most probable label.</summary>
    public string Label => Labels[Index];

    /// <summary>Its probability.</summary>
    public float Probability => Probabilities[Index];

    /// <summary>The most probable labels, most probable first; equals in the order of the labels.</summary>
    /// <param name="count">How many at most.</param>
    public IReadOnlyList<(string Label, float Probability)> Top(int count) =>
        [.. Enumerable.Range(0, Labels.Count).OrderByDescending(i => Probabilities[i]).Take(count).Select(i => (Labels[i], Probabilities[i]))];

    /// <summary>The labels that are more probable than not: the answer where a text may have several labels, or none.</summary>
    public IReadOnlyList<string> Likely => [.. Labels.Where((_, i) => Probabilities[i] > 0.5f)];

    /// <summary>Probabilities of a row of the model's output: by softmax, or by a sigmoid of each where a text may have several labels.</summary>
    internal static Prediction OfLogits(IReadOnlyList<string> labels, ReadOnlySpan<float> logits, bool severalLabels = false)
    {
        if (severalLabels)
            return new(labels, [.. logits.ToArray().Select(logit => float.IsFinite(logit) ? (float)(1 / (1 + Math.Exp(-logit))) : throw NotANumber())]);
        double largest = double.NegativeInfinity, sum = 0;
        foreach (float logit in logits)
            largest = Math.Max(largest, logit);
        double[] powers = new double[logits.Length];
        for (int i = 0; i < powers.Length; i++)
            sum += powers[i] = Math.Exp(logits[i] - largest);
        if (!double.IsFinite(sum))
            throw NotANumber();
        return new(labels, [.. powers.Select(power => (float)(power / sum))]);
    }

    static TernException NotANumber() =>
        new("The model's output is not a number: its weights are too large. Train the model again with clipping or a smaller learning rate.");
}
