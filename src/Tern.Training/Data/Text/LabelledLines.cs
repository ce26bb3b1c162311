namespace Tern.Training.Data;

/// <summary>One text a line, its label before it: <c>label token ...</c>, or fastText's <c>__label__NAME token ...</c>.</summary>
static class LabelledLines
{
    public const string FastTextPrefix = "__label__";

    static readonly char[] Space = [' ', '\t'];

    public static IReadOnlyList<Example> Read(string path, TextInput input, DataConfig config)
    {
        var examples = new TextExamples(path, config);
        foreach ((int number, string line) in input.ContentLines())
        {
            int space = line.AsSpan().IndexOfAny(' ', '\t');
            if (space <= 0)
                throw new TernException($"{path}:{number}: '{Named.Shorten(line)}' has no text after its label; expected 'label token token ...'.");
            examples.Add(number, line[(space + 1)..].Trim(), line[..space], "");
        }
        return examples.Finish();
    }

    public static IReadOnlyList<Example> ReadFastText(string path, TextInput input, DataConfig config)
    {
        var examples = new TextExamples(path, config);
        var labels = new List<string>();
        foreach ((int number, string line) in input.ContentLines())
        {
            labels.Clear();
            ReadOnlySpan<char> rest = line.AsSpan().Trim();
            while (rest.StartsWith(FastTextPrefix))
            {
                int length = rest.IndexOfAny(Space) is var space and >= 0 ? space : rest.Length;
                if (length == FastTextPrefix.Length)
                    break;
                labels.Add(rest[FastTextPrefix.Length..length].ToString());
                rest = rest[length..].TrimStart();
            }
            if (labels.Count == 0 && !config.MultiLabel)
                throw new TernException($"{path}:{number}: '{Named.Shorten(line)}' does not start with a label; expected '{FastTextPrefix}NAME token token ...'.");
            if (labels.Count > 1 && !config.MultiLabel)
                throw new TernException($"{path}:{number}: '{Named.Shorten(line)}' has more than one label; give a text one class, or set data.multi_label=true.");
            if (rest.IsEmpty)
                throw new TernException($"{path}:{number}: '{Named.Shorten(line)}' has no text after its label; expected '{FastTextPrefix}NAME token token ...'.");
            examples.Add(number, rest.ToString(), labels, "");
        }
        return examples.Finish();
    }
}
