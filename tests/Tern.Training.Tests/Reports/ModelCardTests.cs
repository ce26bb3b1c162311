using Tern.Cells;
using Tern.Features;
using Tern.Matrices;
using Tern.Model;
using Tern.Training.Models;
using Tern.Training.Optimizers;
using Tern.Training.Reports;
using Xunit;

namespace Tern.Training.Tests.Reports;

public sealed class ModelCardTests
{
    [Fact]
    public void A_card_says_what_the_model_is_does_and_reached()
    {
        string card = ModelCard.Of(Spec(), Result());
        foreach (string title in (string[])["# reviews", "## Labels", "## Data", "## Results", "## Network", "## Use", "## Training", "## Limits"]) Assert.Contains(title, card.Split('\n'));
        foreach (string expected in (string[])[
            "text-classification", "word by word, lower-cased, up to 64 tokens", "2: bad, good.",
            "| training | 800 |", "| validation (chose the epoch) | 100 |", "| test | 100 |", "Source: reviews.csv.", "`abc123`",
            "| test accuracy | 90.0 % ± 3.0 % (standard error, 100 examples) |", "| validation accuracy | 91.0 % |", "| test loss | 0.25 |", "bad: 80.0 % of its 50",
            "4.2 KB, 1,000 parameters", "steps x 4", "48 a step", "8 a sequence", "48 multiply-adds a step", "step by step",
            "TextClassifier.Load(\"best.safetensors\")", "./tern predict best.safetensors -",
            "12.3 s for 2 epochs, of which number 2 was kept", "Seed 7, 3 threads, 256-bit vectors, own matrix products", "Tern 0.1.0", ".NET 10.0.1", "libtorch 2.10.0",
            "| `model.hidden` | 4 |", "| `optimizer.learning_rate` | 0.02 |", "fewer than 2 times", "first 64 tokens"])
            Assert.Contains(expected, card);
        Assert.DoesNotContain("/home/", card);
        Assert.DoesNotContain("`model.layers`", card);      // a default
        Assert.DoesNotContain("interrupted", card);
        Assert.DoesNotContain("no test part", card);
    }

    [Fact]
    public void What_weakens_the_figures_is_a_limit()
    {
        string card = ModelCard.Of(Spec(), Result() with { Interrupted = true, TestAccuracy = 0.91, Config = Result().Config with { Epochs = 10 } });
        Assert.Contains("interrupted in epoch 2 of 10", card);
        Assert.Contains("There was no test part", card);
        Assert.Contains("| test | none |", card);
    }

    [Fact]
    public void A_baseline_is_run_by_libtorch()
    {
        ModelSpec spec = Spec() with { Modules = [Spec().Modules[0], new TorchRecurrentSpec { Name = "encoder.0", Inputs = ["embedding"], Cell = "lstm", Input = 3, Hidden = 2, Layers = 1, Bidirectional = true }, .. Spec().Modules.Skip(2)] };
        string card = ModelCard.Of(spec, Result());
        Assert.Contains("TrainedClassifier.Load", card);
        Assert.Contains("needs libtorch to run", card);
        Assert.Contains("must see whole sequences", card);
    }

    [Fact]
    public void Names_are_text_and_stay_on_their_line()
    {
        string card = ModelCard.Of(Spec() with { Labels = ["a|b", "<img>\n# c"] }, Result() with { Labels = ["a|b", "<img>\n# c"], Config = Result().Config with { Name = "*x*" } });
        Assert.StartsWith(@"# \*x\*", card);
        Assert.Contains(@"2: a\|b, \<img\> \# c.", card);
        Assert.DoesNotContain("\n# c", card);
    }

    [Fact]
    public void Many_labels_are_cut()
    {
        string[] labels = [.. Enumerable.Range(0, 100).Select(i => $"label{i}")];
        ModelSpec spec = Spec() with { Labels = labels, Modules = [.. Spec().Modules.SkipLast(1), new LinearSpec { Name = "head", Inputs = ["pooling"], Input = 4, Output = 100 }] };
        string card = ModelCard.Of(spec, Result());
        Assert.Contains("100: label0, ", card);
        Assert.Contains("label59, and 40 more.", card);
    }

    [Fact]
    public void Encoded_weights_count_with_their_true_bytes()
    {
        ModelSpec spec = Spec();
        var dense = spec.Modules.SelectMany(module => module.Tensors()).ToDictionary(tensor => tensor.Key, tensor => new TensorData(tensor.Value, new float[tensor.Value.Aggregate(1, (product, size) => product * size)]));
        EncodedMatrix weight = MatrixPacker.Encode(dense["encoder.0.forward.weight"], new IntegerEncoding { Bits = 8, Scales = 1 });      // [16, 3]: the highway is projected
        string card = ModelCard.Of(spec, Result(), new ModelTensors(dense, new Dictionary<string, EncodedMatrix> { ["encoder.0.forward.weight"] = weight }));
        Assert.Contains("| encoder.0.forward.weight | 16 x 3 | 8 bits, 1 scale | 48 | 52 |", card);
        Assert.Contains("| steps x 4 | 56 | 84 |", card);      // 48 bytes, a scale, two biases of 4 floats
        Assert.Contains("| steps x 4 | 56 | 224 |", ModelCard.Of(spec, Result(), dense));
        Assert.DoesNotContain("stored as", ModelCard.Of(spec, Result(), dense));
    }

    static ModelSpec Spec() => new()
    {
        Task = ModelTask.TextClassification,
        Modules =
        [
            new EmbeddingSpec { Name = "embedding", Inputs = ["tokens"], Vocabulary = 5, Width = 3 },
            new RecurrentSpec { Name = "encoder.0", Inputs = ["embedding"], Cell = CellCatalogue.Resolve("sru"), Input = 3, Hidden = 4 },
            new PoolingSpec { Name = "pooling", Inputs = ["encoder.0"], How = PoolingKind.Max },
            new LinearSpec { Name = "head", Inputs = ["pooling"], Input = 4, Output = 2 },
        ],
        Output = "head",
        Text = new() { Unit = TokenUnit.Words, LowerCase = true, MaxLength = 64, MinCount = 2, Vocabulary = new(["a", "b", "c"]) },
        Labels = ["bad", "good"],
        Metrics = new Dictionary<string, double> { ["test_accuracy"] = 0.9, ["validation_accuracy"] = 0.91, ["test_loss"] = 0.25 },
        Training = new() { Seed = 7, DataFingerprint = "abc123", Threads = 3, SimdBits = 256, Gemm = "own", Tern = "0.1.0", Dotnet = "10.0.1", Libtorch = "2.10.0" },
    };

    static TrainResult Result() => new()
    {
        Config = new TrainConfig { Name = "reviews", Data = new() { Train = "/home/somebody/reviews.csv" }, Model = new ModelConfig { Hidden = 4 }, Optimizer = new OptimizerConfig { LearningRate = 0.02 } },
        Labels = ["bad", "good"],
        TestAccuracy = 0.9,
        ValidationAccuracy = 0.91,
        BestEpoch = 2,
        TrainingSeconds = 12.3,
        SecondsPerEpoch = 6,
        RecurrentSecondsPerEpoch = 3,
        Parameters = 1000,
        Bytes = 4200,
        Confusion = new[,] { { 40, 10 }, { 0, 50 } },
        TrainTexts = 800,
        ValidationTexts = 100,
        TestTexts = 100,
        Epochs = [new(1, 1, 1, 0.8, 6, 3), new(2, 0.5, 0.6, 0.91, 6, 3)],
        ModelPath = "/home/somebody/runs/reviews/best.safetensors",
    };
}
