using System.Text.Json;
using Xunit;

namespace Tern.Cli.Tests.Verbs;

public sealed class SweepTests(SmallModel small)
{
    string Folder => small.At("sweep");

    [Fact]
    public void A_study_is_done_once_and_gone_on_with()
    {
        string study = Study("study.json", """{ "name": "SRU" }, { "name": "minGRU", "set": ["model.cell=mingru"] }""");
        JsonElement planned = JsonDocument.Parse(Cli.Run("sweep", study, "--out", Folder, "--dry-run", "--json").Out).RootElement;
        Assert.Equal((6, 0), (planned.GetProperty("runs").GetInt32(), planned.GetProperty("done").GetInt32()));
        Assert.False(Directory.Exists(Folder));

        (int code, string output, string error) = Cli.Run("sweep", study, "--out", Folder, "--json");
        Assert.True(code == 0, error);
        JsonElement[] results = [.. JsonDocument.Parse(output).RootElement.GetProperty("results").EnumerateArray()];
        Assert.Equal(["SRU", "minGRU"], results.Select(result => result.GetProperty("model").GetString()));
        Assert.All(results, result => Assert.Equal(2, result.GetProperty("runs").GetInt32()));
        Assert.All(results, result => Assert.Contains(result.GetProperty("tuned").GetString(), new[] { "0.02", "0.0001" }));
        Assert.All(results, result => Assert.InRange(result.GetProperty("accuracy").GetDouble(), 0, 1));
        Assert.True(File.Exists(Path.Combine(Folder, "sweep.html")) && File.Exists(Path.Combine(Folder, "sweep.md")));
        Assert.Equal(6, Directory.GetFiles(Folder, "best.safetensors", SearchOption.AllDirectories).Length);

        DateTime[] before = Written();
        (code, output, error) = Cli.Run("sweep", study, "--out", Folder);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("minGRU", output);
        Assert.Equal(before, Written());

        // another study of that name is another folder's affair
        Cli.Refuses(["sweep", Study("other.json", """{ "name": "SRU", "set": ["batch=8"] }"""), "--out", Folder], "batch is 4 there and 8 here", "choose another --out");
        Assert.Equal(before, Written());
    }

    [Fact]
    public void Integer_forms_are_tested_and_priced()
    {
        string study = small.Write("integers.json", $$"""
            {
              "base": { "data": { "train": {{JsonSerializer.Serialize(small.Waves)}} }, "model": { "hidden": 6, "layers": 1 }, "optimizer": { "learning_rate": 0.02 }, "epochs": 3, "batch": 8 },
              "sets": [ { "name": "Waves", "repeat": "seed=1,2" } ],
              "models": [ { "name": "FastGRNN", "set": ["model.cell=fastgrnn"] }, { "name": "both ways", "set": ["model.cell=fastgrnn", "model.bidirectional=true"] } ]
            }
            """), folder = small.At("integers");
        (int code, string output, string error) = Cli.Run("sweep", study, "--out", folder, "--targets", "atmega328p,portable", "--json");
        Assert.True(code == 0, error);
        Assert.Contains("both ways has no integer form: ", error);
        JsonElement[] results = [.. JsonDocument.Parse(output).RootElement.GetProperty("results").EnumerateArray()];
        Assert.Empty(results[1].GetProperty("integers").EnumerateArray());
        JsonElement[] forms = [.. results[0].GetProperty("integers").EnumerateArray()];
        Assert.Equal(2, forms.Length);

        // what the other verbs say of the first of them
        string model = Path.Combine(folder, "runs", "waves", "fastgrnn", "seed-1", "best.safetensors");
        (_, string exported, _) = Cli.Run("export", model, "--target", "atmega328p", "--out", small.At("integers-c"), "--json");
        JsonElement cost = JsonDocument.Parse(exported).RootElement.GetProperty("predicted"), first = forms[0].GetProperty("costs")[0];
        Assert.Equal("atmega328p", first.GetProperty("target").GetString());
        Assert.Equal(cost.GetProperty("flash_bytes").GetInt64(), first.GetProperty("flash_bytes").GetInt64());
        Assert.Equal(cost.GetProperty("ram_bytes").GetInt64() + cost.GetProperty("stack_bytes").GetInt64(), first.GetProperty("ram_bytes").GetInt64());
        Assert.Equal(cost.GetProperty("cycles").GetInt64() / 16000.0, first.GetProperty("milliseconds").GetDouble(), 1e-9);
        Assert.Equal(0, forms[0].GetProperty("costs")[1].GetProperty("milliseconds").GetDouble());
        Assert.InRange(forms[0].GetProperty("accuracy").GetDouble(), 0.3, 1);
        Assert.Contains("atmega328p", File.ReadAllText(Path.Combine(folder, "sweep.md")));
    }

    [Fact]
    public void A_run_that_fails_is_named_and_the_others_are_done()
    {
        string study = Study("diverging.json", """{ "name": "SRU" }, { "name": "Wild", "set": ["optimizer.learning_rate=1e30", "optimizer.kind=sgd"], "tune": "optimizer.momentum=0.9,0.5" }"""), folder = small.At("diverging");
        (int code, string output, string error) = Cli.Run("sweep", study, "--out", folder);
        Assert.Equal(1, code);
        Assert.Contains("2 runs have failed", error);
        Assert.Contains("Wild", error);
        Assert.Contains("optimizer.learning_rate", error);
        Assert.Contains("SRU", output);
    }

    [Fact]
    public void What_cannot_be_done_is_refused()
    {
        Cli.Refuses(["sweep", small.At("none.json")], "none.json", "cannot be read");
        Cli.Refuses(["sweep", Study("unknown.json", """{ "name": "SRU", "set": ["model.cell=sur"] }""")], "Texts, SRU", "did you mean 'sru'?");
        Cli.Refuses(["sweep", Study("seeded.json", """{ "name": "SRU" }"""), "--seed", "3"], "--seed");
    }

    DateTime[] Written() => [.. Directory.GetFiles(Folder, "best.safetensors", SearchOption.AllDirectories).Order().Select(File.GetLastWriteTimeUtc)];

    string Study(string name, string models) => small.Write(name, $$"""
        {
          "base": { "data": { "train": {{JsonSerializer.Serialize(small.Texts)}} }, "model": { "embedding": 4, "hidden": 4, "layers": 1 }, "epochs": 2, "batch": 4 },
          "sets": [ { "name": "Texts", "repeat": "seed=1,2" } ],
          "tune": "optimizer.learning_rate=0.02,0.0001",
          "models": [ {{models}} ]
        }
        """);
}
