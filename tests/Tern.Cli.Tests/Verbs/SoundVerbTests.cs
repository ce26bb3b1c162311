using System.Buffers.Binary;
using System.Text.Json;
using Xunit;

namespace Tern.Cli.Tests.Verbs;

/// <summary>Sound from wav files to answers, with log-mel frames.</summary>
public sealed class SoundVerbTests : IDisposable
{
    const string LogMel = "data.series.features=logmel", Names = "data.series.file_name=_(?<label>[a-z]+)_(?<test>test)?";

    readonly string folder = Directory.CreateTempSubdirectory("tern-sound-test-").FullName;

    public SoundVerbTests()
    {
        for (int i = 0; i < 20; i++)
        {
            WriteTone($"set/{i}_low_.wav", 250 + i, 8000);
            WriteTone($"set/{i}_high_{(i < 4 ? "test" : "")}.wav", 1400 + i, 8000);
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_is_trained_on_frames_predicts_from_files_of_any_rate_and_name()
    {
        string run = At("run"), model = Path.Combine(run, "best.safetensors");
        Assert.Equal(0, Cli.Run("train", At("set"), "--set", LogMel, "--set", Names, "--set", "model.pooling=mean",
            "--hidden", "8", "--layers", "1", "--epochs", "6", "--set", "optimizer.learning_rate=0.03", "--set", "batch=4", "--set", "data.series.augment.shift_ms=20", "--out", run).Code);

        (int code, string info, _) = Cli.Run("info", model);
        Assert.Equal(0, code);
        Assert.Contains("series    32 log-mel filters (htk, 20 to 4000 Hz): 32 numbers a frame of 25 ms each 10 ms, of sound of 8000 samples a second, normalised", info);
        JsonElement mel = JsonDocument.Parse(Cli.Run("info", model, "--json").Out).RootElement.GetProperty("series").GetProperty("log_mel");
        Assert.Equal((8000, 200, 80), (mel.GetProperty("sample_rate").GetInt32(), mel.GetProperty("frame").GetInt32(), mel.GetProperty("hop").GetInt32()));

        Assert.StartsWith("accuracy 1.0000", Cli.Run("test", model, At("set")).Out);
        (code, string tested, string error) = Cli.Run("test", model, At("set"), "--fixed-point", "--json");
        Assert.True(code == 0, error);
        JsonElement samples = JsonDocument.Parse(tested).RootElement.GetProperty("fixed_point").GetProperty("from_samples");
        Assert.Equal((1, 0), (samples.GetProperty("accuracy").GetDouble(), samples.GetProperty("differing").GetDouble()));
        Assert.Contains("1.0000 with frames of sound in whole numbers too; 0.00% of the decisions differ", Cli.Run("test", model, At("set"), "--fixed-point").Out);
        WriteTone("new/a.wav", 260, 8000);
        WriteTone("new/b.wav", 1410, 22050);
        WriteTone("new/c_test.wav", 255, 16000);
        (code, string answers, _) = Cli.Run("predict", model, At("new"));
        Assert.Equal(0, code);
        Assert.Equal(["low", "high", "low"], answers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("label").GetString()));
        Assert.Contains("\"low\"", Cli.Run("predict", model, At("new/c_test.wav")).Out);
        Assert.Contains("log-mel filters", File.ReadAllText(Path.Combine(run, "best.md")));
    }

    [Fact]
    public void Show_says_what_is_fed()
    {
        (int code, string shown, _) = Cli.Run("data", "show", At("set"), "--set", Names, "--set", LogMel, "--set", "data.series.mel.deltas=1");
        Assert.Equal(0, code);
        Assert.Contains("series of 64 channel(s)", shown);
        Assert.Contains("fed  32 log-mel filters (htk, 20 to 4000 Hz), with deltas: 64 numbers a frame", shown);
        Assert.Contains("example  high  9 x 64: ", shown);
    }

    [Fact]
    public void Wrong_values_are_one_line()
    {
        Cli.Refuses(["train", At("set"), "--set", "data.series.features=mel", "--out", At("run")], "data.series.features cannot be 'mel'");
        Cli.Refuses(["train", At("set"), "--set", Names, "--set", LogMel, "--set", "data.series.mel.filters=300", "--out", At("run")], "data.series.mel does not fit sound of 8000 samples a second", "expected fewer filters");
        Cli.Refuses(["data", "show", At("set"), "--set", Names, "--set", LogMel, "--set", "data.series.mel.hop_ms=50"], "data.series.mel.hop_ms is 50; expected above 0 to 25");
    }

    string At(string name) => Path.Combine(folder, name);

    /// <summary>A tenth of a second of a tone, 16 bits.</summary>
    void WriteTone(string name, double hertz, int rate)
    {
        byte[] wav = new byte[44 + rate / 10 * 2];
        "RIFF"u8.CopyTo(wav);
        "WAVEfmt "u8.CopyTo(wav.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(24), rate);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(28), 2 * rate);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(34), 16);
        "data"u8.CopyTo(wav.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(40), wav.Length - 44);
        for (int n = 0; 44 + 2 * n < wav.Length; n++)
            BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(44 + 2 * n), (short)(10_000 * Math.Sin(2 * Math.PI * hertz * n / rate)));
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllBytes(At(name), wav);
    }
}
