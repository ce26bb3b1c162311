using System.CommandLine;
using System.Text;
using Tern.Model;
using Tern.Training.Data;

namespace Tern.Cli.Verbs;

/// <summary>`tern predict MODEL FILE|-`: a line of JSON for each line of text, or for each series of a file.</summary>
sealed class PredictVerb : Verb
{
    const int BatchLines = 256;

    readonly Argument<string> model = new("model") { HelpName = "MODEL", Description = "A model file (.safetensors)." };
    readonly Argument<string> file = new("file") { HelpName = "FILE|-", Description = "Texts, one a line; - is standard input, answered line by line. For a model of series: a file or folder in the layout of its training data." };
    readonly Option<int?> top = Flags.Whole("--top", "Give the N most probable labels only (default: all, most probable first).");

    readonly Option<bool> fixedPoint = new("--fixed-point") { Description = "Run the integer form of a model of series: the answers of its C code." };
    readonly Option<int?> weightBits = FixedPointModel.WeightBits();

    public PredictVerb() : base("predict", "Classifies texts or series: for each a line of JSON with the label and the probabilities. With --json one array of them.",
        "tern predict runs/quickstart/sru/best.safetensors - --top 3", "tern predict model.safetensors texts.txt > labels.jsonl", "tern predict samples/models/har.safetensors recordings.csv --fixed-point")
    {
        Add(model);
        Add(file);
        Add(top);
        Add(fixedPoint);
        Add(weightBits);
        AddShared();
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        if (arguments.Get(weightBits) is not null && !arguments.Get(fixedPoint)) throw new TernException("--weight-bits is of the integer form; add --fixed-point.");
        string file = arguments.Get(model);
        using Classifier classifier = arguments.Get(fixedPoint)
            ? Classifier.Of(file, FixedPointModel.Load(file, data: null, arguments.Get(weightBits), output), out DataConfig trained)
            : Classifier.Load(file, out trained);
        int shown = arguments.Get(top) ?? int.MaxValue, threads = arguments.Threads ?? Environment.ProcessorCount;
        string path = arguments.Get(this.file);
        var document = new List<object>();
        bool any = false;
        foreach (Example[] examples in classifier.ReadsText ? Texts(path, output) : Series(path, trained))
        {
            cancel.ThrowIfCancellationRequested();
            any = true;
            foreach (Prediction prediction in classifier.Predict(examples, threads))
            {
                object answer = Answer(classifier, prediction, shown);
                if (output.Json) document.Add(answer);
                else output.JsonLine(answer);
            }
        }
        if (!any) throw new TernException($"{(path == "-" ? "Standard input" : path)} is empty; expected one text a line.");
        if (output.Json) output.Document(document);
        return 0;
    }

    static object Answer(Classifier classifier, Prediction prediction, int shown)
    {
        Dictionary<string, float> top = prediction.Top(shown).ToDictionary(label => label.Label, label => label.Probability);
        return classifier.SeveralLabels
            ? new { Labels = prediction.Top(int.MaxValue).Where(label => label.Probability > 0.5f).Select(label => label.Label), Probabilities = top }
            : new { prediction.Label, Probabilities = top };
    }

    /// <summary>Texts as they come: a line of standard input is answered at once, somebody may be waiting for it.</summary>
    static IEnumerable<Example[]> Texts(string path, Output output)
    {
        bool standardInput = path == "-";
        using TextReader reader = standardInput ? output.Terminal.Input : Open(path);
        foreach (string[] lines in Lines(reader, path).Chunk(standardInput ? 1 : BatchLines))
            yield return [.. lines.Select(line => new TextExample(line, ""))];
    }

    static IEnumerable<Example[]> Series(string path, DataConfig trained)
    {
        if (path == "-") throw new TernException("The model reads series of numbers; give a file or folder in the layout of its training data, not standard input.");
        // nothing is asked of the names of wav files: neither a class nor a part
        SeriesConfig series = trained.Series with { FileName = "(?<label>.+)" };
        DataParts parts = DataReader.Read(DataFiles.Resolve(path), trained with { Format = DataFormat.Auto, Series = series });
        return [[.. parts.Train, .. parts.Validation ?? [], .. parts.Test ?? []]];
    }

    static StreamReader Open(string path)
    {
        try
        {
            return new StreamReader(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new TernException($"{path} cannot be read: {e.Message.TrimEnd('.')}; give a file with one text a line, or - for standard input.");
        }
    }

    static IEnumerable<string> Lines(TextReader reader, string path)
    {
        for (int number = 1; ; number++)
        {
            string? line;
            try
            {
                line = reader.ReadLine();
            }
            catch (DecoderFallbackException)
            {
                throw new TernException($"{path} is not UTF-8 (about line {number}); convert it first, for example with iconv.");
            }
            if (line is null) yield break;
            yield return line;
        }
    }
}
