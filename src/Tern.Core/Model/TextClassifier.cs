using System.Collections.Concurrent;
using Tern.Features;

namespace Tern.Model;

/// <summary>Classifies texts with a model file and nothing else. Safe to use from many threads.</summary>
public sealed class TextClassifier
{
    /// <summary>The task of the models that it runs.</summary>
    public const string Task = "text-classification";

    const int BatchTexts = 64, BatchTokens = 16384;      // padding included; bounds the buffers of a session
    readonly ConcurrentBag<Session> sessions = [];
    readonly TextFeatures features;
    readonly IReadOnlyList<string> labels;

    /// <summary>A classifier of a loaded network.</summary>
    /// <exception cref="TernException">The model is not a text classifier.</exception>
    public TextClassifier(Network network)
    {
        ModelSpec spec = network.Spec;
        if (spec.Task != Task || spec.Text is null || spec.Labels is null || network.TokenCount == 0 || network.GivesSequence)
            throw new TernException($"The model does '{spec.Task}'; expected {Task} with text features, labels and a pooled output. Use a model of that task.");
        (Network, features, labels) = (network, spec.Text, spec.Labels);
    }

    /// <summary>Reads a model file.</summary>
    /// <exception cref="TernException">The file cannot be read, is damaged or is not a text classifier.</exception>
    public static TextClassifier Load(string path) => new(Network.Load(path));

    /// <summary>The model.</summary>
    public Network Network { get; }

    /// <summary>Classifies a text.</summary>
    public Prediction Predict(string text) => Predict([text])[0];

    /// <summary>Classifies texts in batches of like length; the answers come in the order of the texts.</summary>
    /// <param name="texts">Any number of texts; an empty one is an unknown token.</param>
    /// <param name="threads">Threads to use; the answers do not depend on it.</param>
    /// <exception cref="TernException">Threads below 1, or a model whose output overflows.</exception>
    public Prediction[] Predict(IReadOnlyList<string> texts, int threads = 1)
    {
        if (threads < 1)
            throw new TernException($"Threads {threads} is below 1; use 1 or more.");
        int[][] tokens = [.. texts.Select(features.Encode)];
        int[] order = [.. Enumerable.Range(0, tokens.Length).OrderByDescending(i => tokens[i].Length)];    // stable, so the batches are always the same
        List<Range> batches = Batches(order, tokens);
        Prediction[] predictions = new Prediction[tokens.Length];
        if (threads == 1)
            batches.ForEach(range => Predict(order[range], tokens, predictions));
        else
            try
            {
                Parallel.ForEach(batches, new() { MaxDegreeOfParallelism = threads }, range => Predict(order[range], tokens, predictions));
            }
            catch (AggregateException e) when (e.InnerException is TernException inner)
            {
                throw inner;
            }
        return predictions;
    }

    void Predict(int[] batch, int[][] tokens, Prediction[] predictions)
    {
        Session session = sessions.TryTake(out Session? free) ? free : Network.CreateSession();
        float[] logits = new float[batch.Length * labels.Count];     // [batch, labels]
        session.Run([.. batch.Select(i => tokens[i])], logits);
        sessions.Add(session);
        for (int row = 0; row < batch.Length; row++)
            predictions[batch[row]] = Prediction.OfLogits(labels, logits.AsSpan(row * labels.Count, labels.Count));
    }

    /// <summary>Cuts the order, longest first, into batches of bounded size.</summary>
    static List<Range> Batches(int[] order, int[][] tokens)
    {
        List<Range> batches = [];
        for (int start = 0; start < order.Length;)
        {
            int count = Math.Clamp(BatchTokens / tokens[order[start]].Length, 1, BatchTexts);
            int end = Math.Min(order.Length, start + count);
            batches.Add(start..end);
            start = end;
        }
        return batches;
    }
}
