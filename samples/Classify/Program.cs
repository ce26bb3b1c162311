using Tern;
using Tern.Model;

// classify MODEL [TEXT ...]: the label of each text, or of each line of standard input, with its probability.
if (args.Length == 0)
{
    Console.Error.WriteLine("Usage: classify MODEL [TEXT ...]   (without TEXT: the lines of standard input)");
    return 2;
}
try
{
    TextClassifier classifier = TextClassifier.Load(args[0]);
    foreach (string text in args.Length > 1 ? args[1..] : Lines())
    {
        Prediction prediction = classifier.Predict(text);
        Console.WriteLine($"{prediction.Label}\t{prediction.Probability:F4}\t{text}");
    }
    return 0;
}
catch (TernException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

static IEnumerable<string> Lines()
{
    while (Console.ReadLine() is { } line)
        yield return line;
}
