using System.Text.Json;
using Tern.Training.Data;
using Xunit;

namespace Tern.Cli.Tests.Verbs;

/// <summary>Compares what `tern data show NAME` counts with what is known of the set.</summary>
static class KnownCounts
{
    public static void Are(string name, int classes, int channels, int[] examples)
    {
        Assert.SkipUnless(KnownDatasets.Get(name).IsPresent, $"{name} is not on this machine");
        (int code, string output, string error) = Cli.Run("data", "show", name, "--json");
        Assert.True(code == 0, error);
        JsonElement document = JsonDocument.Parse(output).RootElement;
        JsonElement[] parts = [.. document.GetProperty("parts").EnumerateArray()];
        Assert.Equal(examples, parts.Select(part => part.GetProperty("examples").GetInt32()));
        Assert.Equal(classes, parts.SelectMany(part => part.GetProperty("classes").EnumerateObject().Select(label => label.Name)).Distinct().Count());
        Assert.All(parts, part => Assert.Equal(part.GetProperty("examples").GetInt32(), part.GetProperty("classes").EnumerateObject().Sum(label => label.Value.GetInt32())));
        Assert.Equal(channels, document.GetProperty("channels").GetInt32());
    }
}
