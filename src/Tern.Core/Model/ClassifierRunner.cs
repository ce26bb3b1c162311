using System.Collections.Concurrent;

namespace Tern.Model;

/// <summary>Runs a pooled network over many sequences: batches of like length, any number of threads, sessions used again.</summary>
/// <param name="network">A network whose output is one row for each sequence, with labels.</param>
sealed class ClassifierRunner(Network network)
{
    const int BatchSequences = 64, BatchSteps = 16384;      // padding included; bounds the buffers of a session
    readonly ConcurrentBag<Session> sessions = [];
    readonly IReadOnlyList<string> labels = network.Spec.Labels!;
    readonly bool severalLabels = network.Spec.Task == ModelTask.TextMultiLabel;

    /// <summary>Predictions in the order of the sequences; they depend neither on threads nor on timing.</summary>
    /// <param name="lengths">Steps of each sequence.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="run">Runs the sequences of these indices, longest first, and writes their outputs, [indices, labels].</param>
    /// <exception cref="TernException">Threads below 1, or a model whose output overflows.</exception>
    public Prediction[] Predict(int[] lengths, int threads, Action<Session, int[], float[]> run)
    {
        if (threads < 1)
            throw new TernException($"Threads {threads} is below 1; use 1 or more.");
        int[] order = [.. Enumerable.Range(0, lengths.Length).OrderByDescending(i => lengths[i])];    // stable, so the batches are always the same
        List<Range> batches = Batches(order, lengths);
        Prediction[] predictions = new Prediction[lengths.Length];
        if (threads == 1)
            batches.ForEach(range => Predict(order[range]));
        else
            try
            {
                Parallel.ForEach(batches, new() { MaxDegreeOfParallelism = threads }, range => Predict(order[range]));
            }
            catch (AggregateException e) when (e.InnerException is TernException inner)
            {
                throw inner;
            }
        return predictions;

        void Predict(int[] batch)
        {
            Session session = sessions.TryTake(out Session? free) ? free : network.CreateSession();
            float[] logits = new float[batch.Length * labels.Count];     // [batch, labels]
            run(session, batch, logits);
            sessions.Add(session);
            for (int row = 0; row < batch.Length; row++)
                predictions[batch[row]] = Prediction.OfLogits(labels, logits.AsSpan(row * labels.Count, labels.Count), severalLabels);
        }
    }

    /// <summary>Cuts the order, longest first, into batches of bounded size.</summary>
    static List<Range> Batches(int[] order, int[] lengths)
    {
        List<Range> batches = [];
        for (int start = 0; start < order.Length;)
        {
            int count = Math.Clamp(BatchSteps / lengths[order[start]], 1, BatchSequences);
            int end = Math.Min(order.Length, start + count);
            batches.Add(start..end);
            start = end;
        }
        return batches;
    }
}
