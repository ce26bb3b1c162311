using System.Text;
using FsCheck;
using FsCheck.Xunit;
using Tern.Training.Data;

namespace Tern.Training.Tests.Data.Series;

/// <summary>Whatever a file holds, it is read or refused in one line, and memory stays in proportion to its size.</summary>
public sealed class HostileSeriesTests : IDisposable
{
    readonly SeriesFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A change of a file: a byte set, bytes cut out, or bytes said twice.</summary>
    public sealed record Edit(int Kind, PositiveInt At, byte Value, PositiveInt Length);

    static byte[] Mutate(byte[] content, Edit[] edits)
    {
        foreach (Edit edit in edits)
        {
            if (content.Length == 0)
                return content;
            int at = edit.At.Get * 7919 % content.Length, length = Math.Min(content.Length - at, edit.Length.Get);
            content = (edit.Kind & 7) switch
            {
                0 => content[..at], // truncated
                1 => [.. content[..at], .. content[(at + length)..]],
                2 => [.. content[..(at + length)], .. content[at..]],
                3 => [.. content[..at], edit.Value, .. content[at..]],
                4 => [.. content[..at], (byte)(content[at] ^ 1 << (edit.Value & 7)), .. content[(at + 1)..]],
                5 => [.. content[..at], (edit.Value & 1) == 0 ? (byte)0xff : (byte)0, .. content[(at + 1)..]],
                _ => [.. content[..at], edit.Value, .. content[(at + 1)..]],
            };
        }
        return content;
    }

    static void ReadOrRefuse(string path, long size, DataConfig config)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            DataParts parts = DataReader.Read(path, config);
            Assert.NotEmpty(parts.Train);
            foreach (SeriesExample example in parts.Train.Concat(parts.Test ?? []).OfType<SeriesExample>())
            {
                Assert.InRange(example.Steps, 1, int.MaxValue);
                Assert.Equal(example.Values.Length, example.Steps * example.Channels);
                Assert.All(example.Values, value => Assert.True(float.IsFinite(value)));
            }
        }
        catch (TernException e)
        {
            Assert.DoesNotContain('\n', e.Message);
            Assert.Contains(Path.GetDirectoryName(path)!, e.Message); // at times the file of labels beside it
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (64 << 20) + 50 * size);
    }

    void CheckFile(string name, byte[] content, DataFormat format, SeriesConfig? series = null) =>
        ReadOrRefuse(folder.Write(name, content), content.Length, new() { Format = format, Series = series ?? new() });

    [Property(MaxTest = 200)]
    public void RandomBytesAreRefusedInOneLine(byte[] bytes)
    {
        CheckFile("r.csv", bytes, DataFormat.NumericCsv);
        CheckFile("r.ts", bytes, DataFormat.Auto);
        CheckFile("r.ts.gz", bytes, DataFormat.Auto);
        CheckFile("r.wav", bytes, DataFormat.Auto);
        CheckFile("r.zip", bytes, DataFormat.Auto);
        folder.Write("r-labels-idx1-ubyte", bytes);
        CheckFile("r-images-idx3-ubyte", bytes, DataFormat.Auto);
    }

    [Property(MaxTest = 500)]
    public void MutationsOfCsv(Edit[] edits) => CheckFile("m.csv", Mutate(Encoding.UTF8.GetBytes(
        "x,\"y\",label\r\n1,2.5,walk\r\n-3e-4,\"4\",walk\n\n5,6,\"a \"\"run\"\"\"\n"), edits), DataFormat.NumericCsv, new() { Window = 1 });

    [Property(MaxTest = 500)]
    public void MutationsOfTs(Edit[] edits)
    {
        byte[] content = Mutate(Encoding.UTF8.GetBytes(
            "#c\n@timeStamps false\n@univariate false\n@dimensions 2\n@equalLength true\n@seriesLength 2\n@classLabel true a b\n@data\n1,2:3,4:a\n5,6:7,8e-1:b\n"), edits);
        CheckFile("m.ts", content, DataFormat.Auto);
        CheckFile("m.ts.gz", Mutate(SeriesFolder.Gzip(content), edits), DataFormat.Auto);
    }

    [Property(MaxTest = 300)]
    public void MutationsOfUciHar(Edit[] edits, byte which)
    {
        string name = new[] { "y_train.txt", "a_train.txt", "b_train.txt", "subject_train.txt", "activity_labels.txt", "a_test.txt", "y_test.txt" }[which % 7];
        foreach ((string file, string text) in new[]
        {
            ("y_train.txt", "1\n2\n"), ("a_train.txt", "1 2 3\n4 5 6\n"), ("b_train.txt", " 1e+001 2 3\n4 5 6\n"), ("subject_train.txt", "7\n8\n"),
            ("activity_labels.txt", "1 WALK\n2 RUN\n"), ("y_test.txt", "2\n"), ("a_test.txt", "1 2 3\n"), ("b_test.txt", "1 2 3\n"),
        })
            folder.Write("uci/" + file, file == name ? Mutate(Encoding.UTF8.GetBytes(text), edits) : Encoding.UTF8.GetBytes(text));
        ReadOrRefuse(Path.Combine(folder.Path, "uci"), 1000, new() { Format = DataFormat.UciHar });
    }

    [Property(MaxTest = 500)]
    public void MutationsOfIdx(Edit[] edits, bool ofLabels, bool packed)
    {
        byte[] images = SeriesFolder.Idx([2, 2, 3], [.. Enumerable.Range(0, 12).Select(i => (byte)i)]), labels = SeriesFolder.Idx([2], [3, 4]);
        folder.Write("m-labels-idx1-ubyte", ofLabels ? Mutate(labels, edits) : labels);
        images = ofLabels ? images : Mutate(images, edits);
        CheckFile(packed ? "m-images-idx3-ubyte.gz" : "m-images-idx3-ubyte", packed ? SeriesFolder.Gzip(images) : images, DataFormat.Idx);
    }

    [Property(MaxTest = 500)]
    public void MutationsOfWav(Edit[] edits, bool stereo, bool resampled, bool extensible)
    {
        byte[] content = Mutate(SeriesFolder.Wav([0.5, -0.5, 0.25, 0, 1 / 8.0, 0.5], channels: stereo ? 2 : 1, extensible: extensible), edits);
        CheckFile("m.wav", content, DataFormat.Auto, new() { SampleRate = resampled ? 16000 : 0, Frame = 4 });
    }

    [Property(MaxTest = 500)]
    public void MutationsOfZip(Edit[] edits)
    {
        File.Delete(Path.Combine(folder.Path, "m.zip"));
        byte[] content = File.ReadAllBytes(folder.WriteZip("m.zip", ("a/1.wav", SeriesFolder.Wav([0.5, 0.25])), ("b/2.wav", SeriesFolder.Wav(new double[500]))));
        CheckFile("m.zip", Mutate(content, edits), DataFormat.Wav);
    }

    [Fact]
    public void RefusesALineThatDoesNotEnd()
    {
        byte[] packed = SeriesFolder.Gzip([.. "@classLabel true a\n@data\n"u8, .. new byte[120 << 20]]);
        string path = folder.Write("line.ts.gz", packed);
        long before = GC.GetAllocatedBytesForCurrentThread();
        SeriesFolder.Refuses(path, "out of proportion");
        // the buffer of a line is doubled until what may be unpacked is
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * DataStream.UnpackedLimit(packed.Length));
    }
}
