using System.Text.Json;
using Tern.Matrices;
using Tern.Model;
using Xunit;

namespace Tern.Cli.Tests.Verbs;

/// <summary>What a model file can be asked: predict, test, info.</summary>
public sealed class ModelVerbTests(SmallModel small)
{
    [Theory]
    [InlineData("sru")]
    [InlineData("lstm-libtorch")]
    [InlineData("cnn")]
    public void Predict_answers_every_line_with_a_line_of_JSON(string cell)
    {
        (int code, string output, string error) = Cli.RunWith("the apple number 3\n\nthe hammer number 2\n", "predict", Model(cell), "-");
        Assert.Equal((0, ""), (code, error));
        JsonElement[] answers = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(3, answers.Length);
        Assert.Equal(("fruit", "tool"), (answers[0].GetProperty("label").GetString(), answers[2].GetProperty("label").GetString()));
        foreach (JsonElement answer in answers)
        {
            JsonProperty[] probabilities = [.. answer.GetProperty("probabilities").EnumerateObject()];
            Assert.Equal(["bird", "fruit", "tool"], probabilities.Select(p => p.Name).Order());
            Assert.Equal(1, probabilities.Sum(p => p.Value.GetDouble()), 1e-5);
            Assert.Equal(answer.GetProperty("label").GetString(), probabilities.MaxBy(p => p.Value.GetDouble()).Name);
            Assert.Equal(probabilities.OrderByDescending(p => p.Value.GetDouble()), probabilities);
        }
    }

