using System.Text;
using Tern.Training.Data;

namespace Tern.Training.Tests.Data.Series;

public sealed class TsFileTests : IDisposable
{
    const string Header = "# made for a test\n@problemName P\n@timeStamps false\n@missing false\n@univariate false\n@dimensions 2\n@equalLength false\n@classLabel true a b\n@data\n";

    readonly SeriesFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("\n", "")]
    [InlineData("\r\n", "\uFEFF")]
    public void ReadsDimensionsAsChannels(string lineEnd, string mark)
    {
        string path = folder.Write("p.ts", (mark + Header + "1,2,3:4,5,6:a\n\n -1e-2 , 7:8,9: b\n").ReplaceLineEndings(lineEnd));
        SeriesExample[] examples = SeriesFolder.Read(path);
        Assert.Equal(2, examples.Length);
        Assert.Equal((2, 3, "a"), (examples[0].Channels, examples[0].Steps, examples[0].Label));
        Assert.Equal([1, 4, 2, 5, 3, 6], examples[0].Values);
        Assert.Equal([-0.01f, 8, 7, 9], examples[1].Values);
        Assert.Equal("b", examples[1].Label);
    }

    [Fact]
    public void CutsLongSeries()
    {
        string path = folder.Write("p.ts", Header + "1,2,3:4,5,6:a\n");
        Assert.Equal([1, 4, 2, 5], SeriesFolder.Read(path, new() { MaxLength = 2 })[0].Values);
        Assert.Equal(3, SeriesFolder.Read(path, new() { MaxLength = 4 })[0].Steps);
    }

    [Fact]
    public void ReadsPackedFiles()
    {
        byte[] content = Encoding.UTF8.GetBytes(Header + "1:2:a\n");
        Assert.Single(SeriesFolder.Read(folder.Write("p.ts.gz", SeriesFolder.Gzip(content))));
        Assert.Single(SeriesFolder.Read(folder.WriteZip("p.ts.zip", ("p.ts", content))));
    }

    [Fact]
    public void ReadsThePairOfAFolder()
    {
        folder.Write("Set/Set_TRAIN.ts", Header + "1:2:a\n3:4:b\n");
        string test = folder.Write("Set/Set_TEST.ts", Header + "5:6:a\n");
        string set = Path.GetDirectoryName(test)!;
        DataParts parts = DataReader.Read(set, new());
        Assert.Equal((2, 1), (parts.Train.Count, parts.Test!.Count));
        Assert.Null(parts.Validation);
        Assert.Equal(5, ((SeriesExample)parts.Test[0]).Values[0]);
        Assert.Equal(5, SeriesFolder.Read(test)[0].Values[0]);

        folder.Write("Set/Set_eq_TRAIN.ts", Header + "7:8:a\n");
        Assert.Equal(2, DataReader.Read(set + "/", new()).Train.Count);
        folder.Write("Set/Set_TEST.ts", Header.Replace("@dimensions 2", "@dimensions 1") + "5:a\n");
        SeriesFolder.Refuses(set, "has 1 dimensions, but");
    }

    [Fact]
    public void RefusesAFolderOfSeveralDataSets()
    {
        folder.Write("Other/A_TRAIN.ts", Header + "1:2:a\n");
        string path = folder.Write("Other/B_TRAIN.ts", Header + "1:2:a\n");
        SeriesFolder.Refuses(Path.GetDirectoryName(path)!, "holds 2 data sets (A, B) and not one is named Other");
        folder.Write("Third/a.ts", Header);
        path = folder.Write("Third/b.ts", Header);
        SeriesFolder.Refuses(Path.GetDirectoryName(path)!, "none is NAME_TRAIN.ts");
    }

    [Theory]
    [InlineData("", "p.ts:1: the file is empty")]
    [InlineData("\n\n", "p.ts:2: the file ends before @data")]
    [InlineData("@classLabel true a b\n1:a\n", "p.ts:2: '1:a' stands before @data")]
    [InlineData("@timeStamps true\n", "p.ts:1: @timeStamps true is not supported")]
    [InlineData("@timeStamps maybe\n", "p.ts:1: '@timeStamps maybe': expected '@timeStamps true' or '@timeStamps false'")]
    [InlineData("@classLabel false\n", "p.ts:1: @classLabel false means cases without classes")]
    [InlineData("@classLabel true\n", "p.ts:1: @classLabel true names no class")]
    [InlineData("@targetLabel true\n", "p.ts:1: @targetLabel true is data for regression")]
    [InlineData("@dimensions 0\n", "p.ts:1: '@dimensions 0': expected '@dimensions N', N from 1")]
    [InlineData("@data\n1:a\n", "p.ts:1: @data comes before @classLabel")]
    [InlineData("@univariate true\n@dimensions 3\n@classLabel true a\n@data\n", "p.ts:4: @univariate is true, but @dimensions is 3")]
    [InlineData("@univariate true\n@classLabel true a\n@data\n1:2:a\n", "p.ts:4: the case has 2 dimension(s), expected 1")]
    [InlineData("@classLabel true a\n@data\n1:2:a\n1:a\n", "p.ts:4: the case has 1 dimension(s), expected 2 as the first case has")]
    [InlineData("@equalLength true\n@seriesLength 2\n@classLabel true a\n@data\n1:a\n", "p.ts:5: the case has 1 steps, expected 2")]
    [InlineData("@equalLength true\n@classLabel true a\n@data\n1,2:a\n1:a\n", "p.ts:5: the case has 1 steps, expected 2")]
    [InlineData(Header, "p.ts:9: no case follows @data")]
    [InlineData(Header + "1,2:3:a\n", "p.ts:10: dimension 2 has 1 values, but dimension 1 has 2")]
    [InlineData(Header + "1,2,3,4\n", "p.ts:10: the case has no class at its end; expected ':' and one of a, b")]
    [InlineData(Header + "1,2:3,4\n", "p.ts:10: the case has no class at its end")]
    [InlineData(Header + "1:2:\n", "p.ts:10: the case has no class at its end")]
    [InlineData(Header + "1:2:c\n", "p.ts:10: class 'c' is not among those of @classLabel (a, b)")]
    [InlineData(Header + ":a\n", "p.ts:10: value 1 of dimension 1 is empty")]
    [InlineData(Header + "1:?:a\n", "p.ts:10: value 1 of dimension 2 is missing ('?'); expected a number (missing values are not supported")]
    [InlineData(Header + "1,NaN:2,3:a\n", "p.ts:10: value 2 of dimension 1 is missing ('NaN')")]
    [InlineData(Header + "1,1e99:2,3:a\n", "p.ts:10: value 2 of dimension 1 is '1e99', which is not finite")]
    [InlineData(Header + "1,:2,3:a\n", "p.ts:10: value 2 of dimension 1 is empty")]
    [InlineData(Header + "(0,1),(1,2):2,3:a\n", "p.ts:10: value 1 of dimension 1 is '(0', which is not a number; expected a number (time stamps")]
    public void NamesFileAndLineOfAnError(string content, string expected) => SeriesFolder.Refuses(folder.Write("p.ts", content), expected);

    [Fact]
    public void RefusesWhatIsNotUtf8UnlessToldTheEncoding()
    {
        string path = folder.Write("p.ts", Encoding.Latin1.GetBytes("@classLabel true café\n@data\n1:café\n"));
        SeriesFolder.Refuses(path, "p.ts:1: ");
        SeriesFolder.Refuses(path, "is not UTF-8");
        Assert.Equal("café", SeriesFolder.Read(path, new() { Encoding = TextEncoding.Latin1 })[0].Label);
    }

    [Fact]
    public void RefusesADamagedOrExplodingArchive()
    {
        byte[] packed = SeriesFolder.Gzip(Encoding.UTF8.GetBytes(Header + "1:2:a\n"));
        packed[^3] ^= 0xff;
        packed[15] ^= 0xff;
        SeriesFolder.Refuses(folder.Write("p.ts.gz", packed), "p.ts.gz");
        SeriesFolder.Refuses(folder.Write("q.ts.gz", SeriesFolder.Gzip(new byte[100 << 20])), "out of proportion");
        SeriesFolder.Refuses(folder.WriteZip("two.zip", ("a.ts", []), ("b.ts", [])), "holds 2 files", new() { Format = DataFormat.Ts });
        SeriesFolder.Refuses(folder.Write("r.zip", "no archive"), "cannot be read as a zip archive");
    }
}
