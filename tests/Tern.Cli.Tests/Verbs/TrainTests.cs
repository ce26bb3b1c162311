using System.Text.Json;
using Xunit;

namespace Tern.Cli.Tests.Verbs;

public sealed class TrainTests(SmallModel small)
{
    [Fact]
    public void A_run_leaves_model_configuration_metrics_log_and_report()
    {
        string folder = Path.GetDirectoryName(small.Sru)!;
        Assert.Equal(["best.md", "best.safetensors", "config.json", "last.checkpoint", "log.txt", "metrics.csv", "report.html"], Directory.GetFiles(folder).Select(Path.GetFileName).Where(name => !name!.StartsWith("events.", StringComparison.Ordinal)).Order());
        Assert.Equal(1 + 8, File.ReadAllLines(Path.Combine(folder, "metrics.csv")).Length);
    }

    [Fact]
    public void Running_a_runs_configuration_again_gives_the_same_model()
    {
        string config = Path.Combine(Path.GetDirectoryName(small.Sru)!, "config.json"), again = small.At("again");
        (int code, string output, string error) = Cli.Run("train", config, "--out", again, "--json");
        Assert.True(code == 0, error);
        JsonElement document = JsonDocument.Parse(output).RootElement;
        Assert.Equal(Path.Combine(again, "best.safetensors"), document.GetProperty("model").GetString());
        Assert.InRange(document.GetProperty("accuracy").GetDouble(), 0, 1);
        Assert.Equal(Predictions(small.Sru), Predictions(Path.Combine(again, "best.safetensors")));

        static string Predictions(string model) => Cli.RunWith("the apple\nthe tern\n", "predict", model, "-").Out;
    }

    [Fact]
    public void Progress_without_a_terminal_is_a_line_an_epoch()
    {
        (_, _, string error) = Cli.Run("train", small.Texts, "--hidden", "2", "--layers", "1", "--epochs", "3", "--threads", "1", "--set", "model.embedding=2", "--out", small.At("progress"), "--json");
        string[] lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        for (int epoch = 1; epoch <= 3; epoch++) Assert.Contains($"epoch {epoch}/3  loss ", lines[epoch - 1]);
        Assert.DoesNotContain('\r', error);
        Assert.DoesNotContain('\e', error);
    }

    [Fact]
    public void An_unknown_cell_offers_the_nearest() => Cli.Refuses(["train", small.Texts, "--cell", "sur"], "'sur'", "did you mean 'sru'?");

    [Fact]
    public void An_unknown_key_offers_the_nearest() => Cli.Refuses(["train", small.Texts, "--set", "model.hiden=3"], "hiden", "did you mean 'hidden'?");

    [Fact]
    public void A_value_that_does_not_fit_is_named() => Cli.Refuses(["train", small.Texts, "--set", "epochs=many"], "epochs", "many");

    [Fact]
    public void An_unknown_option_offers_the_nearest() => Cli.Refuses(["train", small.Texts, "--epoch", "3"], "'--epoch'", "did you mean '--epochs'?");

    [Theory]
    [InlineData("--hidden")]
    [InlineData("--layers")]
    [InlineData("--epochs")]
    public void Sizes_are_above_0(string option)
    {
        Cli.Refuses(["train", small.Texts, option, "0"], option + " 0");
        Cli.Refuses(["train", small.Texts, option, "-4"], option + " -4");
    }

    [Theory]
    [InlineData("model.embedding=0")]
    [InlineData("model.hidden=-1")]
    [InlineData("batch=0")]
    public void Sizes_of_the_configuration_are_above_0(string assignment) => Cli.Refuses(["train", small.Texts, "--set", assignment], assignment.Split('=')[0]);

    [Fact]
    public void Sizes_beyond_memory_are_refused() =>
        Cli.Refuses(["train", small.Texts, "--hidden", "65536", "--layers", "64", "--out", small.At("huge")], "memory", "smaller");

    [Fact]
    public void A_folder_that_cannot_be_written_is_refused() => Cli.Refuses(["train", small.Texts, "--out", Path.Combine(small.Texts, "below")], "--out", "cannot be written");

    [Fact]
    public void A_missing_file_is_refused() => Cli.Refuses(["train", small.At("missing.txt")], "missing.txt");

    [Fact]
    public void An_empty_file_is_refused() => Cli.Refuses(["train", small.Write("empty.txt", ""), "--out", small.At("empty")], "empty.txt");

    [Fact]
    public void A_missing_column_is_refused() => Cli.Refuses(["train", small.Write("columns.csv", "text,class\nhello,a\n"), "--out", small.At("columns")], "columns.csv", "label");

    [Fact]
    public void A_recipe_with_an_unknown_key_offers_the_nearest() => Cli.Refuses(["train", small.Write("recipe.json", """{"epoch": 3}""")], "recipe.json", "did you mean 'epochs'?");

    [Fact]
    public void A_recipe_that_is_not_JSON_is_refused() => Cli.Refuses(["train", small.Write("broken.json", "{")], "broken.json", "JSON");
}
