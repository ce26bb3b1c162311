using System.Text.Json;
using Xunit;

namespace Tern.Cli.Tests.Verbs;

/// <summary>What `verify` does with files of several kinds.</summary>
public sealed class VerifyTests(SmallModel small)
{
    // (1 - s) (n - 1) = 0.5, so the magnitude at index 1 of 1, 2 is kept
    const string Threshold = """
        {"s": 0.5, "A": {"shape": [1, 2], "data": [1, -2]}, "hard": {"shape": [1, 2], "data": [0, -2]}, "B": {"shape": [1, 2], "data": [0, 3]},
         "support_of_hard_applied_to_B": {"shape": [1, 2], "data": [0, 3]}, "estimateNNZ": {"nnz": 2.0, "bytes": 8.0}}
        """;

    string Known => small.Write("known.json", $$"""{"cases": [{{Threshold}}]}""");
    string Other => small.Write("other.json", """{"cases": [{"name": "a"}, {"name": "b"}]}""");
    string Wrong => small.Write("wrong.json", $$"""{"cases": [{{Threshold.Replace("[0, -2]", "[1, -2]", StringComparison.Ordinal)}}]}""");

    [Fact]
    public void It_goes_on_past_a_file_that_it_cannot_check()
    {
        (int code, string output, string error) = Cli.Run("verify", Other, Known);
        Assert.True(code == 0, error);
        Assert.Contains("1 of 1 cases", output);
        Assert.Contains("2 more not checked", output);
        Assert.Contains("not checked     other.json  b", error);
        Assert.Contains("known.json", error);
    }

    [Fact]
    public void Failures_alone_are_failures()
    {
        (int code, string output, _) = Cli.Run("verify", Known, Other, Wrong, "--json");
        Assert.Equal(1, code);
        JsonElement[] results = [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
        Assert.Equal([(true, true), (false, false), (false, false), (true, false)], results.Select(r => (r.GetProperty("checked").GetBoolean(), r.GetProperty("passed").GetBoolean())));
    }

    [Fact]
    public void Nothing_checked_is_an_error()
    {
        (int code, string output, string error) = Cli.Run("verify", Other);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("all 2 cases are of kinds that this version does not know", error);
        Assert.Contains("known kinds: ", error);
        Assert.Contains("there is no case", Cli.Run("verify", small.Write("empty.json", """{"cases": []}""")).Error);
    }
}
