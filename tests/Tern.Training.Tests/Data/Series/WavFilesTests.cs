using System.Buffers.Binary;
using Tern.Training.Data;

namespace Tern.Training.Tests.Data.Series;

public sealed class WavFilesTests : IDisposable
{
    readonly SeriesFolder folder = new();

    public void Dispose() => folder.Dispose();

    static DataConfig Named(string pattern) => new() { Series = new() { FileName = pattern } };

    [Theory]
    [InlineData(8, false)]
    [InlineData(16, false)]
    [InlineData(24, false)]
    [InlineData(32, false)]
    [InlineData(32, true)]
    [InlineData(64, true)]
    public void DecodesSamples(int bits, bool isFloat)
    {
        double[] samples = [0, 0.5, -0.25, -1, 0.75];
        foreach (bool extensible in new[] { false, true })
        {
            string path = folder.Write("yes/a.wav", SeriesFolder.Wav(samples, bits: bits, isFloat: isFloat, extensible: extensible));
            SeriesExample example = Assert.Single(SeriesFolder.Read(folder.Path));
            Assert.Equal("yes", example.Label);
            Assert.Equal(samples.Select(v => (float)v), example.Values);
            Assert.Equal(samples.Select(v => (float)v), SeriesFolder.Read(path)[0].Values);
        }
    }

    [Fact]
    public void MixesChannelsDownAndCutsFrames()
    {
        folder.Write("yes/a.wav", SeriesFolder.Wav([0.5, 0.25, -0.5, 0.5, 1 / 8.0, 1 / 8.0], channels: 2));
        Assert.Equal([0.375f, 0, 0.125f], SeriesFolder.Read(folder.Path)[0].Values);
        SeriesExample framed = SeriesFolder.Read(folder.Path, new() { Series = new() { Frame = 2 } })[0];
        Assert.Equal((2, 2), (framed.Channels, framed.Steps));
        Assert.Equal([0.375f, 0, 0.125f, 0], framed.Values);
        Assert.Equal([0.375f, 0], SeriesFolder.Read(folder.Path, new() { MaxLength = 1, Series = new() { Frame = 2 } })[0].Values);
        Assert.Equal([0.375f, 0, 0.125f, 0, 0], SeriesFolder.Read(folder.Path, new() { MaxLength = 3, Series = new() { Frame = 5 } })[0].Values);
    }

    [Fact]
    public void ReadsAFolderOrAZipInOrdinalOrderAndLeavesOtherFilesOut()
    {
        byte[] wav = SeriesFolder.Wav([0.5]);
        string path = folder.WriteZip("z.zip", ("set/yes/b.wav", wav), ("set/no/c.WAV", wav), ("README.md", [1]), ("set/yes/a.wav.wav", wav),
            ("set/yes/._a.wav", [1]), ("__MACOSX/set/yes/a.wav", [1]), ("set/yes/", []));
        Assert.Equal(["no", "yes", "yes"], SeriesFolder.Read(path).Select(e => e.Label));
        foreach (string name in new[] { "f/yes/b.wav", "f/no/c.WAV", "f/yes/a.wav.wav" })
            folder.Write(name, wav);
        folder.Write("f/LICENSE", "text");
        folder.Write("f/yes/._a.wav", "hidden");
        Assert.Equal(["no", "yes", "yes"], SeriesFolder.Read(Path.Combine(folder.Path, "f")).Select(e => e.Label));
    }

