using System.Runtime.CompilerServices;
using Tern.Training.Data;

namespace Tern.Training.Tests;

public sealed class RecipeTests
{
    static string Folder([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "..", "..", "..", "recipes"));

    public static TheoryData<string> Recipes() => [.. Directory.GetFiles(Folder(), "*.json", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Folder(), path))];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void IsACompleteConfiguration(string recipe)
    {
        TrainConfig config = ConfigJson.ReadFile(Path.Combine(Folder(), recipe)).Resolve();
        Assert.NotEmpty(config.Name);
        Assert.NotEmpty(config.Data.Train);
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
