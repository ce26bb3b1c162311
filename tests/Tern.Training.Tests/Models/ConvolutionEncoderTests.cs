using System.Collections.Immutable;
using Tern.Model;
using Tern.Training.Data;
using Tern.Training.Models;
using Tern.Training.Native;
using Tern.Training.Tasks;
using TorchSharp;

namespace Tern.Training.Tests.Models;

/// <summary>Kim's convolution as it trains, against the session that needs no libtorch.</summary>
public sealed class ConvolutionEncoderTests
{
    static readonly int[][] Unequal = [[1], [2], [1, 1], [9, 1, 4, 2], [3, 12, 5]];

    public ConvolutionEncoderTests() => TorchRuntime.Load();

    public static TheoryData<int, int, int[]> Shapes()
    {
        TheoryData<int, int, int[]> shapes = [];
        foreach (int width in (int[])[1, 3, 17])
            foreach (int filters in (int[])[1, 5])
                foreach (int[] windows in (int[][])[[1], [2], [3, 4, 5], [1, 8]])
                    shapes.Add(width, filters, windows);
        return shapes;
    }

    static ModelConfig Config(int width, int filters, params int[] windows) =>
        new ModelConfig { Cell = ModelConfig.Cnn, Embedding = width, Filters = filters, Windows = [.. windows] }.Resolve();

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ASessionEqualsTrainingOnSeries(int width, int filters, int[] windows)
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(2);
        using var model = new ClassifierModel(Config(width, filters, windows), new ModelInput(0, Channels: width), classes: 3);
        Network network = Exported(model);
        Assert.Equal(width, network.FeatureCount);
        var random = new Random(1);
        foreach (int[] lengths in Unequal)
        {
            var batch = new SeriesBatch([.. lengths.Select(length => new EncodedSeries([.. Enumerable.Range(0, length * width).Select(_ => random.NextSingle() * 2 - 1)], width, 0))]);
            float[] got = new float[lengths.Length * 3];
            network.CreateSession().Run(batch.Rows, batch.Time, batch.Lengths, got);
            Near(model.forward(batch), got);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ASessionEqualsTrainingOnTexts(int width, int filters, int[] windows)
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(2);
        using var model = new ClassifierModel(Config(width, filters, windows), new ModelInput(Vocabulary: 7, 0), classes: 3);
        Network network = Exported(model);
        var random = new Random(1);
        foreach (int[] lengths in Unequal)
        {
            int[][] texts = [.. lengths.Select(length => Enumerable.Range(0, length).Select(_ => random.Next(7)).ToArray())];
            float[] got = new float[lengths.Length * 3];
            network.CreateSession().Run(texts, got);
            Near(model.forward(new TokenBatch([.. texts.Select(text => new EncodedText(text, 0))])), got);
        }
    }

    [Fact]
    public void TheClockMeasuresTheConvolutionInBothDirectionsAndStepsLowerTheLoss()
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(2);
        using var model = new ClassifierModel(Config(6, 5, 2, 3), new ModelInput(Vocabulary: 9, 0), classes: 3) { Clock = new EncoderClock() };
        var batch = new TokenBatch([new([3, 4, 5, 6], 1), new([2], 0), new([7, 3], 2), new([5, 5, 2, 8], 0)]);
        using var task = new Classification(new ModelSpec { Task = ModelTask.TextClassification, Modules = [], Output = "", Labels = ["a", "b", "c"] });
        Assert.All(model.DenseParameters, p => Assert.True(p.Parameter.requires_grad));
        Assert.Equal(6, model.DenseParameters.Select(p => p.Name).Distinct().Count());
        torch.optim.Optimizer optimizer = torch.optim.SGD(model.DenseParameters.Select(p => p.Parameter), 0.1);
        double first = 0, last = 0;
        for (int step = 0; step < 200; step++)
        {
            optimizer.zero_grad();
            double before = model.Clock.Seconds;
            torch.Tensor loss = task.Loss(model.forward(batch), batch);
            double forward = model.Clock.Seconds;
            loss.backward();
            Assert.True(before < forward && forward < model.Clock.Seconds);
            optimizer.step();
            last = loss.item<float>();
            if (step == 0)
                first = last;
        }
        Assert.True(last < first / 4, $"{first} {last}");
    }

    [Theory]
    [InlineData("model.windows=", "model.windows is empty; expected ascending")]
    [InlineData("model.windows=0,3", "model.windows is 0, 3")]
    [InlineData("model.windows=3,3", "model.windows is 3, 3")]
    [InlineData("model.windows=1025", "1 to 1024, for example 3,4,5")]
    [InlineData("model.filters=0", "model.filters is 0; expected 1 to 65536")]
    [InlineData("model.filters=40000", "model.filters x windows is 120000; expected at most 65536")]
    [InlineData("model.bidirectional=true", "cnn, which takes no bidirectional but false")]
    [InlineData("model.pooling=last", "no pooling but max")]
    [InlineData("model.layers=3", "no layers but 1")]
    [InlineData("model.hidden=64", "no hidden but the default 128")]
    [InlineData("model.layer_dropout=0.1", "no layer_dropout")]
    [InlineData("model.variational_dropout=0.1", "no variational_dropout")]
    [InlineData("model.input_dropout=0.1", "no input_dropout")]
    [InlineData("model.projection=4", "no projection")]
    [InlineData("model.layer_norm=after", "no layer_norm but none")]
    [InlineData("model.project_highway=true", "no project_highway")]
    [InlineData("model.highway_bias=1", "no highway_bias")]
    [InlineData("model.cell_options.g=tanh", "no cell_options")]
    public void KeysThatDoNotFitAreClearErrors(string assignment, string expected)
    {
        TrainConfig config = ConfigJson.Set(ConfigJson.Set(new TrainConfig(), "model.cell=cnn"), assignment);
        Assert.Contains(expected, Assert.Throws<TernException>(() => config.Resolve()).Message);
    }

    [Fact]
    public void OtherCellsTakeNoWindows()
    {
        foreach (string assignment in (string[])["model.windows=2", "model.filters=7"])
            Assert.Contains("model.cell is sru, which takes no windows or filters", Assert.Throws<TernException>(() => ConfigJson.Set(new TrainConfig(), assignment).Resolve()).Message);
        Assert.Contains("windows cannot be '3,x'", Assert.Throws<TernException>(() => ConfigJson.Set(new TrainConfig(), "model.windows=3,x")).Message);
        Assert.Contains("windows", Assert.Throws<TernException>(() => ConfigJson.Read("""{ "model": { "windows": null } }""", "test").Resolve()).Message);
    }

    [Fact]
    public void AResolvedConfigurationIsReadBack()
    {
        TrainConfig config = ConfigJson.Set(ConfigJson.Set(new TrainConfig(), "model.cell=cnn"), "model.windows=2, 7").Resolve();
        Assert.Equal<int>([2, 7], config.Model.Windows);
        string json = ConfigJson.Write(config);
        Assert.Equal(json, ConfigJson.Write(ConfigJson.Read(json, "test").Resolve()));
        Assert.Equal(new ModelConfig(), new ModelConfig());
    }

    static Network Exported(ClassifierModel model)
    {
        model.eval();
        return new(new() { Task = "test", Modules = [.. model.Specs()], Output = "head" }, model.Export());
    }

    static void Near(torch.Tensor expected, float[] got)
    {
        float[] values = [.. expected.contiguous().data<float>()];
        for (int i = 0; i < got.Length; i++)
            Assert.Equal(values[i], got[i], 1e-5f);
    }
}