    [Fact]
    public void ReadsLabelGroupAndPartFromNames()
    {
        byte[] wav = SeriesFolder.Wav([0.5]);
        string path = folder.WriteZip("z.zip", ("r/3_ann_0.wav", wav), ("r/4_bob_5.wav", wav), ("r/3_bob_17.wav", wav));
        DataParts parts = DataReader.Read(path, Named(@"^(?<label>[0-9])_(?<group>[a-z]+)_((?<test>[0-4])|[0-9]+)\.wav$"));
        Assert.Equal([("3", "bob"), ("4", "bob")], parts.Train.Select(e => (e.Label, e.Group)));
        Assert.Equal([("3", "ann")], parts.Test!.Select(e => (e.Label, e.Group)));
        Assert.Equal([("r", "ann"), ("r", ""), ("r", "")], SeriesFolder.Read(path, Named("_(?<group>ann)_")).Select(e => (e.Label, e.Group)).OrderByDescending(e => e.Item2));
        Assert.Null(DataReader.Read(path, Named("^(?<label>[0-9])")).Test);

        SeriesFolder.Refuses(path, "z.zip/r/4_bob_5.wav: the name does not say the class", Named("^(?<label>3)"));
        SeriesFolder.Refuses(path, "all 3 files are of the test part", Named("(?<test>r|_)"));
        SeriesFolder.Refuses(path, "which is no regular expression that can be used", Named("("));
        SeriesFolder.Refuses(path, "which is no regular expression that can be used", Named("(?<label>a)(?=b)"));
        SeriesFolder.Refuses(path, "has a group 'lable'; expected the groups label, group and test", Named("(?<lable>a)"));
        SeriesFolder.Refuses(folder.WriteZip("flat.zip", ("a.wav", wav)), "flat.zip/a.wav lies in no sub-folder");
        SeriesFolder.Refuses(folder.WriteZip("none.zip", ("a.txt", [1])), "holds no .wav file", new() { Format = DataFormat.Wav });
    }

    [Theory]
    [InlineData(8000, 16000, 440)]
    [InlineData(44100, 16000, 1000)]
    [InlineData(16000, 11025, 3000)]
    public void ResamplesASine(int from, int to, double frequency)
    {
        folder.Write("a/sine.wav", SeriesFolder.Wav(Sine(from, frequency), from, bits: 32, isFloat: true));
        float[] values = SeriesFolder.Read(folder.Path, new() { Series = new() { SampleRate = to } })[0].Values;
        double[] expected = Sine(to, frequency);
        Assert.InRange(values.Length, expected.Length, expected.Length + 1); // a quarter of a second, begun samples count
        for (int i = 200; i < expected.Length - 200; i++) // the ends meet silence
            Assert.Equal(expected[i], values[i], 2e-4);
    }

    [Fact]
    public void RemovesWhatALowerRateCannotHold()
    {
        folder.Write("a/sine.wav", SeriesFolder.Wav(Sine(16000, 6000), 16000, bits: 32, isFloat: true));
        float[] values = SeriesFolder.Read(folder.Path, new() { Series = new() { SampleRate = 8000 } })[0].Values;
        Assert.All(values[200..^200], value => Assert.Equal(0, value, 1e-3));
    }

    [Fact]
    public void RefusesFilesOfDifferentRatesUnlessOneIsGiven()
    {
        folder.Write("a/1.wav", SeriesFolder.Wav([0.5, 0.5]));
        folder.Write("b/2.wav", SeriesFolder.Wav([0.5, 0.5], 16000));
        SeriesFolder.Refuses(folder.Path, "2.wav has 16000 samples a second, but ");
        SeriesFolder.Refuses(folder.Path, "1.wav 8000; set data.series.sample_rate");
        Assert.Equal([2, 1], SeriesFolder.Read(folder.Path, new() { Series = new() { SampleRate = 8000 } }).Select(e => e.Steps));
    }

