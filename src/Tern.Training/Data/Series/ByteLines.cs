using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Tern.Training.Data.Series;

/// <summary>The lines of a file as bytes, read as they are needed, with their numbers from 1.</summary>
sealed class ByteLines : IDisposable
{
    /// <summary>Bytes of a line at most: a file without line ends must not fill the memory.</summary>
    const int MaxLine = 1 << 28;

    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly Stream stream;
    byte[] buffer = new byte[1 << 16];
    int start, end; // what is read and not yet given
    bool ended;

    public ByteLines(string path)
    {
        Path = path;
        stream = DataStream.Open(path);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Number of the line that was read last.</summary>
    public int Number { get; private set; }

    /// <summary>The next line without its end; it is valid until the next call.</summary>
    public bool Read(out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        while (true)
        {
            int length = buffer.AsSpan(start + searched, end - start - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                line = Take(searched + length, 1);
                return true;
            }
            searched = end - start;
            if (!ended)
                Fill();
            else
            {
                line = searched > 0 ? Take(searched, 0) : default;
                return searched > 0;
            }
        }
    }

    /// <summary>An error on the line that was read last.</summary>
    [DoesNotReturn]
    public void Fail(string what) => throw Error(what);

    /// <summary>An error on the line that was read last.</summary>
    public TernException Error(string what) => new($"{Path}:{Math.Max(Number, 1)}: {what}");

    /// <summary>The text of a part of the line.</summary>
    public string Text(ReadOnlySpan<byte> bytes, TextEncoding encoding)
    {
        try
        {
            return (encoding == TextEncoding.Latin1 ? Encoding.Latin1 : Strict).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Error($"'{SeriesNumber.Shorten(bytes)}' is not UTF-8; convert the file, or set data.encoding=latin1 if it is ISO 8859-1.");
        }
    }

    public void Dispose() => stream.Dispose();

    ReadOnlySpan<byte> Take(int length, int lineEnd)
    {
        ReadOnlySpan<byte> line = buffer.AsSpan(start, length);
        start += length + lineEnd;
        if (Number++ == 0 && line.StartsWith(Encoding.UTF8.Preamble))
            line = line[3..];
        return line.EndsWith("\r"u8) ? line[..^1] : line;
    }

    void Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }
        if (end == buffer.Length)
        {
            if (end >= MaxLine)
                throw new TernException($"{Path}:{Number + 1}: the line is longer than {MaxLine} bytes; expected shorter lines, is this a text file?");
            Array.Resize(ref buffer, buffer.Length * 2);
        }
        int count = stream.Read(buffer.AsSpan(end));
        end += count;
        ended = count == 0;
    }
}
