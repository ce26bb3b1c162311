using System.Runtime.CompilerServices;
using Tern.Training.Data;
using Tern.Training.Sweeps;

namespace Tern.Training.Tests;

public sealed class RecipeTests
{
    static string Folder([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "..", "..", "..", "recipes"));

    public static TheoryData<string> Recipes() => [.. Files().Where(path => !IsStudy(path))];

    public static TheoryData<string> Studies() => [.. Files().Where(IsStudy)];

    static IEnumerable<string> Files() => Directory.GetFiles(Folder(), "*.json", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Folder(), path));

    static bool IsStudy(string path) => path.EndsWith("study.json", StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Recipes))]
    public void IsACompleteConfiguration(string recipe)
    {
        TrainConfig config = ConfigJson.ReadFile(Path.Combine(Folder(), recipe)).Resolve();
        Assert.NotEmpty(config.Name);
        Assert.NotEmpty(config.Data.Train);
    }

    [Theory]
    [MemberData(nameof(Studies))]
    public void IsAStudyOfModelsThatCanBeBuilt(string recipe)
    {
        SweepConfig study = SweepConfig.ReadFile(Path.Combine(Folder(), recipe));
        foreach (SweepSet set in study.Sets)
            foreach (SweepModel model in study.Models)
            {
                TrainConfig config = set.Repeat.Apply(set.Set.Concat(model.Set).Aggregate(study.Base, ConfigJson.Set), set.Repeat.Values[0]);
                foreach (string value in model.Tune?.Values ?? [])
                    model.Tune!.Apply(config, value).Model.Resolve();
                config.Model.Resolve();
                Assert.NotEmpty(config.Data.Train);
            }
    }

    [Fact]
    public void TrecIsThere()
    {
        string? data = Environment.GetEnvironmentVariable(DataFiles.Variable);
        Assert.SkipUnless(data is not null && Directory.Exists(Path.Combine(data, "kim_sentence")), "TERN_DATA has no kim_sentence");
        Dataset trec = Dataset.Load(ConfigJson.ReadFile(Path.Combine(Folder(), "sentence", "trec.json")).Data);
        Assert.Equal((6, 500, 5452), (trec.Labels.Count, trec.Test.Count, trec.Train.Count + trec.Validation.Count));
    }
}