    public static TheoryData<string, byte[], string> Damaged()
    {
        byte[] wav = SeriesFolder.Wav([0.5, 0.25], 8000);
        const int Format = 24 + 8, Data = Format + 16; // after RIFF, LIST and the head of fmt
        byte[] With(int at, params byte[] bytes) => [.. wav[..at], .. bytes, .. wav[(at + bytes.Length)..]];
        return new()
        {
            { "empty", [], "is no wav file: 0 bytes" },
            { "text", "RIFX, and so on and on"u8.ToArray(), "it starts with 'RIFX' and not with RIFF ... WAVE" },
            { "only a head", wav[..12], "has no data chunk" },
            { "head of a chunk", wav[..15], "ends in the head of a chunk; it is truncated" },
            { "chunk to skip", wav[..22], "before the end of a chunk; it is truncated" },
            { "fmt", wav[..(Format + 10)], "ends in its fmt chunk; it is truncated" },
            { "samples", wav[..^1], "is truncated: 4 bytes of samples are announced, 3 are there" },
            { "no sample", [.. wav[..(Data + 4)], 0, 0, 0, 0], "has 0 samples" },
            { "huge data", With(Data + 4, 0xfe, 0xff, 0xff, 0xff), "4294967294 bytes of samples are announced, 4 are there" },
            { "odd data", With(Data + 4, 3), "3 bytes of samples, which is no multiple of 2" },
            { "huge chunk", With(16, 0xff, 0xff, 0xff, 0xff), "before the end of a chunk" },
            { "huge fmt", With(Format - 4, 0xff, 0xff, 0xff, 0x7f), "has a fmt chunk of 2147483647 bytes" },
            { "small fmt", [.. wav[..(Format - 4)], 2, 0, 0, 0, 1, 0], "has a fmt chunk of 2 bytes; expected 16 or more" },
            { "data first", [.. wav[..24], .. wav[Data..]], "has its data chunk before its fmt chunk" },
            { "MP3", With(Format, 0x55), "is packed by codec 0x0055 (MP3)" },
            { "extensible", With(Format, 0xfe, 0xff), "is in an extensible format that is not known" },
            { "no channel", With(Format + 2, 0), "has 0 audio channels" },
            { "rate", With(Format + 4, 1, 0, 0, 0), "has 1 samples a second; expected 1000 to 768000" },
            { "block", With(Format + 12, 3), "has blocks of 3 bytes; expected 2" },
            { "bits", With(Format + 14, 12), "has samples of 12 bits; expected 8, 16, 24 or 32" },
            { "not finite", SeriesFolder.Wav([0, double.NaN], bits: 64, isFloat: true), "has sample 2 that is not finite" },
        };
    }

    [Theory]
    [MemberData(nameof(Damaged))]
    public void NamesADamagedFile(string what, byte[] content, string expected)
    {
        folder.Write($"a/{what}.wav", content);
        SeriesFolder.Refuses(folder.Path, $"{what}.wav");
        SeriesFolder.Refuses(folder.Path, expected);
        SeriesFolder.Refuses(folder.WriteZip("z.zip", ("in/b.wav", content)), "z.zip/in/b.wav ");
    }

    [Theory]
    [InlineData("../a.wav")]
    [InlineData("yes/../../a.wav")]
    [InlineData("/yes/a.wav")]
    [InlineData("..\\a.wav")]
    [InlineData("C:/a.wav")]
    public void RefusesPathsThatLeadOutOfAnArchive(string name) =>
        SeriesFolder.Refuses(folder.WriteZip("z.zip", ("yes/b.wav", SeriesFolder.Wav([0.5])), (name, SeriesFolder.Wav([0.5]))), "whose path leads out of the archive");

    [Fact]
    public void RefusesAnArchiveThatUnpacksOutOfProportion()
    {
        byte[] wav = SeriesFolder.Wav(new double[6 << 20], bits: 64, isFloat: true);
        SeriesFolder.Refuses(folder.WriteZip("bomb.zip", ("a/1.wav", wav), ("a/2.wav", wav)), "bomb.zip/a/2.wav unpacks to more than");
    }

    [Fact]
    public void NeverTrustsTheSizesThatAnArchiveDeclares()
    {
        string path = folder.WriteZip("z.zip", ("a/1.wav", SeriesFolder.Wav(new double[5000])));
        byte[] zip = File.ReadAllBytes(path);
        int entry = zip.AsSpan().LastIndexOf("PK\x01\x02"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(entry + 24), 0x7fffffff); // the unpacked size
        File.WriteAllBytes(path, zip);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Exception? error = Record.Exception(() => SeriesFolder.Read(path));
        Assert.True(error is null or TernException, error?.ToString());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    static double[] Sine(int rate, double frequency) => [.. Enumerable.Range(0, rate / 4).Select(i => 0.5 * Math.Sin(2 * Math.PI * frequency * i / rate))];
}
