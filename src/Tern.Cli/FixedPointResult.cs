using Tern.FixedPoint;
using Tern.Training.Data;

namespace Tern.Cli;

/// <summary>What the integer form does on labelled series, beside the float one.</summary>
/// <param name="Accuracy">Share of examples whose class it gives.</param>
/// <param name="Differing">Share of examples that the float form decides otherwise.</param>
/// <param name="TableBytes">Bytes of weights, biases and tables.</param>
/// <param name="Calibration">Where its scales are from.</param>
sealed record FixedPointResult(double Accuracy, double Differing, int TableBytes, string Calibration)
{
    /// <param name="model">The integer form.</param>
    /// <param name="examples">Labelled series.</param>
    /// <param name="decided">The float form's class of each.</param>
    /// <param name="ids">Class ids by label.</param>
    /// <param name="cancel">Ends the work.</param>
    public static FixedPointResult Of(FixedPointModel model, IReadOnlyList<Example> examples, IReadOnlyList<int> decided, IReadOnlyDictionary<string, int> ids, CancellationToken cancel)
    {
        int right = 0, differing = 0;
        Parallel.For(0, examples.Count, new ParallelOptions { CancellationToken = cancel }, model.Network.CreateSession, (i, _, session) =>
        {
            int id = Classify(session, FixedPointModel.Rows(examples[i], model.Network.Spec.Series!));
            if (examples[i].Labels.Any(label => ids[label] == id)) Interlocked.Increment(ref right);
            if (decided[i] != id) Interlocked.Increment(ref differing);
            return session;
        }, _ => { });
        return new((double)right / examples.Count, (double)differing / examples.Count, model.Network.TableBytes, model.Calibration);
    }

    static int Classify(FixedPointSession session, float[] rows)
    {
        short[] words = session.Network.Words(rows);
        int width = session.Network.InputWidth;
        session.Reset();
        for (int at = 0; at < words.Length; at += width) session.Step(words.AsSpan(at, width));
        return session.Classify();
    }
}
