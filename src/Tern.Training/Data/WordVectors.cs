using Tern.Features;

namespace Tern.Training.Data;

/// <summary>
/// Pretrained word vectors, to start an embedding table with: GloVe's text, word2vec's and fastText's text (a line of
/// counts first), either also as .gz or as .zip of one file; or <c>words.txt</c> beside <c>vectors.f16</c>.
/// </summary>
public sealed class WordVectors
{
    readonly Dictionary<string, int> rows = new(StringComparer.Ordinal);
    float[] values = []; // [words, width], row-major; grows

    WordVectors(int width) => Width = width;

    /// <summary>Numbers of a vector.</summary>
    public int Width { get; }

    /// <summary>Words that have a vector.</summary>
    public int Count => rows.Count;

    /// <summary>Reads vectors as a stream: memory is taken for the words that are wanted only.</summary>
    /// <param name="path">A text file; or the folder of words.txt and vectors.f16 (half floats, a row a word, little endian), or one of the two. Also below TERN_DATA or the cache.</param>
    /// <param name="wanted">The words to keep; null keeps all.</param>
    /// <exception cref="TernException">The file cannot be read, is empty, has rows of different lengths, or something that is no finite number.</exception>
    public static WordVectors Read(string path, IReadOnlyCollection<string>? wanted = null)
    {
        path = Locate(path);
        HashSet<string>? keep = wanted is null ? null : new(wanted, StringComparer.Ordinal);
        if (Directory.Exists(path))
            return HalfFloatVectors.Read(Path.Combine(path, HalfFloatVectors.Words), Path.Combine(path, HalfFloatVectors.Vectors), keep);
        string folder = Path.GetDirectoryName(path) ?? "";
        string words = Path.Combine(folder, HalfFloatVectors.Words), vectors = Path.Combine(folder, HalfFloatVectors.Vectors);
        bool pair = path.EndsWith(".f16", StringComparison.OrdinalIgnoreCase) || (Path.GetFileName(path) == HalfFloatVectors.Words && File.Exists(vectors));
        return pair
            ? HalfFloatVectors.Read(words, path.EndsWith(".f16", StringComparison.OrdinalIgnoreCase) ? path : vectors, keep)
            : TextVectors.Read(path, keep);
    }

    /// <summary>The vector of a word.</summary>
    public bool TryGet(string word, out ReadOnlySpan<float> vector)
    {
        bool found = rows.TryGetValue(word, out int row);
        vector = found ? values.AsSpan(row * Width, Width) : default;
        return found;
    }

    /// <summary>Puts the vectors of a vocabulary's words into an embedding table; rows of other words keep their numbers.</summary>
    /// <param name="vocabulary">Words and their rows.</param>
    /// <param name="table">[vocabulary.Count, Width], row-major.</param>
    /// <param name="unitLength">Whether each row is scaled to length 1, those of other words too: one long row among unit vectors, that of unknown words, would drown a text.</param>
    /// <returns>How many words were found.</returns>
    /// <exception cref="TernException">The table has another size.</exception>
    public int Fill(Vocabulary vocabulary, Span<float> table, bool unitLength)
    {
        if (table.Length != (long)vocabulary.Count * Width)
            throw new TernException($"An embedding table of {table.Length} numbers does not fit {vocabulary.Count} ids with vectors of {Width}; set model.embedding={Width}.");
        int found = 0;
        foreach (string word in vocabulary.Tokens)
        {
            if (!TryGet(word, out ReadOnlySpan<float> vector))
                continue;
            Span<float> row = table.Slice(vocabulary.Id(word) * Width, Width);
            vector.CopyTo(row);
            found++;
        }
        if (unitLength)
            for (int at = 0; at < table.Length; at += Width)
                ToUnitLength(table.Slice(at, Width));
        return found;
    }

    static void ToUnitLength(Span<float> row)
    {
        double length = Math.Sqrt(SumOfSquares(row));
        if (length > 0)
            for (int i = 0; i < row.Length; i++)
                row[i] = (float)(row[i] / length);
    }

    // in double: the square of a large float is none
    static double SumOfSquares(ReadOnlySpan<float> row)
    {
        double sum = 0;
        foreach (float value in row)
            sum += (double)value * value;
        return sum;
    }

    internal static WordVectors OfWidth(int width) => new(width);

    /// <summary>A new row for a word; false where it has one already, which stays.</summary>
    internal bool TryAdd(string word, out Span<float> row)
    {
        row = default;
        if (!rows.TryAdd(word, rows.Count))
            return false;
        int start = (rows.Count - 1) * Width;
        if (values.Length < start + Width)
            Array.Resize(ref values, Math.Max(2 * values.Length, start + Width));
        row = values.AsSpan(start, Width);
        return true;
    }

    static string Locate(string path)
    {
        if (Path.Exists(path))
            return path;
        if (KnownDatasets.Find(path) is { Config: null, Files: [var first, ..] } set && set.Root() is { } known)
            return Path.Combine(known, Path.GetDirectoryName(first.Path)!);
        return DataCache.Roots.Select(root => DataCache.Find(root, path)).FirstOrDefault(found => found is not null)
            ?? throw new TernException($"There are no word vectors {path} here or in {string.Join(" or ", DataCache.Roots)}; give GloVe or word2vec text, or a folder of {HalfFloatVectors.Words} and {HalfFloatVectors.Vectors}.");
    }
}
