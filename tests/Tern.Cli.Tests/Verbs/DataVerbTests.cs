using System.Text.Json;
using Tern.Cli.Tests.Downloads;
using Tern.Training.Data;
using Xunit;

namespace Tern.Cli.Tests.Verbs;

/// <summary>tern data list, get and show.</summary>
public sealed class DataVerbTests
{
    [Fact]
    public void List_says_what_is_present()
    {
        using var folders = new DataFolders();
        folders.Put("kim_sentence/mpqa.all", "1 good\n0 bad\n");
        (int code, string output, string error) = Cli.Run("data", "list", "--json");
        Assert.Equal((0, ""), (code, error));
        JsonElement[] sets = [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
        Assert.Equal(KnownDatasets.All.Select(set => set.Name), sets.Select(set => set.GetProperty("name").GetString()));
        Assert.Equal(["mpqa", "reference-documentation"], sets.Where(set => set.GetProperty("present").GetBoolean()).Select(set => set.GetProperty("name").GetString()));
        string[] lines = Cli.Run("data", "list").Out.Split('\n');
        Assert.Single(lines, line => line.Contains(" mpqa ", StringComparison.Ordinal) && line.Contains(" present ", StringComparison.Ordinal));
        Assert.Single(lines, line => line.Contains(" ptb ", StringComparison.Ordinal) && line.Contains(" absent ", StringComparison.Ordinal));
    }

    [Fact]
    public void Get_fetches_into_the_cache_once()
    {
        using var folders = new DataFolders();
        using var server = new FileServer();
        string address = new Uri(Set("fsdd").Files[0].Url).AbsolutePath;
        server.Files["/mirror/github.com" + address] = [1, 2, 3, 4];
        server.CutAt = 2;
        Cli.Refuses(["data", "get", "fsdd", "--from", server.Address + "/mirror"], "cut off after 2 of 4 bytes", "run the command again");
        (int code, string output, string error) = Cli.Run("data", "get", "fsdd", "--from", server.Address + "/mirror/");
        Assert.True(code == 0, error);
        Assert.Contains("fsdd fetched into " + folders.Cache, output);
        Assert.Equal([1, 2, 3, 4], File.ReadAllBytes(Path.Combine(folders.Cache, "fsdd/recordings.zip")));
        Assert.Equal([0, 2], server.Starts);
        (code, output, error) = Cli.Run("data", "get", "fsdd", "--from", server.Address, "--json");
        Assert.Equal((0, ""), (code, error));
        JsonElement again = JsonDocument.Parse(output).RootElement[0];
        Assert.False(again.GetProperty("fetched").GetBoolean());
        Assert.Equal(folders.Cache, again.GetProperty("folder").GetString());
        Assert.Contains("fsdd is already in", Cli.Run("data", "get", "fsdd").Out);
        Assert.Equal(2, server.Starts.Count);
    }

    [Fact]
    public void Get_refuses_another_file_than_the_known_one()
    {
        using var folders = new DataFolders();
        using var server = new FileServer();
        KnownFile file = Set("gunpoint").Files[0];
        server.Files["/raw.githubusercontent.com" + new Uri(file.Url).AbsolutePath] = new byte[(int)file.Bytes!];
        Cli.Refuses(["data", "get", "gunpoint", "--from", server.Address], "GunPoint_TRAIN.ts", "SHA-256", file.Sha256!);
        Assert.Empty(Directory.GetFiles(folders.Cache, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Get_says_what_cannot_be_fetched()
    {
        using var folders = new DataFolders();
        Cli.Refuses(["data", "get", "mr", "--from", $"http://127.0.0.1:{FileServer.FreePort()}"], "rt-polarity.all", "cannot be reached", "copy the file to");
        Cli.Refuses(["data", "get", "mr", "--from", "http://no-such-host.invalid"], "no-such-host.invalid", "cannot be reached");
        Cli.Refuses(["data", "get", "mr", "--from", "elsewhere"], "--from elsewhere");
        Cli.Refuses(["data", "get", "mrr"], "'mrr'", "did you mean 'mr'?");
        Cli.Refuses(["data", "get", "glove100"], "nlp.stanford.edu");
        Cli.Refuses(["data", "get"], "NAME");
        Assert.Contains("made on this machine", Cli.Run("data", "get", "reference-documentation").Out);
    }

    [Fact]
    public void Show_counts_a_file()
    {
        using var folders = new DataFolders();
        string path = folders.Put("t.tsv", "review\tlabel\nfine film\tyes\nnot so fine\tno\n\tno\n");
        (int code, string output, string error) = Cli.Run("data", "show", path, "--set", "data.columns.text=review", "--json");
        Assert.Equal((0, ""), (code, error));
        JsonElement document = JsonDocument.Parse(output).RootElement;
        JsonElement part = document.GetProperty("parts").EnumerateArray().Single();
        Assert.Equal("train", part.GetProperty("part").GetString());
        Assert.Equal((3, 0, 2, 3), (part.GetProperty("examples").GetInt32(), part.GetProperty("min_length").GetInt32(), part.GetProperty("median_length").GetInt32(), part.GetProperty("max_length").GetInt32()));
        Assert.Equal((2, 1), (part.GetProperty("classes").GetProperty("no").GetInt32(), part.GetProperty("classes").GetProperty("yes").GetInt32()));
        Assert.Equal(["yes  fine film", "no  not so fine", "no  "], document.GetProperty("examples").EnumerateArray().Select(e => e.GetString()));
        Assert.Contains("1 train examples are empty", document.GetProperty("warnings").EnumerateArray().Select(e => e.GetString()));
        output = Cli.Run("data", "show", path, "--set", "data.columns.text=review").Out;
        foreach (string expected in (string[])["texts of 2 classes", "example  yes  fine film", "warning  1 train examples are empty"]) Assert.Contains(expected, output);
        Assert.Contains("texts of 2 classes", Cli.Run("data", "show", folders.Put("t.csv", "text,label fine\nother dull\n"), "--format", "lines").Out);
    }

    [Fact]
    public void Show_refuses_what_cannot_be_read()
    {
        using var folders = new DataFolders();
        string path = folders.Put("t.csv", "text,label\na,b\n");
        Cli.Refuses(["data", "show", path, "--format", "cvs"], "--format", "'cvs'", "did you mean 'csv'?");
        Cli.Refuses(["data", "show", path, "--set", "epochs=3"], "epochs=3", "data.KEY=VALUE");
        Cli.Refuses(["data", "show", path, "--set", "data.colums=3"], "did you mean 'columns'?");
        Cli.Refuses(["data", "show", path, "--set", "data.columns.label=class"], "t.csv:1", "no column 'class'", "text, label");
        Cli.Refuses(["data", "show", "terc"], "'terc'", "did you mean 'trec'?");
        Cli.Refuses(["data", "show", "trec"], "not on this machine", "tern data get trec");
        Cli.Refuses(["data", "show", "squad"], "not a classification set");
        Cli.Refuses(["data", "show", folders.Put("empty.txt", "")], "empty.txt", "is empty");
        Cli.Refuses(["data"], "list", "get", "show");
    }

    static KnownDataset Set(string name) => KnownDatasets.Get(name);

    /// <summary>Counts of the texts at hand, as their publishers give them.</summary>
    [Theory]
    [InlineData("mr", 2, new[] { 10_662 })]
    [InlineData("cr", 2, new[] { 3_775 })]
    [InlineData("subj", 2, new[] { 10_000 })]
    [InlineData("mpqa", 2, new[] { 10_606 })]
    [InlineData("trec", 6, new[] { 5_452, 500 })]
    [InlineData("sst2", 2, new[] { 6_920, 872, 1_821 })]
    [InlineData("sst5", 5, new[] { 8_544, 1_101, 2_210 })]
    [InlineData("sst2-phrases", 2, new[] { 60_614, 6_735, 872 })]
    public void Show_counts_the_known_texts(string name, int classes, int[] examples) => KnownCounts.Are(name, classes, channels: 0, examples);
}
