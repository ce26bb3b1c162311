using Tern.Training.Data;

namespace Tern.Training.Tests;

/// <summary>Texts whose class is the order of two words among others: a mean of embeddings cannot tell them apart.</summary>
static class SyntheticTexts
{
    public static Dataset WordOrder(int count)
    {
        var random = new Random(1);
        string[] others = ["the", "and", "of", "in"];
        TextExample[] examples = new TextExample[count];
        for (int i = 0; i < count; i++)
        {
            bool first = random.Next(2) == 0;
            List<string> words = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => others[random.Next(4)])];
            words.Insert(random.Next(words.Count + 1), first ? "hen" : "egg");
            words.Insert(words.Count, first ? "egg" : "hen");
            examples[i] = new(string.Join(' ', words), first ? "hen-first" : "egg-first");
        }
        return new("word-order", examples[..(count * 8 / 10)], examples[(count * 8 / 10)..(count * 9 / 10)], examples[(count * 9 / 10)..]);
    }

    /// <summary>The same as a file of lines.</summary>
    public static string Write(TemporaryFolder folder, int count)
    {
        Dataset data = WordOrder(count);
        return folder.Write("texts.txt", string.Concat(data.Train.Concat(data.Validation).Concat(data.Test).Select(e => $"{e.Label} {((TextExample)e).Text}\n")));
    }
}
