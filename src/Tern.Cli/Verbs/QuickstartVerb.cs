using System.CommandLine;
using System.Globalization;
using Tern.Cli.Quickstart;
using Tern.Model;
using Tern.Training;
using Tern.Training.Data;
using Tern.Training.Reports;

namespace Tern.Cli.Verbs;

/// <summary>`tern quickstart`: an SRU and an LSTM side by side on text that every .NET SDK brings.</summary>
sealed class QuickstartVerb : Verb
{
    static readonly string[] Sentences =
    [
        "reads the next line of characters from the stream and returns it as a string.",
        "encrypts the given bytes with a symmetric key and an initialization vector.",
        "adds a cookie to the headers of the http response.",
    ];

    readonly Option<string?> folder = Flags.Text("--out", "DIR", "Folder for models and report (default runs/quickstart).");

    public QuickstartVerb() : base("quickstart", "Trains an SRU and libtorch's LSTM to tell which area of .NET a sentence of its documentation is about, character by character; compares them; classifies sentences without libtorch.",
        "tern quickstart")
    {
        Add(folder);
        AddShared();
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        string path = OutFolder.Prepare(arguments.Get(folder) ?? Path.Combine("runs", "quickstart"));
        (long seed, int threads) = (arguments.Seed ?? 1, arguments.Threads ?? 0);
        TrainConfig sruConfig = QuickstartModels.Sru(seed, threads);
        Dataset data = Dataset.Load(sruConfig.Data);
        output.Note($"{data.Train.Count:N0} sentences of the .NET reference documentation in {data.Labels.Count} areas to train on, {data.Test.Count:N0} to test on; read by character.");

        TrainResult mean = Train(QuickstartModels.MeanOfEmbeddings(seed, threads), "mean");
        TrainResult sru = Train(sruConfig, "sru");
        TrainResult lstm = Train(QuickstartModels.Lstm(seed, threads), "lstm");
        TrainResult small = Train(QuickstartModels.SmallLstm(seed, threads), "lstm-equal-parameters");

        var session = TextClassifier.Load(sru.ModelPath!);
        double agreement = Agreement(session, sru, data);
        Prediction[] predictions = session.Predict(Sentences);
        string report = Path.Combine(path, "report.html");
        Report.Write(report, new ReportPage
        {
            Title = "Tern quickstart: SRU against LSTM",
            Introduction = $"Which area of .NET does a sentence document? {data.Train.Count:N0} sentences of the SDK's reference documentation to learn from, {data.Test.Count:N0} to be tested on, {data.Labels.Count} areas, read character by character.",
            Runs = [sru, lstm, small, mean],
            Examples = [.. Sentences.Zip(predictions, (text, prediction) => new ReportExample(text, prediction.Label, prediction.Probability))],
        });
        if (output.Json) output.Document(QuickstartSummary.Document(sru, lstm, small, mean, agreement, report));
        else QuickstartSummary.Print(output, [sru, lstm, small, mean], agreement, report, Sentences, predictions);
        return 0;

        TrainResult Train(TrainConfig config, string name)
        {
            using var view = new TrainView(output, config.Name);
            TrainResult result = new Trainer().Train(config, data, Path.Combine(path, name), view, cancel);
            view.End(result);
            cancel.ThrowIfCancellationRequested();
            return result;
        }
    }

    /// <summary>The share of the test sentences that get the same label from the session as from the model as trained.</summary>
    static double Agreement(TextClassifier session, TrainResult sru, Dataset data)
    {
        using TrainedClassifier trained = TrainedClassifier.Load(sru.ModelPath!);
        float[][] expected = trained.Predict(data.Test);
        Prediction[] got = session.Predict([.. data.Test.Cast<TextExample>().Select(example => example.Text)], Environment.ProcessorCount);
        return got.Where((prediction, i) => prediction.Index == Array.IndexOf(expected[i], expected[i].Max())).Count() / (double)data.Test.Count;
    }
}
