using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace Tern.Training.Reports;

/// <summary>
/// Scalars for TensorBoard: an event file, that is TFRecords (length, masked CRC-32C of the length, data, masked CRC-32C
/// of the data) of protocol buffers <c>tensorflow.Event</c>. Each call writes one whole record through to the system.
/// </summary>
public sealed class TensorBoardFile : IDisposable
{
    /// <summary>What the files are called.</summary>
    internal const string Pattern = "events.out.tfevents.*";

    const string Version = "brain.Event:2"; // as TensorFlow writes it
    const uint MaskDelta = 0xA282EAD8;

    readonly Lock gate = new();
    readonly FileStream stream;

    /// <summary>Starts a file of its own in a run's folder, <c>events.out.tfevents.SECONDS.tern</c>; earlier files stay.</summary>
    /// <param name="folder">The folder; it is made where it is not there.</param>
    /// <param name="time">Now; its seconds since 1970 are in the name.</param>
    /// <param name="firstStep">The first step that will be written: of what earlier files in the folder hold, TensorBoard drops
    /// all from there on. 0 for a new run.</param>
    /// <exception cref="TernException">The folder cannot be written.</exception>
    public TensorBoardFile(string folder, DateTimeOffset time, long firstStep = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstStep);
        stream = Guarded(folder, () =>
        {
            Directory.CreateDirectory(folder);
            long seconds = time.ToUnixTimeSeconds();
            while (File.Exists(Name(seconds)))
                seconds++;
            return new FileStream(Name(seconds), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);

            string Name(long number) => System.IO.Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{number:D10}.tern"));
        });
        Write(time, 0, new ProtocolMessage().Text(3, Version));
        Write(time, firstStep, new ProtocolMessage().Inner(7, new ProtocolMessage().Whole(1, 1))); // session_log { status: START }: the second such event of a folder is a restart
    }

    /// <summary>The file.</summary>
    public string Path => stream.Name;

    /// <summary>Adds a value to a curve.</summary>
    /// <param name="tag">The curve; what stands before a slash groups curves, such as <c>validation/accuracy</c>.</param>
    /// <param name="step">Place on the curve.</param>
    /// <param name="value">Kept as a float; NaN and infinities are kept too.</param>
    /// <param name="time">Now.</param>
    /// <exception cref="TernException">The file cannot be written.</exception>
    public void Scalar(string tag, long step, double value, DateTimeOffset time)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        Write(time, step, new ProtocolMessage().Inner(5, new ProtocolMessage().Inner(1, new ProtocolMessage().Text(1, tag).Float(2, (float)value)))); // summary { value { tag, simple_value } }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => stream.Dispose();

    /// <summary>The masked checksum of TFRecord: stored next to the data, a plain CRC would be weak where records hold records.</summary>
    internal static uint MaskedChecksum(ReadOnlySpan<byte> data) => unchecked(BitOperations.RotateRight(Checksum(data), 15) + MaskDelta);

    /// <summary>CRC-32C (Castagnoli).</summary>
    internal static uint Checksum(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    void Write(DateTimeOffset time, long step, ProtocolMessage what)
    {
        double seconds = (time - DateTimeOffset.UnixEpoch).TotalSeconds;
        ReadOnlySpan<byte> data = new ProtocolMessage().Double(1, seconds).Whole(2, step).Append(what).Bytes;
        byte[] record = new byte[12 + data.Length + 4];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedChecksum(record.AsSpan(0, 8)));
        data.CopyTo(record.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + data.Length), MaskedChecksum(data));
        Guarded(stream.Name, () =>
        {
            lock (gate)
            {
                stream.Write(record);
                stream.Flush();
            }
            return true;
        });
    }

    static T Guarded<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new TernException($"TensorBoard's events cannot be written to {path}: {e.Message} Give another folder with --out.");
        }
    }
}
