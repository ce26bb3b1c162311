using System.Buffers.Binary;

namespace Tern.Training.Data;

/// <summary>Word vectors in two files: a word a line, and a row of half floats a word, little endian, without a header.</summary>
static class HalfFloatVectors
{
    public const string Words = "words.txt";
    public const string Vectors = "vectors.f16";
    const int Half = 2; // bytes

    public static WordVectors Read(string wordsPath, string vectorsPath, HashSet<string>? keep)
    {
        int count = 0;
        using (var input = new TextInput(wordsPath, TextEncoding.Utf8))
            while (input.ReadLine() is { } word)
                count = word.Length > 0 ? count + 1 : throw new TernException($"{wordsPath}:{input.Line}: an empty line; expected a word a line.");
        if (count == 0)
            throw new TernException($"{wordsPath} is empty; expected a word a line.");

        using Stream stream = DataStream.Open(vectorsPath);
        long bytes = stream.CanSeek ? stream.Length : throw new TernException($"{vectorsPath} is packed; unpack it.");
        if (bytes == 0 || bytes % ((long)Half * count) != 0 || bytes / (Half * count) > ushort.MaxValue)
            throw new TernException($"{vectorsPath} has {bytes} bytes, which are no rows of half floats for the {count} words of {wordsPath}; expected {Half} x {count} x the width.");
        var vectors = WordVectors.OfWidth((int)(bytes / ((long)Half * count)));
        byte[] buffer = new byte[Half * vectors.Width];
        using var words = new TextInput(wordsPath, TextEncoding.Utf8);
        while (words.ReadLine() is { } word)
        {
            try
            {
                stream.ReadExactly(buffer);
            }
            catch (IOException e)
            {
                throw new TernException($"{vectorsPath} cannot be read: {e.Message}");
            }
            if ((keep is not null && !keep.Contains(word)) || !vectors.TryAdd(word, out Span<float> row))
                continue;
            for (int i = 0; i < row.Length; i++)
            {
                row[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(buffer.AsSpan(Half * i));
                if (!float.IsFinite(row[i]))
                    throw new TernException($"{vectorsPath}: number {i + 1} of the word '{Named.Shorten(word)}' (row {words.Line}) is not finite.");
            }
        }
        return vectors;
    }
}
