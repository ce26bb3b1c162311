using Tern.Features;
using Tern.FixedPoint;
using Tern.Training.Data;

namespace Tern.Cli;

/// <summary>What the integer form does on labelled series, beside the float one.</summary>
/// <param name="Accuracy">Share of examples whose class it gives.</param>
/// <param name="Differing">Share of examples that the float form decides otherwise.</param>
/// <param name="TableBytes">Bytes of weights, biases and tables.</param>
/// <param name="Calibration">Where its scales are from.</param>
/// <param name="FromSamples">The same where frames of sound are made in whole numbers too; null for models that read no sound.</param>
sealed record FixedPointResult(double Accuracy, double Differing, int TableBytes, string Calibration, FixedPointShares? FromSamples)
{
    /// <param name="model">The integer form.</param>
    /// <param name="examples">Labelled series.</param>
    /// <param name="decided">The float form's class of each.</param>
    /// <param name="ids">Class ids by label.</param>
    /// <param name="cancel">Ends the work.</param>
    public static FixedPointResult Of(FixedPointModel model, IReadOnlyList<Example> examples, IReadOnlyList<int> decided, IReadOnlyDictionary<string, int> ids, CancellationToken cancel)
    {
        SeriesFeatures features = model.Network.Spec.Series!;
        FixedPointShares rows = Shares(() => example => model.Network.Words(FixedPointModel.Rows(example, features)));
        FixedPointShares? samples = model.Network.CreateLogMel() is null ? null : Shares(() =>
        {
            FixedLogMel frames = model.Network.CreateLogMel()!;      // one for each thread
            return example => Cut(frames.Frames(((SeriesExample)example).ValuesFor(features)), features);
        });
        return new(rows.Accuracy, rows.Differing, model.Network.TableBytes, model.Calibration, samples);

        FixedPointShares Shares(Func<Func<Example, short[]>> words)
        {
            int right = 0, differing = 0;
            Parallel.For(0, examples.Count, new ParallelOptions { CancellationToken = cancel }, () => (Session: model.Network.CreateSession(), Words: words()), (i, _, local) =>
            {
                int id = Classify(local.Session, local.Words(examples[i]));
                if (examples[i].Labels.Any(label => ids[label] == id)) Interlocked.Increment(ref right);
                if (decided[i] != id) Interlocked.Increment(ref differing);
                return local;
            }, _ => { });
            return new((double)right / examples.Count, (double)differing / examples.Count);
        }
    }

    static short[] Cut(short[] words, SeriesFeatures features) =>
        features.MaxLength > 0 && words.Length > (long)features.MaxLength * features.Channels ? words[..(features.MaxLength * features.Channels)] : words;

    static int Classify(FixedPointSession session, short[] words)
    {
        int width = session.Network.InputWidth;
        session.Reset();
        for (int at = 0; at < words.Length; at += width) session.Step(words.AsSpan(at, width));
        return session.Classify();
    }
}

/// <summary>Shares of examples.</summary>
/// <param name="Accuracy">Whose class is given.</param>
/// <param name="Differing">That the float form decides otherwise.</param>
sealed record FixedPointShares(double Accuracy, double Differing);
