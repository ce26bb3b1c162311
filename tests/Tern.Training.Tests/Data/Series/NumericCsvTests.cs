using System.Text;
using Tern.Training.Data;

namespace Tern.Training.Tests.Data.Series;

public sealed class NumericCsvTests : IDisposable
{
    static readonly DataConfig Config = new() { Format = DataFormat.NumericCsv };

    readonly SeriesFolder folder = new();

    public void Dispose() => folder.Dispose();

    static string[] Shown(string path, DataConfig config) =>
        [.. SeriesFolder.Read(path, config).Select(e => $"{e.Label} {e.Group}: {string.Join(' ', e.Values)}")];

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void CutsARecordingWhereClassOrGroupChanges(string lineEnd)
    {
        string path = folder.Write("p.csv", "x,who,label,y\n1,p,a,10\n\n2,p,a,20\n3,q,a,30\n\"4\",q,\"b\",40\n".ReplaceLineEndings(lineEnd));
        DataConfig config = Config with { Columns = new() { Group = "who" } };
        Assert.Equal(["a p: 1 10 2 20", "a q: 3 30", "b q: 4 40"], Shown(path, config));
        Assert.Equal(["a : 1 2 3", "b : 4"], Shown(path, Config with { Columns = new() { Channels = ["X"] } }));
        Assert.Equal(["a : 10 1 20 2 30 3", "b : 40 4"], Shown(path, Config with { Columns = new() { Channels = ["y", "x"] } }));
        Assert.Equal(["a : 1 2 3", "b : 4"], Shown(path, new() { Columns = new() { Channels = ["x"] } })); // channels tell the layout
    }

    [Theory]
    [InlineData(2, 0, 0, "a : 1 2;a : 3 4;b : 6 7")]
    [InlineData(3, 1, 0, "a : 1 2 3;a : 2 3 4;a : 3 4 5;b : 6 7 8")]
    [InlineData(2, 3, 0, "a : 1 2;a : 4 5;b : 6 7")]
    [InlineData(4, 0, 0, "a : 1 2 3 4")]
    [InlineData(3, 2, 2, "a : 1 2;a : 3 4;b : 6 7")]
    [InlineData(0, 0, 4, "a : 1 2 3 4;b : 6 7 8")]
    public void CutsWindows(int window, int stride, int maxLength, string expected)
    {
        string path = folder.Write("p.csv", "label,x\na,1\na,2\na,3\na,4\na,5\nb,6\nb,7\nb,8\n");
        Assert.Equal(expected, string.Join(';', Shown(path, Config with { MaxLength = maxLength, Series = new() { Window = window, Stride = stride } })));
    }

    [Fact]
    public void SaysThatNoWindowIsFull()
    {
        string path = folder.Write("p.csv", "label,x\na,1\nb,2\n");
        SeriesFolder.Refuses(path, "holds no recording of 2 steps (data.series.window)", Config with { Series = new() { Window = 2 } });
    }

    [Fact]
    public void ReadsAFolderOfFilesAClass()
    {
        folder.Write("set/walk/2.csv", "x,y\n5,6\n");
        folder.Write("set/walk/1.csv", "x,y\n1,2\n3,4\n");
        folder.Write("set/walk/notes.txt", "no data");
        folder.Write("set/run/1.csv", "x,y,label\n7,8,ignored\n");
        Assert.Equal(["run : 7 8", "walk : 1 2 3 4", "walk : 5 6"], Shown(Path.Combine(folder.Path, "set"), new()));
        folder.Write("set/run/2.csv", "y,x\n7,8\n");
        SeriesFolder.Refuses(Path.Combine(folder.Path, "set"), "has the channels y, x, but");
        Assert.Equal(4, Shown(Path.Combine(folder.Path, "set"), new() { Columns = new() { Channels = ["x", "y"] } }).Length);
    }

    [Fact]
    public void ReadsTabsAndPackedFiles()
    {
        Assert.Equal(["a : 1 2"], Shown(folder.Write("p.tsv", "x\ty\tlabel\n1\t2\ta\n"), Config));
        Assert.Equal(["a : 1"], Shown(folder.Write("p.csv.gz", SeriesFolder.Gzip("x,label\n1,a\n"u8.ToArray())), Config));
    }

    [Theory]
    [InlineData("", "p.csv:1: the file is empty")]
    [InlineData("x,label\n", "p.csv holds no steps")]
    [InlineData("1,2\n3,4\n", "p.csv:1: the first line holds numbers (1, ...)")]
    [InlineData("x,y\n3,4\n", "p.csv:1: no column 'label' (found: x, y); name it in data.columns.label")]
    [InlineData("label\na\n", "p.csv:1: no column is left for the channels")]
    [InlineData("x,X,label\n1,2,a\n", "p.csv:1: two columns are named 'X'")]
    [InlineData("x,label\n1,a\n\nNaN,a\n", "p.csv:4: column 'x' is missing ('NaN'); expected a number")]
    [InlineData("x,label\nInfinity,a\n", "p.csv:2: column 'x' is 'Infinity', which is not finite")]
    [InlineData("x,\"la\nbel\",label\n1,2,a\nfive,2,a\n", "p.csv:4: column 'x' is 'five', which is not a number")]
    [InlineData("x,label\n,a\n", "p.csv:2: column 'x' is empty")]
    [InlineData("x,label\n1,\n", "p.csv:2: column 'label' is empty; expected a name")]
    [InlineData("x,label\n1,a\n1, \n", "p.csv:3: column 'label' is empty; expected a name")]
    [InlineData("x,label\n1,a\n1\n", "p.csv:3: 1 fields, but the header names 2")]
    [InlineData("x,label\n1,a,2\n", "p.csv:2: 3 fields, but the header names 2")]
    [InlineData("x,label\n\"1,a\n2,b\n", "p.csv:2: ")]
    [InlineData("x,label\n\"1\"2,a\n", "p.csv:2: ")]
    public void NamesFileAndLineOfAnError(string content, string expected) => SeriesFolder.Refuses(folder.Write("p.csv", content), expected, Config);

    [Fact]
    public void RefusesWhatIsNotUtf8UnlessToldTheEncoding()
    {
        string path = folder.Write("p.csv", Encoding.Latin1.GetBytes("x,label\n1,café\n"));
        SeriesFolder.Refuses(path, "p.csv:2: column 'label' is not UTF-8", Config);
        Assert.Equal("café", SeriesFolder.Read(path, Config with { Encoding = TextEncoding.Latin1 })[0].Label);
    }

    [Fact]
    public void SaysWhatAFolderMustHold()
    {
        SeriesFolder.Refuses(folder.Path, "holds no csv files in its 0 sub-folder(s)", Config);
        SeriesFolder.Refuses(folder.Path, "is a folder in no known layout");
    }
}
