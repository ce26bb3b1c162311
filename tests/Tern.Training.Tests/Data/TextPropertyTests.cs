using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Tern.Training.Data;

namespace Tern.Training.Tests.Data;

/// <summary>Any table of texts that is written is read back, and no bytes at all make a reader crash or take much memory.</summary>
public sealed class TextPropertyTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A text, its label and its group.</summary>
    public sealed record Row(string Text, string Label, string Group);

    /// <summary>Rows of texts in which everything occurs that a layout gives a meaning to.</summary>
    public static class Rows
    {
        static readonly string[] Pieces =
            ["a", "word", " ", "\"", "\"\"", ",", "\t", "\n", "\r\n", "\r", "é", "😀", "|", "#", "'", "__label__", "\\", "0", "{", "}", "[", "\u2028", "\0", "\uFEFF"];

        public static Arbitrary<Row[]> Any() => Arb.From(
            (from text in Gen.ListOf(Gen.Elements(Pieces))
             from label in Gen.Elements("yes", "no", "3", "x,y", "é", "\"q\"", "a b")
             from speaker in Gen.Elements("", "ann", "b,b")
             select new Row(string.Concat(text), label, speaker)).NonEmptyListOf().Select(rows => rows.ToArray()),
            rows => rows.Length < 2 ? [] : Enumerable.Range(0, rows.Length).Select(i => rows.Where((_, at) => at != i).ToArray()));
    }

    [Property(Arbitrary = [typeof(Rows)], MaxTest = 300)]
    public void CsvIsReadBack(Row[] rows) => IsReadBack("t.csv", rows, "group,text,label\n" + string.Concat(rows.Select(r => $"{Quote(r.Group)},{Quote(r.Text)},{Quote(r.Label)}\r\n")));

    [Property(Arbitrary = [typeof(Rows)], MaxTest = 300)]
    public void TsvIsReadBack(Row[] rows)
    {
        rows = [.. rows.Select(r => r with { Text = Without(r.Text, '\t', '\n', '\r') })];
        IsReadBack("t.tsv", rows, "group\ttext\tlabel\n" + string.Concat(rows.Select(r => $"{r.Group}\t{r.Text}\t{r.Label}\n")));
    }

    [Property(Arbitrary = [typeof(Rows)], MaxTest = 300)]
    public void JsonLinesAreReadBack(Row[] rows)
    {
        var options = new JsonSerializerOptions { Encoder = rows.Length % 2 == 0 ? JavaScriptEncoder.UnsafeRelaxedJsonEscaping : null };
        IsReadBack("t.jsonl", rows, string.Concat(rows.Select(r => JsonSerializer.Serialize(new { text = r.Text, label = r.Label, group = r.Group }, options) + "\n")));
    }

    [Property(Arbitrary = [typeof(Rows)], MaxTest = 300)]
    public void FastTextIsReadBack(Row[] rows)
    {
        rows = [.. rows.Select(r => new Row(Without(r.Text, '\n', '\r').Replace("__label__", "", StringComparison.Ordinal).Trim(), r.Label.Replace(' ', '_'), ""))];
        rows = [.. rows.Select(r => r with { Text = r.Text.Length == 0 ? "x" : r.Text })];
        IsReadBack("t.txt", rows, string.Concat(rows.Select(r => $"__label__{r.Label} {r.Text}\n")));
    }

    void IsReadBack(string name, Row[] rows, string content)
    {
        bool grouped = rows.Any(r => r.Group.Length > 0);
        IReadOnlyList<Example> read = TextFile.Read(folder.Write(name, content), new() { Columns = new() { Group = grouped ? "group" : "" } });
        Assert.Equal(rows.Select(r => new TextExample(r.Text, r.Label) { Group = r.Group }), read);
    }

    [Property(MaxTest = 300)]
    public void AnyBytesGiveExamplesOrOneLine(byte[] bytes, byte seed)
    {
        foreach (string name in (string[])["t", "t.csv", "t.tsv", "t.jsonl", "t.parquet", "t.csv.gz", "t.zip"])
            GivesExamplesOrOneLine(name, bytes, seed % 2 == 0);
    }

    /// <summary>Valid files with some bytes changed get further than noise does.</summary>
    [Property(MaxTest = 200)]
    public void DamagedFilesGiveExamplesOrOneLine(int seed)
    {
        var random = new Random(seed);
        (string, byte[])[] whole =
        [
            ("t.csv", "text,label\n\"a \"\"b\"\"\",yes\nc,no\n"u8.ToArray()), ("t.tsv", "text\tlabel\na\tyes\nc\tno\n"u8.ToArray()),
            ("t.jsonl", "{\"text\":\"a\",\"label\":[\"x\",1]}\n{\"text\":\"\\u00e9\",\"label\":true}\n"u8.ToArray()),
            ("t.txt", "__label__a __label__b é\n__label__c d\n"u8.ToArray()), ("t.parquet", ParquetFile()),
        ];
        foreach ((string name, byte[] content) in whole)
        {
            byte[] damaged = random.Next(4) == 0 ? content[..random.Next(content.Length)] : [.. content];
            for (int changes = random.Next(1, 4); changes > 0 && damaged.Length > 0; changes--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            GivesExamplesOrOneLine(name, damaged, multiLabel: random.Next(2) == 0);
        }
    }

    byte[]? parquet;

    byte[] ParquetFile()
    {
        if (parquet is not null)
            return parquet;
        var stream = new MemoryStream();
        Parquet.Serialization.ParquetSerializer.SerializeAsync([new { text = "fine", label = "a" }, new { text = "dull", label = "b" }], stream).GetAwaiter().GetResult();
        return parquet = stream.ToArray();
    }

    [Theory]
    [InlineData("t")]
    [InlineData("t.csv")]
    [InlineData("t.tsv")]
    [InlineData("t.jsonl")]
    [InlineData("t.parquet")]
    public void ManyBytesTakeAFewTimesTheirSize(string name)
    {
        var random = new Random(1);
        byte[] noise = new byte[2_000_000], letters = new byte[2_000_000], commas = new byte[2_000_000];
        random.NextBytes(noise);
        for (int i = 0; i < letters.Length; i++)
            (letters[i], commas[i]) = ((byte)random.Next(32, 127), (byte)(random.Next(40) == 0 ? '\n' : ','));
        foreach (byte[] bytes in (byte[][])[noise, letters, commas])
            GivesExamplesOrOneLine(name, bytes, multiLabel: true);
    }

    void GivesExamplesOrOneLine(string name, byte[] bytes, bool multiLabel)
    {
        string path = Path.Combine(folder.Path, name);
        File.WriteAllBytes(path, bytes);
        foreach (TextEncoding encoding in Enum.GetValues<TextEncoding>())
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            try
            {
                Assert.NotEmpty(TextFile.Read(path, new() { Encoding = encoding, MultiLabel = multiLabel }));
            }
            catch (TernException e)
            {
                Assert.DoesNotContain('\n', e.Message);
                Assert.StartsWith(path, e.Message);
                Assert.InRange(e.Message.Length, 1, path.Length + 1000);
            }
            long taken = GC.GetTotalAllocatedBytes(precise: true) - before;
            Assert.True(taken < 32L * bytes.Length + 8_000_000, $"{taken} bytes for a file of {bytes.Length}");
        }
    }

    static string Quote(string field) => $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    static string Without(string text, params char[] characters) => string.Concat(text.Split(characters));
}
