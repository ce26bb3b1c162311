using System.Text;
using Tern.Features;
using Tern.Model;

namespace Tern.Training.Reports;

/// <summary>
/// best.md: what somebody must know who gets a model file, as Markdown (Mitchell et al. 2019, "Model Cards for Model
/// Reporting"): what it does, data, results, network, use, training, limits.
/// </summary>
public static class ModelCard
{
    const int MostLabels = 60;

    /// <summary>The card of a model that a run has left.</summary>
    /// <param name="spec">The model's description, as it stands in its file.</param>
    /// <param name="result">The run.</param>
    /// <param name="tensors">The model's tensors, from which weights and bytes are counted as they are stored; null: all are dense floats.</param>
    public static string Of(ModelSpec spec, TrainResult result, IReadOnlyDictionary<string, TensorData>? tensors = null)
    {
        var card = new StringBuilder();
        card.Append($"# {Markdown.Text(result.Config.Name.Length > 0 ? result.Config.Name : spec.Task)}\n\n{Purpose(spec)}\n");
        if (spec.Labels is { } labels) Section("Labels", Labels(labels));
        Section("Data", Data(spec, result));
        Section("Results", Results(spec, result));
        Section("Network", Modules(spec, tensors));
        if (result.Stages.Count > 0) Section("Compression", Stages(result));
        Section("Use", Use(spec, result));
        Section("Training", Training(spec, result));
        Section("Limits", Limits(spec, result));
        return card.ToString();

        void Section(string title, string text) => card.Append($"\n## {title}\n\n{text.TrimEnd('\n')}\n");
    }

    static string Purpose(ModelSpec spec)
    {
        string reads = spec.Text is { } text
            ? $"a text {text.Unit switch { TokenUnit.Words => "word by word", TokenUnit.Spaces => "by what stands between spaces", _ => "character by character" }}{(text.LowerCase ? ", lower-cased" : "")}, up to {Markup.Count(text.MaxLength)} tokens, {Markup.Count(text.Vocabulary.Count)} of which it knows"
            : spec.Series is { LogMel: { } mel } ? $"sound: {mel.Describe()}, each number normalised by mean and deviation of the training data"
            : spec.Series is { } series ? $"a series of {series.Channels} {(series.Channels == 1 ? "number" : "numbers")} a step, each channel normalised by mean and deviation of the training data" : "rows of numbers, one a step";
        string gives = spec.Labels is { } labels ? $"gives a probability to each of {labels.Count} labels" : "gives rows of numbers";
        return $"A model for {Markdown.Text(spec.Task)}. It reads {reads}, and {gives}. Made by Tern {Markdown.Text(spec.Training?.Tern ?? ModelSpec.TernVersion)}.";
    }

    static string Labels(IReadOnlyList<string> labels)
    {
        string more = labels.Count > MostLabels ? $", and {labels.Count - MostLabels} more" : "";
        return $"{labels.Count}: {string.Join(", ", labels.Take(MostLabels).Select(Markdown.Text))}{more}.";
    }

    static string Data(ModelSpec spec, TrainResult result) => Markdown.Table(["part", "examples"],
        [
            ["training", Markup.Count(result.TrainTexts)],
            ["validation (chose the epoch)", Markup.Count(result.ValidationTexts)],
            ["test", TestIsValidation(result) ? "none" : Markup.Count(result.TestTexts)],
        ])
        + $"\nSource: {Source(result.Config.Data.Train)}. {(spec.Training?.DataFingerprint is { Length: > 0 } fingerprint ? $"Fingerprint of the data: `{fingerprint}`." : "")}";

    // the folder is a matter of the machine that it was trained on
    static string Source(string path) => path.Length == 0 ? "not recorded" : Markdown.Text(Path.GetFileName(Path.TrimEndingDirectorySeparator(path)));

    static string Results(ModelSpec spec, TrainResult result)
    {
        var rows = new List<string[]> { new[] { TestIsValidation(result) ? "accuracy (validation)" : "test accuracy", Markup.Invariant($"{100 * result.TestAccuracy:0.0} % ± {100 * result.TestError:0.0} % (standard error, {Markup.Count(result.TestTexts)} examples)") } };
        rows.Add(["validation accuracy", Markup.Percent(result.ValidationAccuracy)]);
        rows.AddRange(spec.Metrics.Where(metric => metric.Key is not ("test_accuracy" or "validation_accuracy")).Select(metric => new[] { Markdown.Text(metric.Key.Replace('_', ' ')), Markup.Invariant($"{metric.Value:0.####}") }));
        if (Worst(result) is { } worst) rows.Add(["label found least often", $"{Markdown.Text(worst.Label)}: {Markup.Percent(worst.Recall)} of its {Markup.Count(worst.Examples)}"]);
        rows.Add(["model file", $"{Markup.Bytes(result.Bytes)}, {Markup.Count(result.Parameters)} parameters"]);
        return Markdown.Table(["measure", "value"], rows);
    }

