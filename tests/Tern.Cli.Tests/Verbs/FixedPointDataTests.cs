using System.Text.Json;
using Tern.FixedPoint;
using Tern.Model;
using Xunit;

namespace Tern.Cli.Tests.Verbs;

/// <summary>Ranges from training to the integer form: what is exported and served does not depend on the data at hand.</summary>
public sealed class FixedPointDataTests(SmallModel small)
{
    [Fact]
    public void An_export_is_the_same_with_and_without_the_data()
    {
        string data = Steps("at-hand"), run = small.At("at-hand-run"), model = Train(data, run);
        ModelRanges ranges = ModelFile.Load(model).Spec.Ranges!;
        Assert.Equal(["b", "h", "x_w"], ranges.Layers["encoder.0"].Keys.Order());
        (int code, string output, string error) = Cli.Run("compress", model, "--rank-w", "2", "--bits", "8", "--epochs", "0", "--out", small.At("at-hand-small"));
        Assert.True(code == 0, error);
        string compressed = Path.Combine(small.At("at-hand-small"), "best.safetensors");
        Assert.Equal(["a", "b", "h", "x_w"], ModelFile.Load(compressed).Spec.Ranges!.Layers["encoder.0"].Keys.Order());

        string[] models = [model, compressed];
        string[][] with = [.. models.Select((path, i) => Export(path, $"with-{i}"))];
        string[] measured = Export(model, "measured", "--data", data);
        Directory.Delete(data, recursive: true);
        for (int i = 0; i < models.Length; i++) Assert.Equal(with[i], Export(models[i], $"without-{i}"));
        Assert.Contains(with[0], text => text.Contains($"scales from the model file ({ranges.Sequences} sequences)", StringComparison.Ordinal));
        // --data overrides; that of the training gives the same scales, and other steps to the self-test
        Assert.Contains(measured, text => text.Contains("sequences of at-hand", StringComparison.Ordinal));
        Assert.Equal(with[0][0], measured[0]);
        Assert.NotEqual(with[0], measured);
        (code, output, error) = Cli.Run("info", model);
        Assert.True(code == 0, error);
        Assert.Contains($"ranges    of 4 parts on {ranges.Sequences} training sequences", output);
    }

    [Fact]
    public void A_file_without_ranges_takes_those_of_its_data_or_says_that_it_does_not()
    {
        string data = Steps("older"), model = Train(data, small.At("older-run"));
        (ModelSpec spec, var tensors) = ModelFile.Load(model);
        ModelFile.Save(model, spec with { Ranges = null }, tensors);
        Assert.Contains(Export(model, "older-with"), text => text.Contains("sequences of older", StringComparison.Ordinal));
        Directory.Delete(data, recursive: true);
        (int code, _, string error) = Cli.Run("export", model, "--out", small.At("older-without"));
        Assert.True(code == 0, error);
        Assert.Contains("holds no ranges and the training data is not at hand", error);
        Assert.DoesNotContain("ranges    ", Cli.Run("info", model).Out);
    }

    [Fact]
    public void Predict_gives_the_classes_of_the_integer_form()
    {
        string data = Steps("served"), model = Train(data, small.At("served-run"));
        (int code, string output, string error) = Cli.Run("predict", model, data, "--fixed-point", "--json");
        Assert.True(code == 0, error);
        string[] labels = [.. JsonDocument.Parse(output).RootElement.EnumerateArray().Select(answer => answer.GetProperty("label").GetString()!)];
        (_, string floats, _) = Cli.Run("predict", model, data, "--json");
        Assert.NotEqual(floats, output);      // other probabilities
        FixedPointClassifier classifier = FixedPointClassifier.Load(model);
        string[] files = [.. Directory.GetFiles(data, "*.csv", SearchOption.AllDirectories)];
        Assert.Equal(files.Length, labels.Length);
        Assert.Equal(files.Select(file => classifier.Predict([.. File.ReadLines(file).Skip(1).SelectMany(line => line.Split(',')).Select(word => float.Parse(word, System.Globalization.CultureInfo.InvariantCulture))]).Label).Order(), labels.Order());

        Cli.Refuses(["predict", small.Sru, small.Texts, "--fixed-point"], "reads texts");
        Cli.Refuses(["predict", model, data, "--weight-bits", "8"], "add --fixed-point");
    }

    [Fact]
    public void Data_of_another_width_is_refused()
    {
        string model = Train(Steps("narrow"), small.At("narrow-run"));
        foreach (string[] command in (string[][])[["export", model, "--data", small.Waves], ["predict", model, small.Waves], ["predict", model, small.Waves, "--fixed-point"]])
            Cli.Refuses(command, "waves.ts:6: a series has 1 channels; the model reads 3");
        Cli.Refuses(["test", model, small.Waves], "waves.ts:6: the model does not know the class 'slow'");
        Cli.Refuses(["compress", model, "--data", small.Waves, "--bits", "8"], "the model does not know the class 'slow'", "no, yes");
    }

    static string[] Files(string folder) => [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Where(path => !path.EndsWith("_selftest.h", StringComparison.Ordinal))];

    /// <summary>The texts of an export, NAME.c first.</summary>
    string[] Export(string model, string name, params string[] more)
    {
        string folder = small.At(name);
        (int code, _, string error) = Cli.Run(["export", model, "--out", folder, .. more]);
        Assert.True(code == 0, error);
        return [.. Files(folder).OrderBy(path => Path.GetFileName(path) != "model.c").Select(File.ReadAllText)];
    }

    string Train(string data, string run)
    {
        (int code, _, string error) = Cli.Run("train", data, "--cell", "fastgrnn", "--hidden", "6", "--layers", "1", "--epochs", "2", "--threads", "1", "--set", "model.recurrent_rank=3", "--set", "model.pooling=last", "--set", "batch=4", "--out", run);
        Assert.True(code == 0, error);
        return Path.Combine(run, "best.safetensors");
    }

    /// <summary>A folder a class, a file a recording.</summary>
    string Steps(string name)
    {
        string data = small.At(name);
        foreach (string label in (string[])["no", "yes"])
            for (int file = 0; file < 12; file++)
            {
                Directory.CreateDirectory(Path.Combine(data, label));
                small.Write($"{name}/{label}/{file}.csv", "x,y,z\n" + string.Concat(Enumerable.Range(0, 20).Select(i => FormattableString.Invariant($"{Math.Sin(i * file) * (label == "yes" ? 0.4 : 0):0.000},{0.9 - i % 3 * 0.1:0.000},{file * 0.1:0.000}\n"))));
            }
        return data;
    }
}
