using System.IO.Compression;
using System.Text;
using Tern.Features;
using Tern.Training.Data;

namespace Tern.Training.Tests.Data;

public sealed class WordVectorsTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("the 1 -2.5\n. . 3e0 0.25\nthe 9 9\n")]
    [InlineData("2 2\nthe 1 -2.5 \n. . 3e0 0.25\r\n")]
    [InlineData("the\t1\t-2.5\n\n. .\t3e0\t0.25")]
    public void ReadsGloveAndWord2vec(string text)
    {
        WordVectors vectors = WordVectors.Read(folder.Write("v.txt", text));
        Assert.Equal((2, 2), (vectors.Width, vectors.Count));
        Assert.True(vectors.TryGet("the", out ReadOnlySpan<float> the));
        Assert.Equal([1f, -2.5f], the.ToArray());
        Assert.True(vectors.TryGet(". .", out ReadOnlySpan<float> dots));
        Assert.Equal([3f, 0.25f], dots.ToArray());
        Assert.False(vectors.TryGet("none", out _));
    }

    [Fact]
    public void ReadsArchivesAndKeepsWhatIsWanted()
    {
        string path = Path.Combine(folder.Path, "v.txt.gz");
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            for (int i = 0; i < 50_000; i++)
                gzip.Write(Encoding.UTF8.GetBytes($"word{i} {i} {-i} 0.5\n"));
        WordVectors vectors = WordVectors.Read(path, ["word7", "word49999", "other"]);
        Assert.Equal(2, vectors.Count);
        Assert.True(vectors.TryGet("word49999", out ReadOnlySpan<float> last));
        Assert.Equal([49999f, -49999f, 0.5f], last.ToArray());
    }

    [Fact]
    public void ReadsHalfFloatsBesideTheirWords()
    {
        string words = folder.Write("words.txt", "the\nfilm\n");
        string path = Path.Combine(folder.Path, "vectors.f16");
        File.WriteAllBytes(path, [.. new[] { 1f, 2f, 3f, -0.5f, 0f, 4f }.SelectMany(v => BitConverter.GetBytes((Half)v))]);
        foreach (string given in (string[])[folder.Path, words, path])
        {
            WordVectors vectors = WordVectors.Read(given, ["film"]);
            Assert.Equal((3, 1), (vectors.Width, vectors.Count));
            Assert.True(vectors.TryGet("film", out ReadOnlySpan<float> film));
            Assert.Equal([-0.5f, 0f, 4f], film.ToArray());
        }
    }

    [Fact]
    public void FillsTheRowsOfKnownWords()
    {
        WordVectors vectors = WordVectors.Read(folder.Write("v.txt", "the 3 4\nzero 0 0\nhuge 3e38 0\n"));
        var vocabulary = new Vocabulary(["film", "the", "zero", "huge"]);
        float[] table = [.. Enumerable.Repeat(7f, 2 * vocabulary.Count)];
        Assert.Equal(3, vectors.Fill(vocabulary, table, unitLength: false));
        Assert.Equal([7, 7, 7, 7, 7, 7, 3, 4, 0, 0, 3e38f, 0], table);
        Assert.Equal(3, vectors.Fill(vocabulary, table, unitLength: true));
        float half = (float)Math.Sqrt(0.5);
        Assert.Equal([half, half, half, half, half, half, 0.6f, 0.8f, 0, 0, 1, 0], table);
        Assert.Contains("model.embedding=2", Assert.Throws<TernException>(() => vectors.Fill(vocabulary, new float[5], unitLength: false)).Message);
    }

    [Theory]
    [InlineData("a 1 2\nb 3\n", "v.txt:2: 1 numbers after the word; expected 2")]
    [InlineData("a 1 2\nb 3 4 5\n", "v.txt:2: more than 2 numbers")]
    [InlineData("a 1 2\nb 3 x\n", "v.txt:2: 'x' is no finite number")]
    [InlineData("a 1 2\nb 3 NaN\n", "v.txt:2: 'NaN' is no finite number")]
    [InlineData("a 1 2\nb 3 1e99\n", "v.txt:2: '1e99' is no finite number")]
    [InlineData("a 1 2\n 3 4\n", "v.txt:2: no word before the numbers")]
    [InlineData("3 2\na 1 2\n", "has 1 vectors, but its first line says 3; is it cut off?")]
    [InlineData("1 0\na\n", "v.txt:1: vectors of 0 numbers")]
    [InlineData("1 2000000000\na 1\n", "v.txt:1: vectors of 2000000000 numbers")]
    [InlineData("word\n", "v.txt:1: vectors of 0 numbers")]
    [InlineData("", "v.txt is empty")]
    [InlineData("2 2\n", "v.txt is empty")]
    public void NamesFileAndLineOfAnError(string text, string expected)
    {
        var error = Assert.Throws<TernException>(() => WordVectors.Read(folder.Write("v.txt", text)));
        Assert.Contains(expected, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("a\nb\n", 0, "has 0 bytes")]
    [InlineData("a\nb\n", 7, "has 7 bytes, which are no rows of half floats for the 2 words")]
    [InlineData("a\n\nb\n", 8, "words.txt:2: an empty line")]
    [InlineData("", 8, "words.txt is empty")]
    public void HalfFloatsMustFitTheirWords(string words, int bytes, string expected)
    {
        folder.Write("words.txt", words);
        File.WriteAllBytes(Path.Combine(folder.Path, "vectors.f16"), new byte[bytes]);
        Assert.Contains(expected, Assert.Throws<TernException>(() => WordVectors.Read(folder.Path)).Message);
    }

    [Fact]
    public void HalfFloatsThatAreNotFiniteAndFilesThatAreNotThereAreNamed()
    {
        folder.Write("words.txt", "a\nb\n");
        File.WriteAllBytes(Path.Combine(folder.Path, "vectors.f16"), [0, 0, .. BitConverter.GetBytes(Half.NaN)]);
        Assert.Contains("number 1 of the word 'b' (row 2) is not finite", Assert.Throws<TernException>(() => WordVectors.Read(folder.Path)).Message);
        Assert.Contains("no word vectors", Assert.Throws<TernException>(() => WordVectors.Read(Path.Combine(folder.Path, "none"))).Message);
        File.WriteAllBytes(Path.Combine(folder.Path, "v.txt"), [0x61, 0x20, 0x31, 0x0a, 0xff, 0x20, 0x31, 0x0a]);
        Assert.Contains("v.txt:2: 0xFF is not UTF-8", Assert.Throws<TernException>(() => WordVectors.Read(Path.Combine(folder.Path, "v.txt"))).Message);
    }

    [Fact]
    public void ReadsTheSubsetOfGlove()
    {
        string? data = Environment.GetEnvironmentVariable(DataFiles.Variable);
        Assert.SkipUnless(data is not null && Directory.Exists(Path.Combine(data, "glove100_subset")), "TERN_DATA has no glove100_subset");
        WordVectors vectors = WordVectors.Read("glove100", ["movie", "film", "the"]);
        Assert.Equal((100, 3), (vectors.Width, vectors.Count));
        Assert.True(Cosine("movie", "film") > Cosine("movie", "the"));
        Assert.Equal(54_057, WordVectors.Read("glove100_subset").Count);

        double Cosine(string a, string b)
        {
            float[] table = new float[4 * 100];
            vectors.Fill(new Vocabulary([a, b]), table, unitLength: true);
            return Enumerable.Range(0, 100).Sum(i => (double)table[200 + i] * table[300 + i]);
        }
    }
}
