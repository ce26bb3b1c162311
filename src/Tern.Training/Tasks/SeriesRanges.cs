using Tern.FixedPoint;
using Tern.Model;
using Tern.Training.Data;

namespace Tern.Training.Tasks;

/// <summary>Ranges of a trained model of series, for its file: an integer form of it then needs no data.</summary>
static class SeriesRanges
{
    /// <summary>About a second: models that run on a microcontroller stay far below it with all sequences.</summary>
    const long MostMultiplyAdds = 1_000_000_000;

    /// <summary>Measures by the weights as they are stored; null where the integer form lacks a part of the model.</summary>
    /// <param name="spec">The model's description.</param>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="train">The training part.</param>
    public static ModelRanges? Measure(ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors, IReadOnlyList<EncodedExample> train)
    {
        if (spec.Series is null) return null;
        long step = ModuleCost.Of(spec).Where(cost => cost.EachStep).Sum(cost => cost.MultiplyAdds), spent = 0;
        List<float[]> sequences = [];
        foreach (EncodedSeries series in Calibration.Pick(train.Count).Select(i => (EncodedSeries)train[i]))
        {
            spent += step * series.Length;
            if (sequences.Count > 0 && spent > MostMultiplyAdds) break;
            sequences.Add(series.Rows);
        }
        try
        {
            return FixedPointCompiler.Measure(spec, tensors, sequences);
        }
        catch (TernException)
        {
            return null;      // the compiler says which part, when somebody asks for the form
        }
    }
}
