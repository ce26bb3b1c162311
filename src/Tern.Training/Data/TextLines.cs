using System.Text;

namespace Tern.Training.Data;

/// <summary>The decoded content of a text file, and where in it something is.</summary>
static class TextLines
{
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a whole file; a byte order mark is dropped.</summary>
    /// <exception cref="TernException">The file is not there, cannot be read, is empty or is not in this encoding.</exception>
    public static string Read(string path, TextEncoding encoding)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new TernException(Directory.Exists(path)
                ? $"{path} is a folder; give a file of labelled texts."
                : $"{path} cannot be read: {e.Message}");
        }

        ReadOnlySpan<byte> content = bytes;
        if (content.StartsWith(Encoding.UTF8.Preamble))
            content = content[3..];
        if (content.Trim(" \t\r\n"u8).IsEmpty)
            throw new TernException($"{path} is empty; expected one labelled text a line, or CSV with the columns text and label.");
        if (encoding == TextEncoding.Latin1)
            return Encoding.Latin1.GetString(content);
        try
        {
            return Strict.GetString(content);
        }
        catch (DecoderFallbackException e)
        {
            int at = Math.Clamp(e.Index, 0, content.Length);
            int line = 1 + content[..at].Count((byte)'\n');
            string value = e.BytesUnknown is { Length: > 0 } unknown ? $"0x{unknown[0]:X2}" : "a byte";
            throw new TernException($"{path}:{line}: {value} is not UTF-8; convert the file, or set data.encoding=latin1 if it is ISO 8859-1.");
        }
    }

    /// <summary>Lines with their numbers from 1, without line ends; lines of white space only are left out.</summary>
    public static IEnumerable<(int Number, string Line)> Of(string content)
    {
        int number = 0;
        foreach (string line in content.Split('\n'))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
                yield return (number, line.TrimEnd('\r'));
        }
    }
}
