using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Tern.Training.Optimizers;
using Tern.Training.Optimizers.Schedules;

namespace Tern.Training.Tests.Optimizers;

public sealed class OptimizerConfigTests
{
    [Theory]
    [InlineData("optimizer.kind=adamw")]
    [InlineData("optimizer.kind=adamax")]
    [InlineData("optimizer.kind=sgd")]
    [InlineData("optimizer.momentum=0.5")]
    [InlineData("optimizer.weight_decay=0.01")]
    [InlineData("optimizer.clip_norm=1")]
    [InlineData("optimizer.schedule.kind=cosine")]
    [InlineData("optimizer.schedule.kind=plateau")]
    [InlineData("optimizer.schedule.every=10")]
    [InlineData("optimizer.schedule.factor=0.1")]
    [InlineData("optimizer.schedule.after=6")]
    [InlineData("optimizer.schedule.minimum=0.05")]
    [InlineData("optimizer.schedule.warmup_steps=500")]
    public void SetsWritesAndReadsBack(string assignment)
    {
        TrainConfig config = ConfigJson.Set(new TrainConfig(), assignment);
        Assert.NotEqual(new TrainConfig().Optimizer, config.Optimizer);
        config.Optimizer.Check();
        Assert.Equal(config.Optimizer, ConfigJson.Read(ConfigJson.Write(config), "test").Optimizer);
    }

    [Fact]
    public void WritesTheDocumentedKeys()
    {
        TrainConfig config = new()
        {
            Optimizer = new() { Kind = OptimizerKind.AdamW, Schedule = new() { Kind = ScheduleKind.Noam, WarmupSteps = 4000, Width = 64 } },
        };
        string json = ConfigJson.Write(config);
        foreach (string expected in (string[])["\"kind\": \"adamw\"", "\"learning_rate\": 0.001", "\"weight_decay\": 0", "\"clip_norm\": 0", "\"kind\": \"noam\"", "\"warmup_steps\": 4000", "\"width\": 64"])
            Assert.Contains(expected, json);
    }

    [Fact]
    public void ThePageShowsTheDefaults()
    {
        string page = File.ReadAllText(Page()), json = page[(page.IndexOf("```json\n", StringComparison.Ordinal) + 8)..];
        JsonNode shown = JsonNode.Parse(json[..json.IndexOf("```", StringComparison.Ordinal)])!["optimizer"]!;
        JsonNode defaults = JsonNode.Parse(ConfigJson.Write(new TrainConfig()))!["optimizer"]!;
        Assert.Equal(Keys(defaults), Keys(shown));
        Assert.Equal(new OptimizerConfig(), ConfigJson.Read(new JsonObject { ["optimizer"] = shown.DeepClone() }.ToJsonString(), "page").Optimizer);

        static string[] Keys(JsonNode group) => [.. group.AsObject().Select(p => p.Key), .. group["schedule"]!.AsObject().Select(p => p.Key)];

        static string Page([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "..", "..", "..", "..", "docs", "training.md"));
    }

    // as written before there were kinds and schedules
    [Fact]
    public void AnOlderConfigurationIsAdamAtAConstantRate()
    {
        OptimizerConfig read = ConfigJson.Read("""{ "optimizer": { "learning_rate": 0.002, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-08, "clip_norm": 0, "clip_value": 0 } }""", "test").Optimizer;
        Assert.Equal(new OptimizerConfig { LearningRate = 0.002 }, read);
        Assert.Equal((OptimizerKind.Adam, ScheduleKind.Constant), (read.Kind, read.Schedule.Kind));
    }

    [Theory]
    [InlineData("optimizer.kind=adamm", "cannot be 'adamm'")]
    [InlineData("optimizer.schedule.kind=cos", "cannot be 'cos'")]
    [InlineData("optimizer.schedule.evry=3", "did you mean 'every'")]
    [InlineData("optimizer.schedule=cosine", "is a group")]
    [InlineData("optimizer.learning_rate=-1", "optimizer.learning_rate is -1; expected above 0")]
    [InlineData("optimizer.beta1=1", "optimizer.beta1 is 1")]
    [InlineData("optimizer.beta2=-0.1", "optimizer.beta2 is -0.1")]
    [InlineData("optimizer.epsilon=0", "optimizer.epsilon is 0")]
    [InlineData("optimizer.momentum=1", "optimizer.momentum is 1")]
    [InlineData("optimizer.nesterov=true", "false where optimizer.kind is not sgd")]
    [InlineData("optimizer.weight_decay=-0.1", "optimizer.weight_decay is -0.1")]
    [InlineData("optimizer.clip_norm=-1", "optimizer.clip_norm is -1")]
    [InlineData("optimizer.clip_value=-1", "optimizer.clip_value is -1")]
    [InlineData("optimizer.schedule.every=0", "optimizer.schedule.every is 0; expected 1 epoch")]
    [InlineData("optimizer.schedule.factor=0", "optimizer.schedule.factor is 0")]
    [InlineData("optimizer.schedule.factor=1.5", "optimizer.schedule.factor is 1.5")]
    [InlineData("optimizer.schedule.after=-1", "optimizer.schedule.after is -1")]
    [InlineData("optimizer.schedule.patience=0", "optimizer.schedule.patience is 0")]
    [InlineData("optimizer.schedule.minimum=2", "optimizer.schedule.minimum is 2")]
    [InlineData("optimizer.schedule.warmup_steps=-1", "optimizer.schedule.warmup_steps is -1")]
    [InlineData("optimizer.schedule.width=-1", "optimizer.schedule.width is -1")]
    [InlineData("optimizer.schedule.kind=noam", "optimizer.schedule.warmup_steps is 0; expected 1 or more where optimizer.schedule.kind is noam")]
    public void RefusesWhatDoesNotFit(string assignment, string expected)
    {
        string message = Assert.Throws<TernException>(() => ConfigJson.Set(new TrainConfig(), assignment).Resolve()).Message;
        Assert.Contains(expected, message);
        Assert.DoesNotContain("\n", message);
    }

    [Fact]
    public void RefusesWhatDoesNotFitTogether()
    {
        Refuses(new() { Kind = OptimizerKind.Sgd, Nesterov = true, Momentum = 0 }, "false where optimizer.momentum is 0");
        Refuses(new() { Kind = (OptimizerKind)9 }, "optimizer.kind is 9");
        Refuses(new() { LearningRate = double.NaN }, "optimizer.learning_rate is NaN");
        Refuses(new() { WeightDecay = double.NaN }, "optimizer.weight_decay is NaN");
        Refuses(new() { Schedule = new() { Kind = ScheduleKind.Noam, WarmupSteps = 10 } }, "optimizer.schedule.width is 0; expected the model's width");
        Refuses(new() { Schedule = new() { Kind = ScheduleKind.Noam, WarmupSteps = 10, Width = 8, Minimum = 0.1 } }, "optimizer.schedule.minimum is 0.1; expected 0 where");

        static void Refuses(OptimizerConfig config, string expected) => Assert.Contains(expected, Assert.Throws<TernException>(config.Check).Message);
    }
}
