using Tern.Features;
using Tern.Model;
using Tern.Training.Data;
using Tern.Training.Native;

namespace Tern.Training.Tests;

public sealed class ConfigJsonTests
{
    [Fact]
    public void ReadsBackWhatItWrites()
    {
        TrainConfig config = new TrainConfig
        {
            Name = "x",
            Data = new() { Train = "a.csv", Format = DataFormat.FastText, Encoding = TextEncoding.Latin1, Unit = TokenUnit.Characters, MaxLength = 160 },
            Model = new() { Pooling = PoolingKind.Last, Dropout = 0.25 },
            Allocator = CAllocator.Default,
            Seed = 7,
        }.Resolve();
        string json = ConfigJson.Write(config);
        Assert.Equal(json, ConfigJson.Write(ConfigJson.Read(json, "test")));
        Assert.Contains("\"max_length\": 160", json);
        Assert.Contains("\"format\": \"fasttext\"", json);
        Assert.Contains("\"encoding\": \"latin1\"", json);
        Assert.Contains("\"allocator\": \"default\"", json);
        Assert.True(config.Threads > 0);
        Assert.NotEmpty(config.Model.CellOptions);
    }

    [Fact]
    public void LeftOutValuesTakeTheirDefaults()
    {
        TrainConfig config = ConfigJson.Read("""{ "model": { "hidden": 32 }, /* few */ "epochs": 3, }""", "test");
        Assert.Equal((32, 3, new TrainConfig().Batch, 2), (config.Model.Hidden, config.Epochs, config.Batch, config.Model.Layers));
    }

    [Theory]
    [InlineData("""{ "epoch": 3 }""", "did you mean 'epochs'")]
    [InlineData("""{ "model": { "hiden": 3 } }""", "unknown key 'model.hiden'")]
    [InlineData("""{ "epochs": "many" }""", "epochs has a value that does not fit")]
    [InlineData("""{ "epochs": """, "not JSON")]
    [InlineData("""[1]""", "expected a JSON object")]
    [InlineData("""{ "model": { "pooling": "sum" } }""", "model.pooling has a value")]
    public void RefusesWhatItDoesNotKnow(string json, string expected)
    {
        var error = Assert.Throws<TernException>(() => ConfigJson.Read(json, "test"));
        Assert.StartsWith("test: ", error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Theory]
    [InlineData("epochs=7")]
    [InlineData("model.hidden=64")]
    [InlineData("optimizer.learning_rate=3e-3")]
    [InlineData("model.pooling=mean")]
    [InlineData("model.bidirectional=true")]
    [InlineData("data.train=123")]
    [InlineData("model.cell_options.g=identity")]
    public void SetsOneValue(string assignment)
    {
        string before = ConfigJson.Write(new TrainConfig()), after = ConfigJson.Write(ConfigJson.Set(new TrainConfig(), assignment));
        Assert.NotEqual(before, after);
        Assert.Equal(after, ConfigJson.Write(ConfigJson.Set(ConfigJson.Read(after, "test"), assignment)));
    }

    [Theory]
    [InlineData("epoch=7", "did you mean 'epochs'")]
    [InlineData("model.hiden=7", "did you mean 'hidden'")]
    [InlineData("epochs.x=7", "epochs is a single value")]
    [InlineData("model=7", "'model' is a group")]
    [InlineData("epochs=many", "epochs cannot be 'many'")]
    [InlineData("epochs=1.5", "epochs cannot be '1.5'")]
    [InlineData("epochs", "expected KEY=VALUE")]
    [InlineData("model.layer_norm=befor", "cannot be 'befor'; expected none, before, after, products, recurrent")]
    public void RefusesAnAssignmentThatDoesNotFit(string assignment, string expected) =>
        Assert.Contains(expected, Assert.Throws<TernException>(() => ConfigJson.Set(new TrainConfig(), assignment)).Message);

    [Theory]
    [InlineData("epochs=0", "epochs is 0; expected 1 to")]
    [InlineData("model.hidden=-4", "model.hidden is -4")]
    [InlineData("model.hidden=1000000", "model.hidden is 1000000")]
    [InlineData("model.dropout=1", "model.dropout is 1")]
    [InlineData("optimizer.learning_rate=0", "optimizer.learning_rate is 0")]
    [InlineData("model.cell=sur", "did you mean 'sru'")]
    [InlineData("model.cell_options.g=tan", "did you mean 'tanh'")]
    [InlineData("model.cell_options.gg=tanh", "has no option")]
    public void ResolvingChecksValues(string assignment, string expected) =>
        Assert.Contains(expected, Assert.Throws<TernException>(() => ConfigJson.Set(new TrainConfig(), assignment).Resolve()).Message);

    [Fact]
    public void SetsAListOfNames()
    {
        TrainConfig config = ConfigJson.Set(new TrainConfig(), "data.columns.channels=x, y,z");
        Assert.Equal(["x", "y", "z"], config.Data.Columns.Channels);
        Assert.Empty(ConfigJson.Set(config, "data.columns.channels=").Data.Columns.Channels);
    }
}
