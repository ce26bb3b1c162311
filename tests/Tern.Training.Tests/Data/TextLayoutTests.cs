using System.IO.Compression;
using System.Text;
using Parquet;
using Parquet.Schema;
using Tern.Training.Data;

namespace Tern.Training.Tests.Data;

/// <summary>Names, archives, columns, several labels: what the layouts share, and Parquet.</summary>
public sealed class TextLayoutTests : IDisposable
{
    static readonly TextExample[] Two = [new("fine \"film\"", "yes"), new("dull", "no")];

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    static IReadOnlyList<Example> Read(string path, DataConfig? config = null) => TextFile.Read(path, config ?? new());

    [Theory]
    [InlineData("t.tsv", "label\ttext\nyes\tfine \"film\"\nno\tdull\n")]
    [InlineData("t.TSV", "label\ttext\r\nyes\tfine \"film\"\r\nno\tdull")]
    [InlineData("t.csv", "label,text\nyes,\"fine \"\"film\"\"\"\nno,dull\n")]
    [InlineData("t.jsonl", "{\"text\": \"fine \\\"film\\\"\", \"label\": \"yes\"}\n\n{\"label\": \"no\", \"text\": \"dull\", \"more\": [1]}\n")]
    [InlineData("t.txt", "__label__yes fine \"film\"\n__label__no dull\n")]
    [InlineData("t", "{\"text\": \"fine \\\"film\\\"\", \"label\": \"yes\"}\n{\"TEXT\": \"dull\", \"Label\": \"no\"}\n")]
    [InlineData("t", "id\tlabel\ttext\n1\tyes\tfine \"film\"\n2\tno\tdull\n")]
    public void NameOrContentTellsTheLayoutAndArchivesAreUnpacked(string name, string content)
    {
        Assert.Equal(Two, Read(folder.Write(name, content)));

        string packed = Path.Combine(folder.Path, name + ".gz");
        using (var gzip = new GZipStream(File.Create(packed), CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(content));
        Assert.Equal(Two, Read(packed));

        string zipped = Path.Combine(folder.Path, name + ".zip");
        using (ZipArchive zip = ZipFile.Open(zipped, ZipArchiveMode.Create))
        using (Stream entry = zip.CreateEntry(name).Open())
            entry.Write(Encoding.UTF8.GetBytes(content));
        Assert.Equal(Two, Read(zipped));
    }

    [Fact]
    public void ColumnsHaveTheConfiguredNamesAndGroups()
    {
        var config = new DataConfig { Columns = new() { Text = "Sentence", Label = "class", Group = "who" } };
        Example[] expected = [new TextExample("a, b", "x") { Group = "ann" }, new TextExample("c", "y") { Group = "" }];
        Assert.Equal(expected, Read(folder.Write("t.csv", "who,class,sentence\nann,x,\"a, b\"\n,y,c\n"), config));
        Assert.Equal(expected, Read(folder.Write("t.tsv", "who\tclass\tsentence\nann\tx\ta, b\n\ty\tc\n"), config));
        Assert.Equal(expected, Read(folder.Write("t.jsonl", "{\"who\":\"ann\",\"class\":\"x\",\"sentence\":\"a, b\"}\n{\"who\":\"\",\"class\":\"y\",\"sentence\":\"c\"}\n"), config));
        Assert.Contains("t.csv:1: no column 'speaker' (found: who, class, sentence); set data.columns.group",
            Assert.Throws<TernException>(() => Read(Path.Combine(folder.Path, "t.csv"), config with { Columns = config.Columns with { Group = "speaker" } })).Message);
    }

    [Theory]
    [InlineData("t.txt", "__label__a __label__b fine\n__label__a dull\nnone\n")]
    [InlineData("t.csv", "text,label\nfine,a|b\ndull,a\nnone,\n")]
    [InlineData("t.tsv", "text\tlabel\nfine\tb|a|b\ndull\ta |\nnone\t\n")]
    [InlineData("t.jsonl", "{\"text\":\"fine\",\"label\":[\"a\",\"b\"]}\n{\"text\":\"dull\",\"label\":\"a\"}\n{\"text\":\"none\",\"label\":[]}\n")]
    public void ATextMayHaveSeveralLabelsOrNone(string name, string content)
    {
        string path = folder.Write(name, content);
        IReadOnlyList<Example> examples = Read(path, new() { MultiLabel = true });
        Assert.Equal(["fine", "dull", "none"], examples.Select(e => ((TextExample)e).Text));
        Assert.Equal(["a", "b"], examples[0].Labels.Order());
        Assert.Equal(["a"], examples[1].Labels);
        Assert.Empty(examples[2].Labels);
        if (name != "t.csv" && name != "t.tsv") // there a|b is the name of a class
            Assert.Contains("data.multi_label=true", Assert.Throws<TernException>(() => Read(path)).Message);
    }

    [Fact]
    public void ParquetColumnsAreStringsNumbersAndLists()
    {
        string path = Path.Combine(folder.Path, "t.parquet");
        var text = new DataField<string>("Text");
        var label = new DataField<long>("label");
        var who = new DataField<string>("who");
        var unused = new DataField<double>("score");
        Write(path, [unused, label, text, who], async rows =>
        {
            await rows.WriteAsync<double>(unused, new[] { 1.5, 2.5, 3.5 });
            await rows.WriteAsync<long>(label, new long[] { 1, 0, -7 });
            await rows.WriteAsync(text, new[] { "fine, \"film\"\n", "", "café 😀" });
            await rows.WriteAsync(who, new[] { "ann", null!, "bob" });
        });
        Assert.Equal(
            [new TextExample("fine, \"film\"\n", "1") { Group = "ann" }, new TextExample("", "0"), new TextExample("café 😀", "-7") { Group = "bob" }],
            Read(path, new() { Columns = new() { Group = "who" } }));
        Assert.Contains("no column 'class' (found: score, label, Text, who)", Assert.Throws<TernException>(() => Read(path, new() { Columns = new() { Label = "class" } })).Message);
        Assert.Contains("'score' holds Double", Assert.Throws<TernException>(() => Read(path, new() { Columns = new() { Label = "score" } })).Message);
    }

    [Fact]
    public void AParquetTextThatIsNullIsNamed()
    {
        string path = Path.Combine(folder.Path, "t.parquet");
        var text = new DataField<string>("text");
        var label = new DataField<string>("label");
        Write(path, [text, label], async rows =>
        {
            await rows.WriteAsync(text, new[] { "a", null! });
            await rows.WriteAsync(label, new[] { "x", "y" });
        });
        Assert.Contains("row 2 has 0 texts in the column 'text'", Assert.Throws<TernException>(() => Read(path)).Message);
    }

    [Fact]
    public async Task ParquetListsAreSeveralLabels()
    {
        string path = Path.Combine(folder.Path, "t.parquet");
        using (Stream file = File.Create(path))
            await Parquet.Serialization.ParquetSerializer.SerializeAsync(
                [new Row { text = "fine", label = ["a", "b"] }, new Row { text = "none", label = [] }, new Row { text = "dull", label = ["b"] }],
                file, cancellationToken: TestContext.Current.CancellationToken);
        IReadOnlyList<Example> examples = Read(path, new() { MultiLabel = true });
        Assert.Equal(["a,b", "", "b"], examples.Select(e => string.Join(',', e.Labels)));
        Assert.Equal(["fine", "none", "dull"], examples.Select(e => ((TextExample)e).Text));
        Assert.Contains("data.multi_label=true", Assert.Throws<TernException>(() => Read(path)).Message);
    }

    sealed class Row
    {
        public string text { get; set; } = "";
        public List<string> label { get; set; } = [];
    }

    static void Write(string path, DataField[] fields, Func<ParquetRowGroupWriter, Task> write)
    {
        Run().GetAwaiter().GetResult();

        async Task Run()
        {
            using Stream file = File.Create(path);
            await using ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), file);
            using ParquetRowGroupWriter rows = writer.CreateRowGroup();
            await write(rows);
        }
    }

    [Fact]
    public void ATextNotInTheStatedEncodingIsNamedBehindTheFirstBlock()
    {
        string path = Path.Combine(folder.Path, "t");
        var content = new MemoryStream();
        for (int i = 1; i <= 20_000; i++)
            content.Write(Encoding.UTF8.GetBytes($"{i % 2} text é{i}\n"));
        content.Write([.. "0 caf"u8, 0xe9, .. "\n1 more\n"u8]);
        File.WriteAllBytes(path, content.ToArray());
        Assert.Contains("t:20001: 0xE9 is not UTF-8; convert the file, or set data.encoding=latin1", Assert.Throws<TernException>(() => Read(path)).Message);
        Assert.Equal(20_002, Read(path, new() { Encoding = TextEncoding.Latin1 }).Count);
    }

    [Fact]
    public void ACharacterMayStandAcrossBlocks()
    {
        for (int shift = 0; shift < 4; shift++)
        {
            string text = new string('x', 65_530 + shift) + string.Concat(Enumerable.Repeat("😀é", 10));
            Assert.Equal([new TextExample(text, "0"), new TextExample("b", "1")], Read(folder.Write("t", $"0 {text}\r\n1 b")));
        }
    }

    [Fact]
    public void ALineOfMillionsOfCharactersIsNoExample()
    {
        string path = folder.Write("t", "0 short\n1 " + new string('x', 5_000_000) + "\n");
        Assert.Contains("t:2: longer than 4194304 characters", Assert.Throws<TernException>(() => Read(path)).Message);
        string csv = folder.Write("t.csv", "text,label\n\"" + new string('x', 5_000_000));
        Assert.Contains("t.csv:2: a record of more than 4194304 characters", Assert.Throws<TernException>(() => Read(csv)).Message);
    }

    [Fact]
    public void BrokenArchivesAndFoldersAreNamed()
    {
        string gz = folder.Write("t.csv.gz", "this is no gzip file, though its name says so");
        Assert.Contains("t.csv.gz cannot be read", Assert.Throws<TernException>(() => Read(gz)).Message);
        string zip = folder.Write("t.csv.zip", "this is no zip file, though its name says so");
        Assert.Contains("t.csv.zip cannot be read", Assert.Throws<TernException>(() => Read(zip)).Message);
        Assert.Contains("is a folder", Assert.Throws<TernException>(() => Read(folder.Path)).Message);
        string parquet = folder.Write("t.parquet", "this is no Parquet file, though its name says so");
        Assert.Contains("t.parquet is no Parquet file", Assert.Throws<TernException>(() => Read(parquet)).Message);
        Assert.Contains("is no layout of texts", Assert.Throws<TernException>(() => Read(folder.Write("t", "a b\n"), new() { Format = DataFormat.Idx })).Message);
    }

    /// <summary>The library would loop over the two thousand million values that these footers claim.</summary>
    [Theory]
    [InlineData(new byte[] { 0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07, 0x00 })] // a list of 2^31 - 1 structs
    [InlineData(new byte[] { 0x18, 0xff, 0xff, 0xff, 0xff, 0x07, 0x00 })] // 2^31 - 1 bytes
    [InlineData(new byte[] { 0x1c, 0x1c, 0x1c, 0x1c })] // structs without an end
    [InlineData(new byte[] { 0x1b, 0x00 })] // a map
    public void AParquetFooterThatClaimsWhatItHasNotIsRefused(byte[] footer)
    {
        string path = Path.Combine(folder.Path, "t.parquet");
        File.WriteAllBytes(path, [.. "PAR1"u8, .. footer, .. BitConverter.GetBytes(footer.Length), .. "PAR1"u8]);
        Assert.Contains("t.parquet is no Parquet file, or is cut off or damaged", Assert.Throws<TernException>(() => Read(path)).Message);
    }
}
