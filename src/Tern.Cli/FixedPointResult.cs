using Tern.Model;
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
    /// <param name="integers">What it says of each.</param>
    /// <param name="floats">What the float form says of each.</param>
    public static FixedPointResult Of(FixedPointModel model, IReadOnlyList<Example> examples, IReadOnlyList<Prediction> integers, IReadOnlyList<Prediction> floats)
    {
        int right = 0, differing = 0;
        for (int i = 0; i < examples.Count; i++)
        {
            if (examples[i].Labels.Contains(integers[i].Label)) right++;
            if (integers[i].Index != floats[i].Index) differing++;
        }
        return new((double)right / examples.Count, (double)differing / examples.Count, model.Network.TableBytes, model.Calibration);
    }
}
