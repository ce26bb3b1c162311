using System.CommandLine;
using System.Globalization;
using Tern.Model;
using Tern.Training;
using Tern.Training.Data;

namespace Tern.Cli.Verbs;

/// <summary>`tern test MODEL DATA`: accuracy on labelled texts.</summary>
sealed class TestVerb : Verb
{
    readonly Argument<string> model = new("model") { HelpName = "MODEL", Description = "A model file (.safetensors)." };
    readonly Argument<string> source = new("data") { HelpName = "DATA", Description = $"A file of labelled texts, or {ReferenceDocumentation.Name}: its test part, as the model's training left it." };

    public TestVerb() : base("test", "Tests a model on labelled texts: accuracy with its standard error, and the recall of each class.",
        "tern test runs/quickstart/sru/best.safetensors reference-documentation", "tern test runs/reviews/best.safetensors held-out.csv --json")
    {
        Add(model);
        Add(source);
        AddShared();
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        using Classifier classifier = Classifier.Load(arguments.Get(model));
        IReadOnlyList<Example> examples = Load(arguments);
        Dictionary<string, int> ids = classifier.Labels.Select((label, id) => (label, id)).ToDictionary(pair => pair.label, pair => pair.id);
        foreach (string label in examples.Select(example => example.Label).Distinct())
            if (!ids.ContainsKey(label)) throw new TernException(Nearest.Message($"{arguments.Get(source)} has a class that the model does not know,", label, classifier.Labels));

        IReadOnlyList<IReadOnlyList<float>> probabilities = classifier.Predict([.. examples.Cast<TextExample>().Select(example => example.Text)], arguments.Threads ?? Environment.ProcessorCount);
        int[] right = new int[ids.Count], texts = new int[ids.Count];
        for (int i = 0; i < examples.Count; i++)
        {
            int actual = ids[examples[i].Label];
            texts[actual]++;
            if (Likeliest(probabilities[i]) == actual) right[actual]++;
        }
        double accuracy = (double)right.Sum() / examples.Count, error = Math.Sqrt(accuracy * (1 - accuracy) / examples.Count);
        double Recall(int label) => texts[label] == 0 ? 0 : (double)right[label] / texts[label];
        if (output.Json)
        {
            output.Document(new { Accuracy = accuracy, StandardError = error, Texts = examples.Count, Classes = classifier.Labels.Select((label, id) => new { Label = label, Texts = texts[id], Recall = Recall(id) }) });
            return 0;
        }
        output.Line(string.Create(CultureInfo.InvariantCulture, $"accuracy {accuracy:0.0000} ± {error:0.0000} on {examples.Count:N0} texts"));
        output.Table(["class", ">texts", ">recall"], classifier.Labels.Select((label, id) => (string[])[label, $"{texts[id]}", texts[id] == 0 ? "-" : Recall(id).ToString("0.000", CultureInfo.InvariantCulture)]));
        return 0;
    }

    IReadOnlyList<Example> Load(Arguments arguments)
    {
        string path = arguments.Get(source);
        ModelSpec spec = ModelFile.Load(arguments.Get(model)).Spec;
        DataConfig trained = spec.Training?.Config is { } config ? ConfigJson.Read(config.GetRawText(), arguments.Get(model)).Data : new DataConfig();
        return path == ReferenceDocumentation.Name
            ? Dataset.Load(trained with { Train = path }).Test
            : DataReader.Read(DataFiles.Resolve(path), trained with { Format = DataFormat.Auto }).Train;
    }

    static int Likeliest(IReadOnlyList<float> probabilities) => Enumerable.Range(0, probabilities.Count).MaxBy(i => probabilities[i]);
}
