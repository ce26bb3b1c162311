using System.Text;

namespace Tern.Training.Data;

/// <summary>
/// A text file as a stream of characters: decoded strictly, block by block, so that a byte which is not in the encoding
/// is an error that names its line. A byte order mark is dropped; .gz files, and .zip files of one file, are unpacked.
/// </summary>
sealed class TextInput : TextReader
{
    /// <summary>Characters of the longest line or record; more is no example but a file of another kind.</summary>
    public const int MaxRecord = 1 << 22;

    const int BlockBytes = 1 << 16;
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly string path;
    readonly Stream stream;
    readonly Decoder decoder;
    readonly byte[] block = new byte[BlockBytes];
    char[] buffer = new char[BlockBytes + 1]; // decoded and not yet taken: start to end
    int start, end;
    long linesDecoded = 1; // the line that the next byte is on, for errors
    bool first = true, ended;

    /// <summary>Opens a file.</summary>
    /// <exception cref="TernException">It is not there or cannot be read.</exception>
    public TextInput(string path, TextEncoding encoding)
    {
        this.path = path;
        stream = DataStream.Open(path);
        decoder = (encoding == TextEncoding.Latin1 ? Encoding.Latin1 : Strict).GetDecoder();
    }

    /// <summary>Number of the line that <see cref="ReadLine"/> gave last, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>Lines that are not white space only, with their numbers.</summary>
    public IEnumerable<(int Number, string Line)> ContentLines()
    {
        while (ReadLine() is { } line)
            if (!string.IsNullOrWhiteSpace(line))
                yield return (Line, line);
    }

    /// <summary>The first line that is not white space only, without taking it; null where there is none.</summary>
    public string? PeekContentLine()
    {
        int from = 0, searched = 0; // counted from start, which does not move
        while (true)
        {
            int at = buffer.AsSpan(start + searched, end - start - searched).IndexOf('\n');
            if (at < 0 && !ended)
            {
                searched = end - start;
                More(1 + buffer.AsSpan(start, searched).Count('\n'));
                continue;
            }
            int until = at < 0 ? end - start : searched + at;
            ReadOnlySpan<char> line = buffer.AsSpan(start + from, until - from);
            if (!line.IsWhiteSpace())
                return line.TrimEnd('\r').ToString();
            if (at < 0)
                return null;
            from = searched = until + 1;
        }
    }

    /// <summary>The next line without its end; null at the end of the file.</summary>
    public override string? ReadLine()
    {
        int searched = 0;
        while (true)
        {
            int at = buffer.AsSpan(start + searched, end - start - searched).IndexOf('\n');
            if (at >= 0 || (ended && end > start))
            {
                int length = at >= 0 ? searched + at : end - start;
                string line = buffer.AsSpan(start, length).TrimEnd('\r').ToString();
                start += at >= 0 ? length + 1 : length;
                Line++;
                return line;
            }
            if (ended)
                return null;
            searched = end - start;
            More(Line + 1);
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<char> destination)
    {
        while (start == end && !ended)
            More(Line + 1);
        int count = Math.Min(destination.Length, end - start);
        buffer.AsSpan(start, count).CopyTo(destination);
        start += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(char[] destination, int index, int count) => Read(destination.AsSpan(index, count));

    /// <inheritdoc/>
    public override int Peek()
    {
        while (start == end && !ended)
            More(Line + 1);
        return start < end ? buffer[start] : -1;
    }

    /// <inheritdoc/>
    public override int Read()
    {
        int next = Peek();
        if (next >= 0)
            start++;
        return next;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            stream.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Decodes one more block behind what is there; <paramref name="line"/> is where a line that gets too long began.</summary>
    void More(int line)
    {
        if (end - start > MaxRecord)
            throw new TernException($"{path}:{line}: longer than {MaxRecord} characters; expected one example a line. Is this a text file with labels?");
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
        if (buffer.Length - end < BlockBytes + 1)
            Array.Resize(ref buffer, Math.Max(2 * buffer.Length, end + BlockBytes + 1));
        ReadOnlySpan<byte> bytes = ReadBlock();
        try
        {
            int count = decoder.GetChars(bytes, buffer.AsSpan(end), flush: ended);
            linesDecoded += buffer.AsSpan(end, count).Count('\n');
            end += count;
        }
        catch (DecoderFallbackException e)
        {
            int at = Math.Clamp(e.Index, 0, bytes.Length);
            string value = e.BytesUnknown is { Length: > 0 } unknown ? $"0x{unknown[0]:X2}" : "a byte";
            throw new TernException($"{path}:{linesDecoded + bytes[..at].Count((byte)'\n')}: {value} is not UTF-8; convert the file, or set data.encoding=latin1 if it is ISO 8859-1.");
        }
    }

    ReadOnlySpan<byte> ReadBlock()
    {
        try
        {
            int count = stream.ReadAtLeast(block, first ? 3 : 1, throwOnEndOfStream: false);
            ended = count < (first ? 3 : 1);
            ReadOnlySpan<byte> bytes = block.AsSpan(0, count);
            if (first && bytes.StartsWith(Encoding.UTF8.Preamble))
                bytes = bytes[3..];
            first = false;
            return bytes;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new TernException($"{path} cannot be read: {e.Message}");
        }
    }
}
