using System.Text;
using Tern.Cells;
using Tern.Features;
using Tern.Model;
using Xunit;

namespace Tern.Core.Tests.Model;

/// <summary>Series features in the model file, with sound that becomes frames.</summary>
public sealed class SeriesFeaturesFileTests
{
    static readonly LogMelOptions Mel = LogMelOptions.Of(8000) with { Filters = 3, Energy = true, Deltas = 1, Scale = MelScale.Slaney, Window = SpectralWindow.Hamming };

    static readonly ModelSpec Spec = new()
    {
        Task = ModelTask.SeriesClassification,
        Modules =
        [
            new RecurrentSpec { Name = "encoder.0", Inputs = ["features"], Cell = CellCatalogue.Resolve("sru"), Input = 8, Hidden = 2 },
            new PoolingSpec { Name = "pooling", Inputs = ["encoder.0"], How = PoolingKind.Mean },
            new LinearSpec { Name = "head", Inputs = ["pooling"], Input = 2, Output = 2 },
        ],
        Output = "head",
        Series = SeriesFeatures.Fit([[.. Enumerable.Range(0, 900).Select(n => MathF.Sin(n))]], 1, normalise: true, maxLength: 9, Mel),
        Labels = ["no", "yes"],
    };

    [Fact]
    public void Comes_back_as_it_was_saved()
    {
        SeriesFeatures read = Load(Bytes()).Series!;
        Assert.Equal(Mel, read.LogMel);
        Assert.Equal((8, 1, 9), (read.Channels, read.InputChannels, read.MaxLength));
        float[] clip = [.. Enumerable.Range(0, 2000).Select(n => MathF.Cos(n * n))];
        Assert.Equal(Spec.Series!.Encode(clip), read.Encode(clip));
        Assert.Equal(9 * 8, read.Encode(clip).Length);
        Assert.Contains("clip of 0 samples", Assert.Throws<TernException>(() => read.Encode([])).Message);
    }

    [Theory]
    [InlineData("\"filters\":3", "\"filters\":0", "number of filters is 0")]
    [InlineData("\"filters\":3", "\"filters\":4", "log-mel features of 10 numbers a frame for 8 channels")]
    [InlineData("\"fft_size\":256", "\"fft_size\":100", "FFT size is 100")]
    [InlineData("\"frame\":200", "\"frame\":999", "frame is 999 samples; expected 2 to 256")]
    [InlineData("\"hop\":80", "\"hop\":-1", "hop is -1 samples")]
    [InlineData("\"window\":\"hamming\"", "\"window\":\"welch\"", "window")]
    [InlineData("\"sample_rate\":8000", "\"sample_rate\":0", "sample rate is 0")]
    [InlineData("\"deltas\":1", "\"deltas\":9", "number of deltas is 9")]
    [InlineData("\"floor\":1E-10", "\"floor\":-1", "log floor is -1")]
    [InlineData("\"energy\":true,", "", "energy")]
    public void Refuses_what_does_not_fit(string was, string becomes, string expected)
    {
        byte[] bytes = Bytes();
        string text = Encoding.Latin1.GetString(bytes);
        Assert.Contains(was.Replace("\"", "\\\"", StringComparison.Ordinal), text);
        string changed = text.Replace(was.Replace("\"", "\\\"", StringComparison.Ordinal), becomes.Replace("\"", "\\\"", StringComparison.Ordinal), StringComparison.Ordinal);
        byte[] file = Encoding.Latin1.GetBytes(changed);
        BitConverter.TryWriteBytes(file, BitConverter.ToInt64(bytes) + changed.Length - text.Length);
        string message = Assert.Throws<TernException>(() => Load(file)).Message;
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);
    }

    static byte[] Bytes()
    {
        using var folder = new TemporaryFolder();
        string path = folder["m.safetensors"];
        ModelFile.Save(path, Spec, SmallModel.Tensors(Spec));
        return File.ReadAllBytes(path);
    }

    static ModelSpec Load(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        string path = folder["m.safetensors"];
        File.WriteAllBytes(path, bytes);
        return ModelFile.Load(path).Spec;
    }
}
