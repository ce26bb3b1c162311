using System.CommandLine;
using System.Globalization;
using Tern.Model;
using Tern.Training.Data;

namespace Tern.Cli.Verbs;

/// <summary>`tern test MODEL DATA`: accuracy on labelled texts.</summary>
sealed class TestVerb : Verb
{
    readonly Argument<string> model = new("model") { HelpName = "MODEL", Description = "A model file (.safetensors)." };
    readonly Argument<string> source = new("data") { HelpName = "DATA", Description = "Labelled data in any layout that train reads: its test part where it has one. The name of a data set: its test part, as the model's training left it." };

    readonly Option<bool> initialState = new("--initial-state") { Description = "Begin each series with a state drawn from the standard normal distribution (by --seed) instead of 0: how much does the model depend on it?" };
    readonly Option<bool> fixedPoint = new("--fixed-point") { Description = "Also test the integer form of a model of series: its accuracy, and the share of examples that it decides otherwise." };
    readonly Option<int?> weightBits = FixedPointModel.WeightBits();

    public TestVerb() : base("test", "Tests a model on labelled texts or series: accuracy with its standard error, and the recall of each class.",
        "tern test runs/quickstart/sru/best.safetensors reference-documentation", "tern test runs/reviews/best.safetensors held-out.csv --json", "tern test samples/models/har.safetensors uci-har --fixed-point")
    {
        Add(model);
        Add(source);
        Add(initialState);
        Add(fixedPoint);
        Add(weightBits);
        AddShared();
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        if (arguments.Get(weightBits) is not null && !arguments.Get(fixedPoint)) throw new TernException("--weight-bits is of the integer form; add --fixed-point.");
        using Classifier classifier = Classifier.Load(arguments.Get(model), out DataConfig trained);
        IReadOnlyList<Example> examples = Load(arguments.Get(source), trained);
        if (examples.Count == 0) throw new TernException($"{arguments.Get(source)} has no test part; give a file of labelled examples.");
        Dictionary<string, int> ids = classifier.Labels.Select((label, id) => (label, id)).ToDictionary(pair => pair.label, pair => pair.id);
        foreach (Example example in examples)
            foreach (string label in example.Labels)
                if (!ids.ContainsKey(label)) throw new TernException(example.Origin.Prefix + Nearest.Message("the model does not know the class", label, classifier.Labels));

        FixedPointModel? integerForm = arguments.Get(fixedPoint) ? FixedPointModel.Load(arguments.Get(model), data: null, arguments.Get(weightBits), output) : null;
        int threads = arguments.Threads ?? Environment.ProcessorCount;
        IReadOnlyList<Prediction> predictions = arguments.Get(initialState)
            ? classifier.PredictFromRandomStates(examples, new Random((int)(arguments.Seed ?? 1)))
            : classifier.Predict(examples, threads);
        int[] right = new int[ids.Count], texts = new int[ids.Count];
        int whole = 0;
        for (int i = 0; i < examples.Count; i++)
        {
            HashSet<int> actual = [.. examples[i].Labels.Select(label => ids[label])];
            HashSet<int> predicted = classifier.SeveralLabels ? [.. Enumerable.Range(0, ids.Count).Where(id => predictions[i].Probabilities[id] > 0.5f)] : [predictions[i].Index];
            foreach (int id in actual)
            {
                texts[id]++;
                if (predicted.Contains(id)) right[id]++;
            }
            if (actual.SetEquals(predicted)) whole++;
        }
        double accuracy = (double)whole / examples.Count, error = Math.Sqrt(accuracy * (1 - accuracy) / examples.Count);
        double Recall(int label) => texts[label] == 0 ? 0 : (double)right[label] / texts[label];
        FixedPointResult? integers = integerForm is null ? null : FixedPointResult.Of(integerForm, examples, Classifier.Of(arguments.Get(model), integerForm, out _).Predict(examples, threads), predictions, cancel);
        if (output.Json)
        {
            var classes = classifier.Labels.Select((label, id) => new { Label = label, Examples = texts[id], Recall = Recall(id) });
            if (integers is null) output.Document(new { Accuracy = accuracy, StandardError = error, Examples = examples.Count, Classes = classes });
            else output.Document(new { Accuracy = accuracy, StandardError = error, Examples = examples.Count, FixedPoint = integers, Classes = classes });
            return 0;
        }
        output.Line(string.Create(CultureInfo.InvariantCulture, $"accuracy {accuracy:0.0000} ± {error:0.0000} on {examples.Count:N0} examples"));
        if (integers is not null) output.Line(string.Create(CultureInfo.InvariantCulture, $"integers {integers.Accuracy:0.0000}; {integers.Differing:0.00%} of the decisions differ; {integers.TableBytes:N0} bytes of tables; scales from {integers.Calibration}"));
        if (integers?.FromSamples is { } samples) output.Line(string.Create(CultureInfo.InvariantCulture, $"integers {samples.Accuracy:0.0000} with frames of sound in whole numbers too; {samples.Differing:0.00%} of the decisions differ"));
        output.Table(["class", ">examples", ">recall"], classifier.Labels.Select((label, id) => (string[])[label, $"{texts[id]}", texts[id] == 0 ? "-" : Recall(id).ToString("0.000", CultureInfo.InvariantCulture)]));
        return 0;
    }

    static IReadOnlyList<Example> Load(string given, DataConfig trained)
    {
        bool named = given == ReferenceDocumentation.Name || KnownDatasets.Find(given) is not null;
        if (named) return Dataset.Load(given == trained.Train ? trained : trained.Of(given)).Test;
        DataParts parts = DataReader.Read(DataFiles.Resolve(given), trained with { Format = DataFormat.Auto });
        return parts.Test ?? parts.Train;
    }
}
