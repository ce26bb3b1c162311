namespace Tern.Training.Data;

/// <summary>
/// The content of a data file as it is read: a failure names the file, more than the limit is refused (an archive of a
/// few bytes can unpack to gigabytes), and closing it closes the archive.
/// </summary>
/// <param name="name">The file in errors.</param>
/// <param name="content">What is read.</param>
/// <param name="limit">Bytes at most.</param>
/// <param name="owner">What is closed with it.</param>
sealed class CheckedStream(string name, Stream content, long limit, IDisposable? owner = null) : Stream
{
    /// <summary>Bytes that were read.</summary>
    public long BytesRead { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => content.CanSeek;

    public override bool CanWrite => false;

    public override long Length => content.Length;

    public override long Position { get => content.Position; set => content.Position = value; }

    public override int Read(Span<byte> buffer)
    {
        int count;
        try
        {
            count = content.Read(buffer);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new TernException($"{name} cannot be read: {e.Message}");
        }
        BytesRead += count;
        return BytesRead <= limit ? count : throw new TernException(
            $"{name} unpacks to more than {limit} bytes, which is out of proportion to its packed size; unpack it if that is right, and name the file.");
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => content.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content.Dispose();
            owner?.Dispose();
        }
        base.Dispose(disposing);
    }
}
