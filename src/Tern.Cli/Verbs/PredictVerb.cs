using System.CommandLine;
using System.Text;

namespace Tern.Cli.Verbs;

/// <summary>`tern predict MODEL FILE|-`: a line of JSON for each line of text.</summary>
sealed class PredictVerb : Verb
{
    const int BatchLines = 256;

    readonly Argument<string> model = new("model") { HelpName = "MODEL", Description = "A model file (.safetensors)." };
    readonly Argument<string> file = new("file") { HelpName = "FILE|-", Description = "Texts, one a line; - is standard input, answered line by line." };
    readonly Option<int?> top = Flags.Whole("--top", "Give the N most probable labels only (default: all, most probable first).");

    public PredictVerb() : base("predict", "Classifies texts: for each input line a line of JSON with the label and the probabilities. With --json one array of them.",
        "tern predict runs/quickstart/sru/best.safetensors - --top 3", "tern predict model.safetensors texts.txt > labels.jsonl")
    {
        Add(model);
        Add(file);
        Add(top);
        AddShared();
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        using Classifier classifier = Classifier.Load(arguments.Get(model));
        int shown = arguments.Get(top) ?? int.MaxValue, threads = arguments.Threads ?? Environment.ProcessorCount;
        bool standardInput = arguments.Get(file) == "-";
        using TextReader reader = standardInput ? output.Terminal.Input : Open(arguments.Get(file));
        var document = new List<object>();
        bool any = false;
        // a line of standard input is answered at once: somebody may be waiting for it
        foreach (string[] lines in Lines(reader, arguments.Get(file)).Chunk(standardInput ? 1 : BatchLines))
        {
            cancel.ThrowIfCancellationRequested();
            any = true;
            foreach (IReadOnlyList<float> probabilities in classifier.Predict(lines, threads))
            {
                object answer = Answer(classifier.Labels, probabilities, shown);
                if (output.Json) document.Add(answer);
                else output.JsonLine(answer);
            }
        }
        if (!any) throw new TernException($"{(standardInput ? "Standard input" : arguments.Get(file))} is empty; expected one text a line.");
        if (output.Json) output.Document(document);
        return 0;
    }

    static object Answer(IReadOnlyList<string> labels, IReadOnlyList<float> probabilities, int shown)
    {
        int[] order = [.. Enumerable.Range(0, labels.Count).OrderByDescending(i => probabilities[i])];
        return new { Label = labels[order[0]], Probabilities = order.Take(shown).ToDictionary(i => labels[i], i => probabilities[i]) };
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
