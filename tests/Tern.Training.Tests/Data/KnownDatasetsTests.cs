using System.Security.Cryptography;
using Tern.Training.Data;

namespace Tern.Training.Tests.Data;

public sealed class KnownDatasetsTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly string? data = Environment.GetEnvironmentVariable(DataFiles.Variable), cache = Environment.GetEnvironmentVariable(DataCache.Variable);

    public void Dispose()
    {
        Set(data, cache);
        folder.Dispose();
    }

    static void Set(string? data, string? cache)
    {
        Environment.SetEnvironmentVariable(DataFiles.Variable, data);
        Environment.SetEnvironmentVariable(DataCache.Variable, cache);
    }

    string Put(string root, string path, string content)
    {
        string whole = Path.Combine(folder.Path, root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
        File.WriteAllText(whole, content);
        return Path.Combine(folder.Path, root);
    }

    [Fact]
    public void NamesAndFilesAreSound()
    {
        Assert.Equal(KnownDatasets.All.Count, KnownDatasets.All.Select(set => set.Name).Distinct().Count());
        Assert.All(KnownDatasets.All, set =>
        {
            Assert.True(Uri.TryCreate(set.Home, UriKind.Absolute, out _), set.Home);
            Assert.Equal(set.Config is null, set.Task is not ("texts" or "series"));
            Assert.All(set.Files, file =>
            {
                Assert.True(file.Url.Length == 0 || Uri.TryCreate(file.Url, UriKind.Absolute, out _), file.Url);
                Assert.False(Path.IsPathRooted(file.Path));
                Assert.True(file.Sha256 is null || (file.Sha256.Length == 64 && file.Bytes > 0));
            });
        });
    }

    [Fact]
    public void ChecksumsAreThoseOfTheFilesAtHand()
    {
        Assert.SkipUnless(data is not null && Directory.Exists(data), "TERN_DATA is not set");
        var compared = new List<string>();
        foreach (KnownFile file in KnownDatasets.All.SelectMany(set => set.Files).Where(file => file.Sha256 is not null))
            if (DataCache.Find(data, file.Path) is { } path)
            {
                // what was packed here with gzip is compared unpacked
                using Stream stream = path.EndsWith(file.Path, StringComparison.Ordinal) ? File.OpenRead(path) : DataStream.Open(path);
                Assert.Equal((file.Path, file.Sha256), (file.Path, Convert.ToHexStringLower(SHA256.HashData(stream))));
                compared.Add(file.Path);
            }
        Assert.SkipWhen(compared.Count == 0, "TERN_DATA has no known set");
        Assert.Equal(compared.Distinct(), compared);
    }

    [Fact]
    public void ANameTakesItsFilesAndLayoutAndKeepsWhatIsGiven()
    {
        string root = Put("data", "sst2_phrases/train.tsv", "sentence\tlabel\na good one\t1\na bad one\t0\n");
        Put("data", "sst2_phrases/dev.tsv", "sentence\tlabel\nfine\t1\n");
        Put("data", "sst2_phrases/test.tsv", "sentence\tlabel\npoor\t0\n");
        Set(root, Path.Combine(folder.Path, "cache"));
        Dataset read = Dataset.Load(new() { Train = "sst2-phrases" });
        Assert.Equal("sst2-phrases", read.Name);
        Assert.Equal([new TextExample("a good one", "1"), new TextExample("a bad one", "0")], read.Train);
        Assert.Equal([new TextExample("fine", "1")], read.Validation);
        Assert.Equal([new TextExample("poor", "0")], read.Test);

        string own = folder.Write("own.tsv", "sentence\tlabel\nmine\t1\n");
        Assert.Equal([new TextExample("mine", "1")], Dataset.Load(new() { Train = "sst2-phrases", Test = own }).Test);
        Assert.Contains("no column 'phrase'", Assert.Throws<TernException>(() => Dataset.Load(new() { Train = "sst2-phrases", Columns = new() { Text = "phrase" } })).Message);
    }

    [Fact]
    public void TernDataComesBeforeTheCache()
    {
        string first = Put("data", "kim_sentence/rt-polarity.all", "1 caf\u00e9\n0 bad\n1 fine\n0 poor\n"), second = Put("cache", "kim_sentence/rt-polarity.all", "1 other\n0 bad\n");
        Set(first, second);
        Assert.Equal(4, Dataset.ReadParts(new() { Train = "mr" }).Train.Count);
        Assert.StartsWith("cafÃ", ((TextExample)Dataset.ReadParts(new() { Train = "mr" }).Train[0]).Text); // its encoding is ISO 8859-1
        Set(null, second);
        Assert.Equal(2, Dataset.ReadParts(new() { Train = "mr" }).Train.Count);
    }

    [Fact]
    public void AbsentAndUnfitSetsAreNamed()
    {
        Set(Path.Combine(folder.Path, "none"), Path.Combine(folder.Path, "cache"));
        Assert.Contains("tern data get mr", Assert.Throws<TernException>(() => Dataset.Load(new() { Train = "mr" })).Message);
        Assert.Contains("ptb (language model) is not a classification set", Assert.Throws<TernException>(() => Dataset.Load(new() { Train = "ptb" })).Message);
        Assert.Contains("did you mean 'trec'?", Assert.Throws<TernException>(() => KnownDatasets.Get("terc")).Message);
    }

    [Fact]
    public void TheCacheFollowsTheEnvironment()
    {
        string? xdg = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        try
        {
            Set(null, folder.Path);
            Assert.Equal(folder.Path, DataCache.Folder);
            Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has another cache");
            Set(null, null);
            Environment.SetEnvironmentVariable("XDG_CACHE_HOME", "/somewhere");
            Assert.Equal("/somewhere/tern", DataCache.Folder);
            Environment.SetEnvironmentVariable("XDG_CACHE_HOME", "relative");
            Assert.EndsWith("/.cache/tern", DataCache.Folder);
        }
        finally
        {
            Environment.SetEnvironmentVariable("XDG_CACHE_HOME", xdg);
        }
    }

    [Fact]
    public void AFileOrFolderOfThatNameComesFirst()
    {
        Set(null, Path.Combine(folder.Path, "cache"));
        string before = Environment.CurrentDirectory;
        folder.Write("mr", "a one\nb two\na three\nb four\n");
        try
        {
            Environment.CurrentDirectory = folder.Path;
            Assert.Equal(["a", "b"], Dataset.Load(new() { Train = "mr", TestShare = 0 }).Labels);
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }
}