    [Fact]
    public void Predict_limits_the_labels_and_gives_one_array_with_json()
    {
        string texts = small.Write("lines.txt", "the apple\nthe tern\n");
        (int code, string output, _) = Cli.Run("predict", small.Sru, texts, "--top", "1", "--json");
        Assert.Equal(0, code);
        JsonElement[] answers = [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
        Assert.Equal(["fruit", "bird"], answers.Select(answer => answer.GetProperty("probabilities").EnumerateObject().Single().Name));
    }

    [Theory]
    [InlineData("sru")]
    [InlineData("lstm-libtorch")]
    [InlineData("cnn")]
    public void Test_gives_accuracy_and_recalls(string cell)
    {
        (int code, string output, _) = Cli.Run("test", Model(cell), small.Texts, "--json");
        Assert.Equal(0, code);
        JsonElement document = JsonDocument.Parse(output).RootElement;
        Assert.Equal(60, document.GetProperty("examples").GetInt32());
        double[] recalls = [.. document.GetProperty("classes").EnumerateArray().Select(c => c.GetProperty("recall").GetDouble())];
        Assert.Equal(recalls.Average(), document.GetProperty("accuracy").GetDouble(), 1e-9);   // classes of equal size
        Assert.True(document.GetProperty("accuracy").GetDouble() > 0.9);
    }

    [Fact]
    public void Test_names_a_class_that_the_model_does_not_know() =>
        Cli.Refuses(["test", small.Sru, small.Write("other.txt", "tool the hammer\ntools the hammer\n")], "other.txt:2: ", "'tools'", "did you mean 'tool'?");

    [Fact]
    public void Info_tells_modules_sizes_and_labels()
    {
        (int code, string output, string error) = Cli.Run("info", small.Sru, "--json");
        Assert.Equal((0, ""), (code, error));
        JsonElement document = JsonDocument.Parse(output).RootElement;
        Assert.Equal(["embedding", "encoder.0", "pooling", "head"], document.GetProperty("modules").EnumerateArray().Select(m => m.GetProperty("name").GetString()));
        Assert.Equal(["bird", "fruit", "tool"], document.GetProperty("labels").EnumerateArray().Select(l => l.GetString()));
        Assert.Equal(new FileInfo(small.Sru).Length, document.GetProperty("bytes").GetInt64());
        Assert.Equal(document.GetProperty("parameters").GetInt64(), document.GetProperty("modules").EnumerateArray().Sum(m => m.GetProperty("parameters").GetInt64()));
        Assert.Contains("text-classification", Cli.Run("info", small.Sru).Out);
    }

    [Theory]
    [InlineData("sru", 3 * 8 * 8)]                 // c, f, r; the highway is the input itself
    [InlineData("lstm-libtorch", 4 * 8 * (8 + 8))]
    [InlineData("cnn", (2 + 7) * 8 * 4)]
    public void Info_counts_multiply_adds(string cell, int recurrent)
    {
        JsonElement document = JsonDocument.Parse(Cli.Run("info", Model(cell), "--json").Out).RootElement;
        JsonElement[] modules = [.. document.GetProperty("modules").EnumerateArray()];
        Assert.Equal([0, recurrent, 0, 3 * 8], modules.Select(module => module.GetProperty("multiply_adds").GetInt64()));
        Assert.Equal(["step", "step", "step", "sequence"], modules.Select(module => module.GetProperty("per").GetString()));
        Assert.Equal((recurrent, 3 * 8), (document.GetProperty("multiply_adds").GetProperty("step").GetInt64(), document.GetProperty("multiply_adds").GetProperty("sequence").GetInt64()));
        Assert.Equal(4 * document.GetProperty("parameters").GetInt64(), modules.Sum(module => module.GetProperty("bytes").GetInt64()));
        string[] lines = Cli.Run("info", Model(cell)).Out.Split('\n');
        Assert.Contains(lines, line => line.Contains("embedding") && line.Contains("steps x 8"));
        Assert.Contains(lines, line => line.TrimStart().StartsWith("total") && line.Contains($"{recurrent} a step"));
    }

    [Fact]
    public void Info_shows_how_matrices_are_stored_and_their_true_bytes()
    {
        var (spec, tensors) = ModelFile.Load(small.Sru);
        EncodedMatrix bytes = MatrixPacker.Encode(tensors["encoder.0.forward.weight"], new IntegerEncoding { Bits = 8, Scales = 3 });
        EncodedMatrix kept = MatrixPacker.Encode(new([3, 8], [.. tensors["head.weight"].Values.Select((value, i) => i % 4 == 0 ? value : 0)]), new SparseEncoding { Bits = 32 });
        string path = small.At("encoded.safetensors");
        ModelFile.Save(path, spec, new ModelTensors(tensors, new Dictionary<string, EncodedMatrix> { ["encoder.0.forward.weight"] = bytes, ["head.weight"] = kept }));

        JsonElement document = JsonDocument.Parse(Cli.Run("info", path, "--json").Out).RootElement;
        JsonElement[] matrices = [.. document.GetProperty("matrices").EnumerateArray()];
        Assert.Equal(["embedding.weight", "encoder.0.forward.weight", "head.weight"], matrices.Select(matrix => matrix.GetProperty("name").GetString()));
        Assert.Equal(["float32", "integer", "sparse"], matrices.Select(matrix => matrix.GetProperty("encoding").GetProperty("kind").GetString()));
        Assert.Equal(3, matrices[1].GetProperty("encoding").GetProperty("scales").GetInt32());
        Assert.Equal((24, 8, 192, 192 + 3 * 4), (matrices[1].GetProperty("rows").GetInt32(), matrices[1].GetProperty("columns").GetInt32(), matrices[1].GetProperty("weights").GetInt32(), matrices[1].GetProperty("bytes").GetInt32()));
        Assert.Equal((6, 6 * (4 + 1) + 4), (matrices[2].GetProperty("weights").GetInt32(), matrices[2].GetProperty("bytes").GetInt32()));
        Assert.Equal(bytes.Bytes + 4 * 8 * 2, document.GetProperty("modules")[1].GetProperty("bytes").GetInt64());      // and two biases

        string[] lines = Cli.Run("info", path).Out.Split('\n');
        Assert.Contains(lines, line => line.Contains("encoder.0.forward.weight") && line.Contains("24 x 8") && line.Contains("8 bits, 3 scales") && line.Contains("204"));
        Assert.Contains(lines, line => line.Contains("head.weight") && line.Contains("sparse, 32 bits") && line.Contains("34"));
        Assert.Equal(0, Cli.RunWith("the apple number 3\n", "predict", path, "-").Code);
    }

    [Fact]
    public void Empty_texts_are_refused()
    {
        Cli.Refuses(["predict", small.Sru, small.Write("nothing.txt", "")], "nothing.txt", "empty");
        Cli.Refuses(["predict", small.Sru, "-"], "empty");
        Cli.Refuses(["test", small.Sru, small.Write("nothing.csv", "")], "nothing.csv");
    }

    [Fact]
    public void Texts_that_are_not_there_or_not_UTF8_are_refused()
    {
        Cli.Refuses(["predict", small.Sru, small.At("missing.txt")], "missing.txt");
        string latin = small.At("latin1.txt");
        File.WriteAllBytes(latin, [0x63, 0x61, 0x66, 0xe9, 0x0a]);
        Cli.Refuses(["predict", small.Sru, latin], "latin1.txt", "UTF-8");
    }

    /// <summary>Every verb that reads a model, on every kind of broken file.</summary>
    [Theory]
    [InlineData("info")]
    [InlineData("predict")]
    [InlineData("test")]
    public void A_file_that_is_no_model_is_refused(string verb)
    {
        byte[] whole = File.ReadAllBytes(small.Sru);
        byte[] hugeHeader = [.. whole];
        BitConverter.TryWriteBytes(hugeHeader, 1_000_000_000_000_000_000);
        (string Name, byte[] Content)[] broken =
        [
            ("empty", []),
            ("wrong-magic", "PK\x3\x4 this is a zip archive of some kind"u8.ToArray()),
            ("huge-header", hugeHeader),
            .. new[] { 1, 7, 8, 9, 100, whole.Length / 2, whole.Length - 1 }.Select(length => ($"first-{length}", whole[..length])),
        ];
        foreach ((string name, byte[] content) in broken)
        {
            string path = small.At($"{verb}-{name}.safetensors");
            File.WriteAllBytes(path, content);
            Cli.Refuses(verb == "info" ? [verb, path] : [verb, path, small.Texts], $"{verb}-{name}.safetensors");
        }
        Cli.Refuses(verb == "info" ? [verb, small.At("none")] : [verb, small.At("none"), small.Texts], "none");
    }

    string Model(string cell) => cell switch { "sru" => small.Sru, "cnn" => small.Cnn, _ => small.Lstm };
}
