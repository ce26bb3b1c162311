using System.Text;
using Tern.Training.Data;

namespace Tern.Training.Tests.Data;

public sealed class TextFileTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    static IReadOnlyList<Example> Read(string path, DataConfig? config = null) => DataReader.Read(path, config ?? new()).Train;

    [Theory]
    [InlineData("0 a fine film , truly\n1 dull\n")]
    [InlineData("0\ta fine film , truly\r\n\r\n1 dull")]
    [InlineData("__label__0 a fine film , truly\n__label__1 dull\n")]
    [InlineData("text,label\n\"a fine film , truly\",0\ndull,1\n")]
    [InlineData("\uFEFFid,Label,Text\r\n7,0,\"a fine film , truly\"\r\n\r\n8,1,dull\r\n")]
    public void DetectsTheLayout(string content)
    {
        IReadOnlyList<Example> examples = Read(folder.Write("t", content));
        Assert.Equal([new TextExample("a fine film , truly", "0"), new TextExample("dull", "1")], examples);
    }

    [Fact]
    public void ReadsQuotedFields()
    {
        string path = folder.Write("t.csv", "label,text\nyes,\"two\nlines, a \"\"quote\"\"\"\nno,\"\"\n");
        Assert.Equal([new TextExample("two\nlines, a \"quote\"", "yes"), new TextExample("", "no")], Read(path));
    }

    [Fact]
    public void ReadsAFileWhoseFirstLineHasCommasAsLinesWhereTold()
    {
        string path = folder.Write("t", "a,b c\nd e\n");
        Assert.Equal([new TextExample("c", "a,b"), new TextExample("e", "d")], Read(path, new() { Format = DataFormat.Lines }));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(" \n\n", "is empty")]
    [InlineData("text,class\na,b\n", "t:1: no column 'label' (found: text, class)")]
    [InlineData("text,label\na,b\nc\n", "t:3: 1 fields, but the header names 2")]
    [InlineData("text,label\na,b\n\"c,d\n", "t:3: a quoted field does not end")]
    [InlineData("text,label\n\"a\"b,c\n", "t:2: text after the closing quote")]
    [InlineData("text,label\n\"a\nb\",\n", "t:2: the field 'label' is empty")]
    [InlineData("text,label\n", "holds no examples")]
    [InlineData("0 fine\nlonely\n", "t:2: 'lonely' has no text after its label")]
    [InlineData("__label__a fine\nfine\n", "t:2: 'fine' does not start with a label")]
    [InlineData("__label__a fine\n__label__b\n", "t:2: '__label__b' has no text")]
    [InlineData("__label__a __label__b fine\n", "t:1: '__label__a __label__b fine' has more than one label; give a text one class, or set data.multi_label=true")]
    [InlineData("text\tlabel\na\tb\nc\n", "t:3: 1 fields, but the header names 2")]
    [InlineData("{\"text\":\"a\",\"label\":1}\n[1]\n", "t:2: '[1]' is no JSON object")]
    [InlineData("{\"text\":\"a\",\"label\":1}\nnot\n", "t:2: 'not' is no JSON object")]
    [InlineData("{\"text\":\"a\",\"label\":1}\n{\"text\":\n", "t:2: not JSON at character")]
    [InlineData("{\"text\":\"a\",\"class\":1}\n", "t:1: no field 'label' (found: text, class); set data.columns.label")]
    [InlineData("{\"text\":1,\"label\":1}\n", "t:1: the field 'text' is a number; expected a string")]
    [InlineData("{\"text\":\"a\",\"label\":null}\n", "t:1: the field 'label' is null")]
    [InlineData("{\"text\":\"a\",\"label\":[1,2]}\n", "t:1: 2 labels; expected one class, or set data.multi_label=true")]
    [InlineData("{\"text\":\"\\ud800\",\"label\":1}\n", "t:1: a string has half a surrogate pair")]
    [InlineData("{\"text\":\"a\",\"text\":\"b\",\"label\":1}\n", "t:1: not JSON")]
    public void NamesFileAndLineOfAnError(string content, string expected)
    {
        var error = Assert.Throws<TernException>(() => Read(folder.Write("t", content)));
        Assert.Contains(expected, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void RefusesBytesThatAreNotUtf8UnlessToldTheEncoding()
    {
        string path = Path.Combine(folder.Path, "t");
        File.WriteAllBytes(path, [.. "0 plain\n1 caf"u8, 0xe9, .. " noir\n"u8]);
        var error = Assert.Throws<TernException>(() => Read(path));
        Assert.Contains("t:2: 0xE9 is not UTF-8", error.Message);
        Assert.Equal("café noir", ((TextExample)Read(path, new() { Encoding = TextEncoding.Latin1 })[1]).Text);
    }

    [Fact]
    public void SaysThatAFileIsNotThere()
    {
        var error = Assert.Throws<TernException>(() => DataFiles.Resolve(Path.Combine(folder.Path, "none")));
        Assert.Contains("There is no file", error.Message);
        Assert.Equal(folder.Path, DataFiles.Resolve(folder.Path));
        Assert.Contains("is a folder", Assert.Throws<TernException>(() => Read(folder.Path)).Message);
    }

    [Fact]
    public void ReadsTheSentenceFilesOfKim()
    {
        string? data = Environment.GetEnvironmentVariable(DataFiles.Variable);
        Assert.SkipUnless(data is not null && Directory.Exists(Path.Combine(data, "kim_sentence")), "TERN_DATA has no kim_sentence");
        Assert.Equal(5452, Read(Path.Combine(data, "kim_sentence", "TREC.train.all"), new() { Encoding = TextEncoding.Latin1 }).Count);
        Assert.Equal(10662, Read(Path.Combine(data, "kim_sentence", "rt-polarity.all"), new() { Encoding = TextEncoding.Latin1 }).Count);
        var error = Assert.Throws<TernException>(() => Read(Path.Combine(data, "kim_sentence", "rt-polarity.all"), new() { Encoding = TextEncoding.Utf8 }));
        Assert.Contains("latin1", error.Message);
        Assert.Equal(6920, Read(Path.Combine(data, "kim_sentence", "stsa.binary.train")).Count);
    }
}