    static (string Label, double Recall, int Examples)? Worst(TrainResult result)
    {
        (string, double, int)? worst = null;
        double least = double.PositiveInfinity;
        for (int actual = 0; actual < Math.Min(result.Labels.Count, result.Confusion.GetLength(0)); actual++)
        {
            int examples = 0;
            for (int predicted = 0; predicted < result.Confusion.GetLength(1); predicted++) examples += result.Confusion[actual, predicted];
            if (examples == 0) continue;
            double recall = (double)result.Confusion[actual, actual] / examples;
            if (recall < least) (least, worst) = (recall, (result.Labels[actual], recall, examples));
        }
        return worst;
    }

    static string Modules(ModelSpec spec, IReadOnlyDictionary<string, TensorData>? tensors)
    {
        IReadOnlyList<ModuleCost> costs = tensors is null ? ModuleCost.Of(spec) : ModuleCost.Of(spec, tensors);
        string table = Markdown.Table(["module", "gives", "parameters", "bytes", "multiply-adds"], costs.Select(cost => (string[])
        [
            $"{Markdown.Text(cost.Module.Name)} ({Kind(cost.Module)})",
            cost.GivesSequence ? $"steps x {cost.Width}" : $"{cost.Width}",
            Markup.Count(cost.Parameters),
            Markup.Count(cost.Bytes),
            cost.MultiplyAdds == 0 ? "0" : $"{Markup.Count(cost.MultiplyAdds)} a {(cost.EachStep ? "step" : "sequence")}",
        ]));
        bool whole = costs.Any(cost => cost.Module is RecurrentSpec { Bidirectional: true } or TorchRecurrentSpec { Bidirectional: true });
        return table + Encoded(spec, tensors) + $"\n{Markup.Count(costs.Where(cost => cost.EachStep).Sum(cost => cost.MultiplyAdds))} multiply-adds a step. {(whole ? "It reads both ways, so it must see whole sequences." : "It reads one way, so it can go step by step.")}";
    }

    static string Stages(TrainResult result) => Markdown.Table(["stage", "until epoch", "test accuracy", "weights kept", "bytes of all numbers", "of the matrices", "by the authors' rule"],
        result.Stages.Select(stage => (string[])
        [
            stage.Name, $"{stage.Epochs}", Markup.Percent(stage.TestAccuracy), Markup.Invariant($"{100 * stage.Kept:0} %"), Markup.Count(stage.Bytes), Markup.Count(stage.MatrixBytes), Markup.Count(stage.AuthorsBytes),
        ]));

    static string Kind(ModuleSpec module) => module switch
    {
        RecurrentSpec recurrent => Markdown.Text(recurrent.Cell.ToString()),
        TorchRecurrentSpec baseline => $"libtorch's {Markdown.Text(baseline.Cell)}, {baseline.Layers} layers",
        ConvolutionSpec convolution => $"convolution, {convolution}",
        PoolingSpec pooling => $"{pooling.How.ToString().ToLowerInvariant()} over steps",
        _ => module.GetType().Name.Replace("Spec", "", StringComparison.Ordinal).ToLowerInvariant(),
    };

    /// <summary>The matrices that are stored otherwise than as floats; empty where there are none.</summary>
    static string Encoded(ModelSpec spec, IReadOnlyDictionary<string, TensorData>? tensors)
    {
        StoredMatrix[] matrices = tensors is null ? [] : [.. StoredMatrix.Of(spec, tensors).Where(matrix => matrix.Encoded)];
        return matrices.Length == 0 ? "" : "\n" + Markdown.Table(["matrix", "shape", "stored as", "weights", "bytes"], matrices.Select(matrix => (string[])
            [Markdown.Text(matrix.Name), $"{matrix.Rows} x {matrix.Columns}", matrix.How, Markup.Count(matrix.Weights), Markup.Count(matrix.Bytes)]));
    }

