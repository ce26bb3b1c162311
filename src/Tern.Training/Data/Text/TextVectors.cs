using System.Globalization;

namespace Tern.Training.Data;

/// <summary>Word vectors as text: a word and its numbers a line; in word2vec's files the first line counts words and numbers.</summary>
static class TextVectors
{
    const int MaxWidth = 65536;

    static readonly char[] Space = [' ', '\t'];

    public static WordVectors Read(string path, HashSet<string>? keep)
    {
        using var input = new TextInput(path, TextEncoding.Utf8);
        WordVectors? vectors = null;
        long? claimed = null;
        long lines = 0;
        foreach ((int number, string content) in input.ContentLines())
        {
            ReadOnlySpan<char> line = content.AsSpan().TrimEnd();
            if (vectors is null)
            {
                int fields = 1 + line.TrimStart().Count(' ') + line.TrimStart().Count('\t');
                if (claimed is null && fields == 2 && Header(line) is { } header)
                {
                    (claimed, int width) = header;
                    vectors = WordVectors.OfWidth(Check(path, number, width));
                    continue;
                }
                vectors = WordVectors.OfWidth(Check(path, number, fields - 1));
            }
            lines++;
            Add(path, number, line, vectors, keep);
        }
        if (vectors is null || lines == 0)
            throw new TernException($"{path} is empty; expected a word and its numbers a line.");
        if (claimed is { } expected && expected != lines)
            throw new TernException($"{path} has {lines} vectors, but its first line says {expected}; is it cut off?");
        return vectors;
    }

    static int Check(string path, int number, int width) => width is >= 1 and <= MaxWidth
        ? width
        : throw new TernException($"{path}:{number}: vectors of {width} numbers; expected 1 to {MaxWidth}: a word and its numbers with spaces between them.");

    /// <summary>Counts of words and numbers.</summary>
    static (long Words, int Width)? Header(ReadOnlySpan<char> line)
    {
        int space = line.IndexOfAny(Space);
        return long.TryParse(line[..space], NumberStyles.None, CultureInfo.InvariantCulture, out long words)
            && int.TryParse(line[(space + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int width) ? (words, width) : null;
    }

    static void Add(string path, int number, ReadOnlySpan<char> line, WordVectors vectors, HashSet<string>? keep)
    {
        // from the end: some of GloVe's words have spaces in them
        int end = line.Length;
        for (int i = 0; i < vectors.Width; i++)
        {
            end = line[..end].LastIndexOfAny(Space);
            if (end < 0)
                throw new TernException($"{path}:{number}: {i} numbers after the word; expected {vectors.Width}, as in the lines before.");
        }
        ReadOnlySpan<char> word = line[..end].Trim();
        int last = word.LastIndexOfAny(Space);
        if (word.IsEmpty || (last >= 0 && TryParse(word[(last + 1)..], out _)))
            throw new TernException($"{path}:{number}: {(word.IsEmpty ? "no word before the numbers" : $"more than {vectors.Width} numbers")}; expected a word and {vectors.Width} numbers, as in the lines before.");
        if (keep is not null && !keep.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word))
            return;
        if (!vectors.TryAdd(word.ToString(), out Span<float> row))
            return;
        ReadOnlySpan<char> rest = line[(end + 1)..];
        for (int i = 0; i < row.Length; i++)
        {
            int space = rest.IndexOfAny(Space);
            ReadOnlySpan<char> field = space < 0 ? rest : rest[..space];
            if (!TryParse(field, out row[i]) || !float.IsFinite(row[i]))
                throw new TernException($"{path}:{number}: '{Named.Shorten(field.ToString())}' is no finite number.");
            rest = space < 0 ? default : rest[(space + 1)..];
        }
    }

    static bool TryParse(ReadOnlySpan<char> text, out float value) => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
