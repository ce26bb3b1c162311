using System.Text;
using Tern.Training.Data;

namespace Tern.Training.Tests.Data;

public sealed class DatasetTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    string Lines(int ofA, int ofB)
    {
        var text = new StringBuilder();
        for (int i = 0; i < ofA + ofB; i++)
            text.Append(i < ofA ? "a" : "b").Append(" text ").Append(i).Append('\n');
        return folder.Write("all.txt", text.ToString());
    }

    [Fact]
    public void HoldsOutTheSameShareOfEachClass()
    {
        Dataset data = Dataset.Load(new DataConfig { Train = Lines(200, 50) });
        Assert.Equal((20, 5), Counts(data.Test));
        Assert.Equal((20, 5), Counts(data.Validation));
        Assert.Equal((160, 40), Counts(data.Train));
        Assert.Equal(250, data.Train.Concat(data.Validation).Concat(data.Test).Distinct().Count());

        static (int, int) Counts(IReadOnlyList<Example> part) => (part.Count(e => e.Label == "a"), part.Count(e => e.Label == "b"));
    }

    [Fact]
    public void TheSplitSeedDecidesWhatIsHeldOut()
    {
        var config = new DataConfig { Train = Lines(200, 50) };
        Assert.Equal(Dataset.Load(config).Fingerprint(), Dataset.Load(config).Fingerprint());
        Assert.NotEqual(Dataset.Load(config).Fingerprint(), Dataset.Load(config with { SplitSeed = 2 }).Fingerprint());
    }

    [Fact]
    public void TakesGivenFiles()
    {
        string test = folder.Write("test.txt", "a one\nb two\n");
        Dataset data = Dataset.Load(new DataConfig { Train = Lines(20, 20), Test = test, ValidationShare = 0.25 });
        Assert.Equal([new TextExample("one", "a"), new TextExample("two", "b")], data.Test);
        Assert.Equal(10, data.Validation.Count);
        Assert.Equal(30, data.Train.Count);
    }

    [Fact]
    public void RefusesClassesThatDoNotFit()
    {
        Assert.Contains("at least 2 classes", Assert.Throws<TernException>(() => Dataset.Load(new DataConfig { Train = Lines(20, 0) })).Message);
        string test = folder.Write("test.txt", "c three\n");
        Assert.Contains("class 'c'", Assert.Throws<TernException>(() => Dataset.Load(new DataConfig { Train = Lines(20, 20), Test = test })).Message);
        Assert.Contains("data.test_share is 1", Assert.Throws<TernException>(() => Dataset.Load(new DataConfig { Train = Lines(20, 20), TestShare = 1 })).Message);
        Assert.Contains("no validation texts", Assert.Throws<TernException>(() => Dataset.Load(new DataConfig { Train = Lines(20, 20), ValidationShare = 0 })).Message);
    }

    [Fact]
    public void BatchesHoldEachTextOnceAndNearlyEqualLengths()
    {
        var random = new Random(1);
        EncodedText[] texts = [.. Enumerable.Range(0, 1000).Select(_ => new EncodedText(new int[random.Next(1, 100)], 0))];
        List<int[]> batches = Batches.Shuffled(texts, 16, seed: 3);
        Assert.Equal(Enumerable.Range(0, 1000), batches.SelectMany(b => b).Order());
        int padded = batches.Sum(b => b.Length * b.Max(i => texts[i].Tokens.Length)), real = texts.Sum(t => t.Tokens.Length);
        Assert.True(padded < 1.1 * real, $"{padded} padded steps for {real}");
        Assert.Equal(batches, Batches.Shuffled(texts, 16, seed: 3));
        Assert.NotEqual(batches, Batches.Shuffled(texts, 16, seed: 4));
    }

    [Fact]
    public void ABatchIsTimeMajorAndPaddedWithZero()
    {
        var batch = new TokenBatch([new([5, 6, 7], 1), new([8], 0)]);
        Assert.Equal([5, 8, 6, 0, 7, 0], batch.Tokens);
        Assert.Equal([3, 1], batch.Lengths);
        Assert.Equal([1, 0], batch.Classes.Select(c => c[0]));
        Assert.Equal((3, 2), (batch.Time, batch.Size));
    }
}
