using System.Globalization;
using Xunit;

[assembly: AssemblyFixture(typeof(Tern.Cli.Tests.SmallModel))]

namespace Tern.Cli.Tests;

/// <summary>Small models, trained once by the program itself, and the texts they were trained on.</summary>
public sealed class SmallModel : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("tern-cli-test-").FullName;
    readonly Lazy<string> sru, lstm, cnn, waves;

    public SmallModel()
    {
        (string Label, string Word)[] kinds = [("fruit", "apple"), ("tool", "hammer"), ("bird", "tern")];
        Texts = Write("texts.txt", string.Concat(Enumerable.Range(0, 60).Select(i => $"{kinds[i % 3].Label} the {kinds[i % 3].Word} number {i % 7}\n")));
        sru = new(() => Train("sru", "--hidden", "8", "--layers", "1"));
        lstm = new(() => Train("lstm-libtorch", "--hidden", "8", "--layers", "1"));
        waves = new(() => Write("waves.ts", "@problemName waves\n@timeStamps false\n@univariate true\n@classLabel true slow fast\n@data\n" + string.Concat(Enumerable.Range(0, 120).Select(i =>
            string.Join(',', Enumerable.Range(0, 16).Select(t => Math.Sin(t * (i % 2 == 0 ? 0.3 : 1.1) + i).ToString("F3", CultureInfo.InvariantCulture))) + (i % 2 == 0 ? ":slow\n" : ":fast\n")))));
        cnn = new(() => Train("cnn", "--set", "model.windows=2,7", "--set", "model.filters=4"));
    }

    /// <summary>Slow and fast waves, in the layout of the time series archive.</summary>
    public string Waves => waves.Value;

    /// <summary>Lines of label and tokens.</summary>
    public string Texts { get; }

    /// <summary>The model file of an SRU.</summary>
    public string Sru => sru.Value;

    /// <summary>The model file of libtorch's LSTM.</summary>
    public string Lstm => lstm.Value;

    /// <summary>The model file of a convolution of windows 2 and 7, longer than any text.</summary>
    public string Cnn => cnn.Value;

    public string Write(string name, string text)
    {
        string path = At(name);
        File.WriteAllText(path, text);
        return path;
    }

    public string At(string name) => Path.Combine(folder, name);

    string Train(string cell, params string[] size)
    {
        (int code, _, string error) = Cli.Run([
            "train", Texts, "--cell", cell, .. size, "--epochs", "8", "--threads", "1",
            "--set", "model.embedding=8", "--set", "batch=4", "--set", "optimizer.learning_rate=0.02", "--out", At(cell),
        ]);
        Assert.True(code == 0, error);
        return Path.Combine(At(cell), "best.safetensors");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
