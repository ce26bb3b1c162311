using System.Text;

namespace Tern.Training.Data.Series;

/// <summary>The names of classes in <c>activity_labels.txt</c>: a number and a name a line, in UTF-8 or UTF-16.</summary>
static class ActivityNames
{
    const int MaxLength = 1 << 16;

    /// <summary>Reads number to name; null where the folder has no such file.</summary>
    /// <exception cref="TernException">The file is malformed.</exception>
    public static IReadOnlyDictionary<string, string>? Read(string folder)
    {
        if (SeriesLayout.Packed(folder, "activity_labels.txt") is not { } path)
            return null;
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((int number, string line) in Decode(path).Split('\n').Select((line, i) => (i + 1, line)).Where(l => !string.IsNullOrWhiteSpace(l.line)))
        {
            string[] words = line.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length < 2)
                throw new TernException($"{path}:{number}: '{SeriesNumber.Shorten(line)}' is not a number and a name; expected a line like '1 WALKING'.");
            if (!names.TryAdd(words[0], words[1]))
                throw new TernException($"{path}:{number}: class {SeriesNumber.Shorten(words[0])} is named twice; expected one name a number.");
        }
        return names;
    }

    static string Decode(string path)
    {
        using Stream stream = DataStream.Open(path);
        byte[] bytes = new byte[MaxLength + 1];
        int count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (count > MaxLength)
            throw new TernException($"{path} is longer than {MaxLength} bytes; expected lines like '1 WALKING'.");
        // UTF-16 without a byte order mark has a zero in every ASCII character
        Encoding encoding = count >= 2 && bytes[1] == 0 ? Encoding.Unicode : count >= 2 && bytes[0] == 0 ? Encoding.BigEndianUnicode : Encoding.UTF8;
        using var reader = new StreamReader(new MemoryStream(bytes, 0, count), encoding, detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }
}
