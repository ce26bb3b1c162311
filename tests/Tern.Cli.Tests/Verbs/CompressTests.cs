using System.Text.Json;
using Xunit;

namespace Tern.Cli.Tests.Verbs;

public sealed class CompressTests(SmallModel small)
{
    [Fact]
    public void A_model_becomes_smaller_and_says_by_how_much_after_each_stage()
    {
        string folder = small.At("small");
        (int code, string output, string error) = Cli.Run("compress", small.Sru, "--keep-w", "0.4", "--bits", "8", "--epochs", "6", "--out", folder, "--json");
        Assert.True(code == 0, error);
        JsonElement document = JsonDocument.Parse(output).RootElement;
        JsonElement[] stages = [.. document.GetProperty("stages").EnumerateArray()];
        Assert.Equal(["initial", "dense", "iht", "quantize"], stages.Select(stage => stage.GetProperty("name").GetString()));
        long[] bytes = [.. stages.Select(stage => stage.GetProperty("matrix_bytes").GetInt64())];
        Assert.True(bytes[0] == bytes[1] && bytes[1] > bytes[2] && bytes[2] > bytes[3], string.Join(", ", bytes));
        Assert.Equal(document.GetProperty("accuracy").GetDouble(), stages[3].GetProperty("test_accuracy").GetDouble());

        string page = File.ReadAllText(Path.Combine(folder, "report.html"));
        Assert.Contains("<h2>Compression</h2>", page);
        Assert.Contains("## Compression", File.ReadAllText(Path.Combine(folder, "best.md")));
        Assert.Contains("stage iht is over", File.ReadAllText(Path.Combine(folder, "log.txt")));
        (code, output, error) = Cli.Run("test", Path.Combine(folder, "best.safetensors"), small.Texts, "--json");
        Assert.True(code == 0, error);
        Assert.True(JsonDocument.Parse(output).RootElement.GetProperty("accuracy").GetDouble() > 0.9);
    }

    [Fact]
    public void Without_epochs_it_takes_a_moment_and_a_table_is_printed()
    {
        (int code, string output, string error) = Cli.Run("compress", small.Sru, "--rank-w", "4", "--bits", "16", "--epochs", "0", "--out", small.At("rounded"));
        Assert.True(code == 0, error);
        Assert.Contains("by the authors' rule", output);
        Assert.Contains("untrained", output);
    }

    [Theory]
    [InlineData("Nothing to compress by; give --rank-w or --rank-u")]
    [InlineData("compression.keep_w is 0; expected a share to keep above 0", "--keep-w", "0")]
    [InlineData("compression.keep_u is 1.2; expected a share", "--keep-u", "1.2")]
    [InlineData("compression.bits is 5; expected 32 (floats), 16, 8 or 2 (ternary)", "--bits", "5")]
    [InlineData("model.recurrent_rank is 2; expected 0 with", "--rank-u", "2")]
    [InlineData("Projection is 40, above the 8 of the widest input or output", "--rank-w", "40")]
    [InlineData("epochs is 2; expected at least 3", "--keep-w", "0.5", "--epochs", "2")]
    [InlineData("is not a whole number of 0 or more", "--bits", "8", "--epochs", "-1")]
    [InlineData("no/such.csv", "--bits", "8", "--data", "no/such.csv")]
    public void Bad_input_is_one_line(string message, params string[] options)
    {
        (int code, string output, string error) = Cli.Run(["compress", small.Sru, .. options, "--out", small.At("refused")]);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(message, error);
        Assert.Single(error.TrimEnd('\n').Split('\n'), line => line.StartsWith("tern:", StringComparison.Ordinal));
        Assert.False(Directory.Exists(small.At("refused")), "a refused run leaves no folder");
    }

    [Fact]
    public void What_is_no_model_of_training_is_refused()
    {
        (int code, _, string error) = Cli.Run("compress", small.Write("no.safetensors", "nothing"), "--bits", "8");
        Assert.Equal(2, code);
        Assert.Contains("no.safetensors", error);
    }
}
