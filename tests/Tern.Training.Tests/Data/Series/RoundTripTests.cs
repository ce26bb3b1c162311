using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Xunit;
using Tern.Training.Data;

namespace Tern.Training.Tests.Data.Series;

/// <summary>What is written in a layout is read back as it was.</summary>
public sealed class RoundTripTests : IDisposable
{
    readonly SeriesFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>[steps, channels]: values that fill whole steps, at least one.</summary>
    static float[] Table(NonEmptyArray<NormalFloat> values, int channels)
    {
        float[] table = new float[(values.Get.Length + channels - 1) / channels * channels];
        for (int i = 0; i < values.Get.Length; i++)
            table[i] = Math.Clamp((float)values.Get[i].Get, float.MinValue, float.MaxValue);
        return table;
    }

    static int Channels(PositiveInt number) => 1 + number.Get % 5;

    static string Text(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    [Property]
    public void NumericCsvIsReadBack(NonEmptyArray<NormalFloat> values, PositiveInt number, NonEmptyString name)
    {
        string label = name.Get.Trim();
        if (label.Length == 0 || label.Contains('\uFFFD') || Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(label)) != label)
            return; // no name of a class, or no text
        int channels = Channels(number);
        float[] table = Table(values, channels);
        var csv = new StringBuilder("label");
        for (int c = 0; c < channels; c++)
            csv.Append(CultureInfo.InvariantCulture, $",c{c}");
        for (int i = 0; i < table.Length; i++)
            csv.Append(i % channels == 0 ? $"\n\"{label.Replace("\"", "\"\"")}\"," : ",").Append(Text(table[i]));

        SeriesExample example = Assert.Single(SeriesFolder.Read(folder.Write("p.csv", csv.ToString()), new() { Format = DataFormat.NumericCsv }));
        Assert.Equal(label, example.Label);
        Assert.Equal(channels, example.Channels);
        Assert.Equal(table, example.Values);
    }

    [Property]
    public void TsIsReadBack(NonEmptyArray<NormalFloat> values, PositiveInt number, bool second)
    {
        int channels = Channels(number);
        float[] table = Table(values, channels);
        var ts = new StringBuilder("@classLabel true one two\n@data\n");
        for (int c = 0; c < channels; c++)
            ts.AppendJoin(',', table.Where((_, i) => i % channels == c).Select(Text)).Append(':');
        ts.Append(second ? "two\n" : "one\n");

        SeriesExample example = Assert.Single(SeriesFolder.Read(folder.Write("p.ts", ts.ToString())));
        Assert.Equal(second ? "two" : "one", example.Label);
        Assert.Equal(channels, example.Channels);
        Assert.Equal(table, example.Values);
    }

    [Property]
    public void UciHarIsReadBack(NonEmptyArray<NormalFloat> values, PositiveInt number, byte label)
    {
        int channels = Channels(number);
        float[] table = Table(values, channels);
        SeriesFolder own = new();
        using (own)
        {
            own.Write("y_train.txt", $"{label}\n");
            for (int c = 0; c < channels; c++)
                own.Write($"c{c}_train.txt", string.Join(' ', table.Where((_, i) => i % channels == c).Select(Text)) + "\n");
            SeriesExample example = Assert.Single(SeriesFolder.Read(own.Path));
            Assert.Equal(label.ToString(CultureInfo.InvariantCulture), example.Label);
            Assert.Equal(channels, example.Channels);
            Assert.Equal(table, example.Values);
        }
    }

    [Property]
    public void IdxIsReadBack(NonEmptyArray<byte> labels, PositiveInt rows, PositiveInt columns, NonEmptyArray<byte> pixels)
    {
        int height = 1 + rows.Get % 4, width = 1 + columns.Get % 4, count = labels.Get.Length;
        byte[] images = new byte[count * height * width];
        for (int i = 0; i < images.Length; i++)
            images[i] = pixels.Get[i % pixels.Get.Length];
        folder.Write("labels-idx1-ubyte", SeriesFolder.Idx([(uint)count], labels.Get));
        SeriesExample[] examples = SeriesFolder.Read(folder.Write("images-idx3-ubyte", SeriesFolder.Idx([(uint)count, (uint)height, (uint)width], images)));
        Assert.Equal(labels.Get.Select(label => label.ToString(CultureInfo.InvariantCulture)), examples.Select(e => e.Label));
        Assert.All(examples, e => Assert.Equal(width, e.Channels));
        Assert.Equal(images, examples.SelectMany(e => e.Values).Select(v => (byte)Math.Round(v * 255)));
    }

    [Property]
    public void WavIsReadBack(NonEmptyArray<short> samples, PositiveInt number)
    {
        int frame = Channels(number);
        string path = folder.Write("a.wav", SeriesFolder.Wav([.. samples.Get.Select(v => v / 32768.0)]));
        SeriesExample example = Assert.Single(SeriesFolder.Read(path, new() { Series = new() { Frame = frame } }));
        Assert.Equal(0, example.Values.Length % frame);
        Assert.Equal(samples.Get, example.Values.Take(samples.Get.Length).Select(v => (short)(v * 32768)));
        Assert.All(example.Values.Skip(samples.Get.Length), v => Assert.Equal(0, v));
    }
}