    static string Use(ModelSpec spec, TrainResult result)
    {
        string file = Path.GetFileName(result.ModelPath ?? "best.safetensors");
        bool baseline = spec.Modules.Any(module => module is TorchRecurrentSpec);
        string code = spec.Task switch
        {
            ModelTask.TextClassification when baseline =>
                $"using var classifier = TrainedClassifier.Load(\"{file}\");   // Tern.Training: libtorch runs this model\nfloat[] probabilities = classifier.Predict([new TextExample(\"a text\", Label: \"\")])[0];",
            ModelTask.TextClassification =>
                $"TextClassifier classifier = TextClassifier.Load(\"{file}\");   // Tern.Core, which has no dependencies\nPrediction prediction = classifier.Predict(\"a text\");\nConsole.WriteLine($\"{{prediction.Label}} {{prediction.Probability:0.00}}\");",
            ModelTask.TextMultiLabel when !baseline =>
                $"TextClassifier classifier = TextClassifier.Load(\"{file}\");   // Tern.Core, which has no dependencies\nIReadOnlyList<string> labels = classifier.Predict(\"a text\").Likely;",
            ModelTask.SeriesClassification when !baseline =>
                $"SeriesClassifier classifier = SeriesClassifier.Load(\"{file}\");   // Tern.Core, which has no dependencies\nPrediction prediction = classifier.Predict(values);   // {(spec.Series?.LogMel is { } mel ? $"samples, -1 to 1, {mel.SampleRate} a second" : $"[steps, {spec.Series?.Channels}], row-major, as measured")}",
            _ => $"using var classifier = TrainedClassifier.Load(\"{file}\");   // Tern.Training: libtorch runs this model",
        };
        if (spec.Text is null)
            return $"```csharp\n{code}\n```\n\n```sh\n./tern predict {file} FILE     # in the layout of the training data\n./tern info {file}\n```";
        return $"```csharp\n{code}\n```\n\n```sh\n./tern predict {file} - --top 3     # a text a line\n./tern info {file}\n```";
    }

    static string Training(ModelSpec spec, TrainResult result)
    {
        var text = new StringBuilder();
        text.Append($"{Markup.Seconds(result.TrainingSeconds)} for {result.Epochs.Count} {(result.Epochs.Count == 1 ? "epoch" : "epochs")}, of which number {result.BestEpoch} was kept. ");
        if (spec.Training is { } training)
            text.Append($"Seed {training.Seed}, {training.Threads} {(training.Threads == 1 ? "thread" : "threads")}, {training.SimdBits}-bit vectors, {Markdown.Text(training.Gemm ?? "unknown")} matrix products; Tern {Markdown.Text(training.Tern ?? "?")}, .NET {Markdown.Text(training.Dotnet ?? "?")}, libtorch {Markdown.Text(training.Libtorch ?? "?")}. The same configuration on the same machine gives the same model, bit for bit.");
        text.Append("\n\nSettings that are not Tern's defaults:\n\n").Append(Markdown.Table(["key", "value"], Settings(result.Config).Select(setting => new[] { $"`{setting.Key}`", Markdown.Text(setting.Value) })));
        return text.Append("\nThe complete configuration is in the model file, and beside it as config.json: `./tern train config.json` repeats the run.").ToString();
    }

    /// <summary>Values unlike the defaults, without names and places.</summary>
    static IEnumerable<KeyValuePair<string, string>> Settings(TrainConfig config)
    {
        Dictionary<string, string> usual = RunFiles.Flat("", ConfigJson.Element(new TrainConfig())).ToDictionary(value => value.Key, value => value.Value);
        return RunFiles.Flat("", ConfigJson.Element(config))
            .Where(value => value.Key is not ("name" or "seed" or "threads" or "data.train" or "data.validation" or "data.test") && usual.GetValueOrDefault(value.Key) != value.Value)
            .Select(value => KeyValuePair.Create(value.Key, value.Value));
    }

    static string Limits(ModelSpec spec, TrainResult result)
    {
        var limits = new List<string>();
        if (result.Interrupted) limits.Add($"The run was interrupted in epoch {result.Epochs.Count} of {result.Config.Epochs}; a whole run may do better.");
        if (TestIsValidation(result)) limits.Add("There was no test part: the accuracy is that of the examples that chose the epoch, so it flatters.");
        limits.Add("The figures hold for data like the test part. On data from elsewhere, of another time or another tone, it will be wrong more often: measure it there with `./tern test`.");
        if (spec.Labels is not null) limits.Add("It has no answer for what is none of its labels: one of them is always the most probable. Probabilities are as training left them, not calibrated.");
        if (spec.Text is { } text) limits.Add($"Tokens that the training data lacked{(text.MinCount > 1 ? $" or had fewer than {text.MinCount} times" : "")} all look the same to it, and of a text only the first {Markup.Count(text.MaxLength)} tokens are read.");
        limits.Add("What the training data has of mistakes and prejudices the model has too.");
        if (spec.Modules.Any(module => module is TorchRecurrentSpec)) limits.Add("It is a baseline of libtorch's own layers: it needs libtorch to run.");
        return string.Concat(limits.Select(limit => $"- {limit}\n"));
    }

    /// <summary>Where there is no test part, the result has the validation part's figures.</summary>
    static bool TestIsValidation(TrainResult result) => result.TestTexts == result.ValidationTexts && result.TestAccuracy == result.ValidationAccuracy;
}
