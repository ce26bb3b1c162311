using System.Globalization;
using System.Text.Json;
using Tern.Cli.Fit;
using Tern.Export.C;
using Xunit;

namespace Tern.Cli.Tests.Verbs;

public sealed class FitTests(SmallModel small)
{
    [Fact]
    public void A_search_ends_with_model_code_and_page_and_goes_on()
    {
        string folder = small.At("fit"), data = small.Waves;
        string[] command = ["fit", data, "--flash", "4KB", "--ram", "700", "--epochs", "9", "--cells", "fastgrnn,mingru", "--jobs", "1", "--out", folder, "--json", "--trials", "4"];
        (int code, string output, string error) = Cli.Run(command);
        Assert.True(code == 0, error);
        JsonElement document = JsonDocument.Parse(output).RootElement;
        Assert.InRange(document.GetProperty("flash").GetInt64(), 500, 4096);
        Assert.InRange(document.GetProperty("ram").GetInt64(), 20, 700);
        Assert.InRange(document.GetProperty("validation_accuracy").GetDouble(), 0.3, 1);
        Assert.NotEmpty(document.GetProperty("frontier").EnumerateArray());
        Assert.Contains("epochs of", error, StringComparison.Ordinal);
        foreach (string file in (string[])["best.safetensors", "fit.html", "fit.json", "c/model.c", "c/model_avr.S"]) Assert.True(File.Exists(Path.Combine(folder, file)), file);
        int trials = document.GetProperty("trials").GetInt32();
        Assert.Equal(4, trials);

        // nothing is left to do: the same model, from what is there
        (code, output, error) = Cli.Run(command);
        Assert.True(code == 0, error);
        Assert.Equal(document.GetProperty("description").GetString(), JsonDocument.Parse(output).RootElement.GetProperty("description").GetString());
        Assert.Equal(trials, JsonDocument.Parse(output).RootElement.GetProperty("trials").GetInt32());

        command[3] = "5KB";
        Cli.Refuses([.. command], folder, "4,096 bytes of flash", "5,120", "choose another --out");
        File.WriteAllText(Path.Combine(folder, "fit.json"), "{}");
        Cli.Refuses([.. command], "fit.json is no search", "choose another --out");
    }

    [Fact]
    public void A_budget_that_nothing_meets_names_the_least_that_something_does() =>
        Cli.Refuses(["fit", small.Waves, "--flash", "200", "--ram", "30", "--out", small.At("none")], "within 200 bytes of flash, 30 bytes of RAM on atmega328p", "give at least --flash ");

    [Fact]
    public void What_cannot_be_searched_is_refused()
    {
        Cli.Refuses(["fit", small.Waves], "nothing to fit into", "--flash 3KB");
        Cli.Refuses(["fit", small.Texts, "--flash", "3KB"], "is text", "sensor windows");
        Cli.Refuses(["fit", small.Waves, "--flash", "3KB", "--target", "atmega32"], "--target does not know 'atmega32'");
        Cli.Refuses(["fit", small.Waves, "--flash", "3KB", "--cells", "fastgrn"], "did you mean 'fastgrnn'");
        Cli.Refuses(["fit", small.Waves, "--max-ms", "0"], "--max-ms 0", "above 0");
        Cli.Refuses(["fit", small.At("none.csv"), "--flash", "3KB"], "none.csv");
        Cli.Refuses(["fit", small.Waves, "--flash", "3KB", "--set", "model.hiden=3"], "model.hiden");
        Assert.False(Directory.Exists(Path.Combine("runs", "fit-waves")));
    }

    [Fact]
    public void The_budget_is_its_tightest_limit()
    {
        FitBudget budget = new(CTarget.Atmega328p, 3000, 500, 10);
        Assert.Equal(1, budget.Excess(new(3000, 250, 80_000)));
        Assert.Equal(1.5, budget.Excess(new(1000, 250, 240_000)));
        Assert.False(budget.Holds(new(3001, 1, 1)));
        Assert.Equal("--flash 3200B --max-ms 12.5", budget.OptionsFor(new(3200, 500, 200_000)));
        Assert.Equal("3,000 bytes of flash, 500 bytes of RAM, 10 ms a step on atmega328p", budget.ToString());
    }

    /// <summary>Two classes, slow and fast waves of 16 steps.</summary>
}
