using Tern.Cells;
using Tern.Core.Tests.Model;
using Tern.FixedPoint;
using Tern.Model;
using Xunit;

namespace Tern.Core.Tests.FixedPoint;

/// <summary>The integer form where a classifier of series is used.</summary>
public sealed class FixedPointClassifierTests
{
    static readonly ModelSpec Spec = RandomModel.Layer(CellCatalogue.Resolve("gru"), 3, 10, PoolingKind.Mean);
    static readonly Dictionary<string, TensorData> Tensors = RandomModel.Tensors(Spec, new Random(2));

    static ModelSpec WithRanges => Spec with { Ranges = FixedPointCompiler.Measure(Spec, Tensors, Calibration.Seeded(3, 4, 20, seed: 1)) };

    [Fact]
    public void A_series_gets_the_class_of_the_interpreter()
    {
        using TemporaryFolder folder = new();
        ModelFile.Save(folder["m"], WithRanges, Tensors);
        FixedPointClassifier classifier = FixedPointClassifier.Load(folder["m"]);
        FixedPointSession plain = classifier.Network.CreateInterpreter();
        SeriesClassifier floats = SeriesClassifier.Load(folder["m"]);
        // as measured, of unequal lengths
        float[][] series = [.. Calibration.Seeded(3, 40, 30, seed: 2).Select((rows, i) => rows[..(3 * (i % 30 + 1))].Select((value, at) => value * Spec.Series!.Deviation[at % 3] + Spec.Series.Mean[at % 3]).ToArray())];
        Prediction[] all = classifier.Predict(series, threads: 2), expected = floats.Predict(series);
        short[] words = new short[3];
        int[] output = new int[3];
        for (int i = 0; i < series.Length; i++)
        {
            plain.Reset();
            for (int at = 0; at < series[i].Length; at += 3)
            {
                classifier.Network.Quantize(series[i].AsSpan(at, 3), words);
                plain.Step(words);
            }
            plain.Output(output);
            Assert.Equal(plain.Classify(), all[i].Index);
            Assert.Equal(output.Index().MaxBy(score => score.Item).Index, all[i].Index);
            Assert.Equal(classifier.Predict(series[i]).Probabilities, all[i].Probabilities);
            for (int k = 0; k < 3; k++) Assert.Equal(expected[i].Probabilities[k], all[i].Probabilities[k], 0.05);
        }
        Assert.True(all.Select(prediction => prediction.Index).Distinct().Count() > 1);
    }

    [Fact]
    public void A_step_of_measured_numbers_is_a_step_of_their_words()
    {
        FixedNetwork network = FixedPointCompiler.Compile(WithRanges, Tensors);
        FixedPointSession session = network.CreateSession(), byWords = network.CreateSession();
        float[] measured = [0.3f, -1.7f, 1e9f];
        short[] words = new short[3], state = new short[network.StateWords], expected = new short[network.StateWords];
        network.Quantize(measured, words);
        byWords.Step(words);
        session.Step(measured);
        session.CopyState(state);
        byWords.CopyState(expected);
        Assert.Equal(expected, state);
        Assert.Contains(expected, word => word != 0);
    }

    [Fact]
    public void What_it_cannot_classify_is_said_in_one_line()
    {
        Assert.Contains("expected series-classification", Assert.Throws<TernException>(() => new FixedPointClassifier(FixedPointCompiler.Compile(WithRanges with { Task = "forecast" }, Tensors))).Message);
        FixedPointClassifier classifier = new(FixedPointCompiler.Compile(WithRanges, Tensors));
        Assert.Contains("A series of 4 numbers does not make steps of 3 channels", Assert.Throws<TernException>(() => classifier.Predict(new float[4])).Message);
        Assert.Contains("Threads 0", Assert.Throws<TernException>(() => classifier.Predict([new float[3]], threads: 0)).Message);
    }
}
