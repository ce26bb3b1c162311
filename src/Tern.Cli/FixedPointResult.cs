using Tern.Features;
using Tern.FixedPoint;
using Tern.Model;
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
    /// <param name="integers">What it says of each.</param>
    /// <param name="floats">What the float form says of each.</param>
    /// <param name="cancel">Ends the work.</param>
    public static FixedPointResult Of(FixedPointModel model, IReadOnlyList<Example> examples, IReadOnlyList<Prediction> integers, IReadOnlyList<Prediction> floats, CancellationToken cancel)
    {
        IReadOnlyList<string> labels = model.Network.Spec.Labels!;
        FixedPointShares rows = FixedPointShares.Of(examples, [.. integers.Select(prediction => prediction.Index)], floats, labels);
        FixedPointShares? samples = model.Network.CreateLogMel() is null ? null : FixedPointShares.Of(examples, ClassesOfSamples(model.Network, examples, cancel), floats, labels);
        return new(rows.Accuracy, rows.Differing, model.Network.TableBytes, model.Calibration, samples);
    }

    /// <summary>The classes with frames in whole numbers, made from the samples.</summary>
    static int[] ClassesOfSamples(FixedNetwork network, IReadOnlyList<Example> examples, CancellationToken cancel)
    {
        SeriesFeatures features = network.Spec.Series!;
        int[] classes = new int[examples.Count];
        Parallel.For(0, examples.Count, new ParallelOptions { CancellationToken = cancel }, () => (Session: network.CreateSession(), Frames: network.CreateLogMel()!), (i, _, local) =>
        {
            short[] words = Cut(local.Frames.Frames(((SeriesExample)examples[i]).ValuesFor(features)), features);
            local.Session.Reset();
            for (int at = 0; at < words.Length; at += network.InputWidth) local.Session.Step(words.AsSpan(at, network.InputWidth));
            classes[i] = local.Session.Classify();
            return local;
        }, _ => { });
        return classes;
    }

    static short[] Cut(short[] words, SeriesFeatures features) =>
        features.MaxLength > 0 && words.Length > (long)features.MaxLength * features.Channels ? words[..(features.MaxLength * features.Channels)] : words;
}

/// <summary>Shares of examples.</summary>
/// <param name="Accuracy">Whose class is given.</param>
/// <param name="Differing">That the float form decides otherwise.</param>
sealed record FixedPointShares(double Accuracy, double Differing)
{
    /// <param name="examples">Labelled series.</param>
    /// <param name="classes">What was decided, as an index.</param>
    /// <param name="floats">What the float form says.</param>
    /// <param name="labels">Names of the classes.</param>
    public static FixedPointShares Of(IReadOnlyList<Example> examples, int[] classes, IReadOnlyList<Prediction> floats, IReadOnlyList<string> labels)
    {
        int right = 0, differing = 0;
        for (int i = 0; i < examples.Count; i++)
        {
            if (examples[i].Labels.Contains(labels[classes[i]])) right++;
            if (classes[i] != floats[i].Index) differing++;
        }
        return new((double)right / examples.Count, (double)differing / examples.Count);
    }
}
