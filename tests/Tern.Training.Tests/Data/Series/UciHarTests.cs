using System.Text;
using Tern.Training.Data;

namespace Tern.Training.Tests.Data.Series;

public sealed class UciHarTests : IDisposable
{
    readonly SeriesFolder folder = new();

    public void Dispose() => folder.Dispose();

    void WriteFlat()
    {
        folder.Write("y_train.txt", "1\n2\n");
        folder.Write("b_train.txt", "  1.5e+000 2\n3 4\n");
        folder.Write("a_train.txt.gz", SeriesFolder.Gzip(" 5  6\n7 8\n\n"u8.ToArray()));
        folder.Write("subject_train.txt", "11\n12\n");
        folder.Write("y_test.txt", "2\n");
        folder.Write("a_test.txt", "1 2\n");
        folder.Write("b_test.txt", "3 4");
    }

    [Fact]
    public void ReadsFilesInOneFolder()
    {
        WriteFlat();
        DataParts parts = DataReader.Read(folder.Path, new());
        SeriesExample[] train = [.. parts.Train.Cast<SeriesExample>()];
        Assert.Equal(["1", "2"], train.Select(e => e.Label));
        Assert.Equal(["11", "12"], train.Select(e => e.Group));
        Assert.Equal([5, 1.5f, 6, 2], train[0].Values);
        Assert.Equal(2, train[0].Channels);
        Assert.Equal([1, 3, 2, 4], ((SeriesExample)Assert.Single(parts.Test!)).Values);
        Assert.Equal([5, 1.5f], SeriesFolder.Read(folder.Path, new() { MaxLength = 1 })[0].Values);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void NamesClasses(string encoding)
    {
        WriteFlat();
        foreach (bool mark in new[] { true, false })
        {
            Encoding names = Encoding.GetEncoding(encoding);
            folder.Write("activity_labels.txt", [.. mark ? names.GetPreamble() : [], .. names.GetBytes("1 WALKING\r\n2 LYING DOWN\r\n")]);
            Assert.Equal(["WALKING", "LYING DOWN"], SeriesFolder.Read(folder.Path).Select(e => e.Label));
        }
        folder.Write("activity_labels.txt", "1 WALKING\n");
        SeriesFolder.Refuses(folder.Path, "y_train.txt:2: class '2' is not in activity_labels.txt (1)");
        folder.Write("activity_labels.txt", "1 WALKING\n2\n");
        SeriesFolder.Refuses(folder.Path, "activity_labels.txt:2: '2' is not a number and a name");
        folder.Write("activity_labels.txt", "1 WALKING\n1 SITTING\n");
        SeriesFolder.Refuses(folder.Path, "activity_labels.txt:2: class 1 is named twice");
    }

    [Fact]
    public void ReadsTheOriginalTree()
    {
        folder.Write("train/y_train.txt", "1\n");
        folder.Write("train/X_train.txt", "1 2 3 4 5\n");
        folder.Write("train/Inertial Signals/a_train.txt", "1 2\n");
        folder.Write("test/y_test.txt", "1\n");
        folder.Write("test/Inertial Signals/a_test.txt", "3 4\n");
        DataParts parts = DataReader.Read(folder.Path, new());
        Assert.Equal([1, 2], ((SeriesExample)Assert.Single(parts.Train)).Values);
        Assert.Equal([3, 4], ((SeriesExample)Assert.Single(parts.Test!)).Values);
    }

    [Theory]
    [InlineData("y_train.txt", "1\n", "a_train.txt.gz:2: a line more than")]
    [InlineData("y_train.txt", "1\n2\n3\n", "has no window 3, but")]
    [InlineData("y_train.txt", "", "y_train.txt")]
    [InlineData("y_train.txt", "1\n\n2\n", "y_train.txt:3: a class follows a blank line")]
    [InlineData("y_train.txt", "1 2\n2\n", "y_train.txt:1: '1 2' is not one number")]
    [InlineData("b_train.txt", "1 2\n", "b_train.txt has no window 2, but")]
    [InlineData("b_train.txt", "1 2\n3\n", "b_train.txt:2: 1 values, expected 2")]
    [InlineData("b_train.txt", "1 2 3\n3 4 5\n", "b_train.txt:1: 3 values, expected 2")]
    [InlineData("b_train.txt", "1 2\n3 x\n", "b_train.txt:2: value 2 is 'x', which is not a number")]
    [InlineData("b_train.txt", "1 2\nnan 3\n", "b_train.txt:2: value 1 is missing ('nan')")]
    [InlineData("subject_train.txt", "1\n", "subject_train.txt has no window 2, but")]
    [InlineData("subject_train.txt", "1\n2\n3\n", "subject_train.txt:3: a line more than")]
    [InlineData("c_test.txt", "1 2\n", "has the channels a, b to train on, but a, b, c to test on")]
    [InlineData("y_test.txt", "\n", "y_test.txt")]
    public void RefusesFilesThatDisagree(string name, string content, string expected)
    {
        WriteFlat();
        folder.Write(name, content);
        SeriesFolder.Refuses(folder.Path, expected);
    }

    [Fact]
    public void SaysWhatIsMissing()
    {
        SeriesFolder.Refuses(folder.Path, "has no y_train.txt", new() { Format = DataFormat.UciHar });
        folder.Write("y_train.txt", "1\n");
        SeriesFolder.Refuses(folder.Path, "has no file CHANNEL_train.txt");
    }
}
