using Tern.Training.Sweeps;
using Xunit;

namespace Tern.Training.Tests.Sweeps;

public sealed class SweepConfigTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AStudyIsRead()
    {
        SweepConfig study = SweepConfig.Read("""
            {
              // comments are allowed
              "name": "two",
              "base": { "epochs": 3, "model": { "hidden": 8 } },
              "sets": [ { "name": "A", "set": ["data.train=a.txt"], "repeat": "data.fold=1,2" }, { "name": "B" } ],
              "tune": "model.dropout,model.layer_dropout=0.1,0.3",
              "models": [ { "name": "SRU" }, { "name": "CNN", "set": ["model.cell=cnn"], "tune": "model.dropout=0.5" } ],
            }
            """, "two.json");
        Assert.Equal(("two", 3, 8), (study.Name, study.Base.Epochs, study.Base.Model.Hidden));
        Assert.Equal(["data.fold=1,2", "seed=1"], study.Sets.Select(set => $"{set.Repeat.Keys[0]}={string.Join(',', set.Repeat.Values)}"));
        Assert.Equal(["model.dropout", "model.layer_dropout"], study.Models[0].Tune!.Keys);
        Assert.Equal(["0.5"], study.Models[1].Tune!.Values);
    }

    [Theory]
    [InlineData("[]", "expected a JSON object")]
    [InlineData("{", "not JSON")]
    [InlineData("""{ "set": [] }""", "'set'", "did you mean 'sets'?")]
    [InlineData("""{ "models": [ { "name": "a" } ] }""", "sets is missing")]
    [InlineData("""{ "sets": [], "models": [ { "name": "a" } ] }""", "sets is missing")]
    [InlineData("""{ "sets": [ 3 ], "models": [ { "name": "a" } ] }""", "sets holds 3")]
    [InlineData("""{ "sets": [ { "name": "a" } ], "models": [ { "nam": "a" } ] }""", "'nam'", "did you mean 'name'?")]
    [InlineData("""{ "sets": [ { "name": "a" } ], "models": [ { "set": [] } ] }""", "has no name")]
    [InlineData("""{ "sets": [ { "name": "a b" }, { "name": "A-B" } ], "models": [ { "name": "a" } ] }""", "A-B", "twice")]
    [InlineData("""{ "sets": [ { "name": "..." } ], "models": [ { "name": "a" } ] }""", "'...'")]
    [InlineData("""{ "sets": [ { "name": "a", "set": "b=c" } ], "models": [ { "name": "a" } ] }""", "set is \"b=c\"", "expected a list")]
    [InlineData("""{ "sets": [ { "name": "a", "repeat": 3 } ], "models": [ { "name": "a" } ] }""", "repeat is 3")]
    [InlineData("""{ "sets": [ { "name": "a", "repeat": "seed" } ], "models": [ { "name": "a" } ] }""", "'seed'", "expected KEY=VALUE,VALUE")]
    [InlineData("""{ "sets": [ { "name": "a", "repeat": "seed=1,,2" } ], "models": [ { "name": "a" } ] }""", "'seed=1,,2'")]
    [InlineData("""{ "sets": [ { "name": "a", "repeat": "seed=1,1" } ], "models": [ { "name": "a" } ] }""", "twice")]
    [InlineData("""{ "base": { "epoch": 3 }, "sets": [ { "name": "a" } ], "models": [ { "name": "a" } ] }""", "base", "'epoch'", "did you mean 'epochs'?")]
    public void WhatIsNoStudyIsNamed(string json, params string[] words)
    {
        string error = Assert.Throws<TernException>(() => SweepConfig.Read(json, "study.json")).Message;
        Assert.All(words.Append("study.json: "), word => Assert.Contains(word, error));
        Assert.DoesNotContain('\n', error);
    }

    [Fact]
    public void EntriesAreCheckedBeforeAnythingIsDone()
    {
        SweepEntry Entry(string model, int threads = 1) => new(Study(model), Study(model).Sets[0], Study(model).Models[0], folder.Path, threads);
        string error = Assert.Throws<TernException>(() => Entry("model.cell=sur")).Message;
        Assert.Contains("Texts, SRU: ", error);
        Assert.Contains("did you mean 'sru'?", error);

        SweepEntry entry = Entry("model.cell=sru");
        Assert.Equal(["seed-1", "seed-1"], entry.First.Select(run => Path.GetFileName(run.Folder)));
        Assert.Equal(["dropout-0.1", "dropout-0.3"], entry.First.Select(run => Path.GetFileName(Path.GetDirectoryName(run.Folder))));
        Assert.Equal([(1, 0.1, 1), (1, 0.3, 1)], entry.First.Select(run => ((int)run.Config.Seed, run.Config.Model.Dropout, run.Config.Threads)));
        Assert.Null(entry.Repeats);

        entry.First[0].Begin();
        entry.First[0].Begin();
        Assert.Null(entry.First[0].Done());
        Entry("model.cell=sru");
        error = Assert.Throws<TernException>(() => Entry("model.cell=sru", threads: 2)).Message;
        Assert.Contains("threads is 1 there and 2 here", error);
    }

    SweepConfig Study(string model) => SweepConfig.Read($$"""
        { "base": { "data": { "train": "{{Texts()}}" } }, "sets": [ { "name": "Texts", "repeat": "seed=1,2,3" } ], "models": [ { "name": "SRU", "set": ["{{model}}"], "tune": "model.dropout=0.1,0.3" } ] }
        """, "study.json");

    string Texts() => folder.Write("texts.txt", "a one\nb two\n").Replace('\\', '/');
}
