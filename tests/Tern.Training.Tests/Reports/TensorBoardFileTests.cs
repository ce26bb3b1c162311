using System.Text;
using Tern.Training.Reports;

namespace Tern.Training.Tests.Reports;

public sealed class TensorBoardFileTests
{
    static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, 500, TimeSpan.FromHours(2));

    // RFC 3720, B.4, and the check value of the CRC catalogue
    [Fact]
    public void ChecksumsAreCastagnolis()
    {
        Assert.Equal(0xE3069283u, TensorBoardFile.Checksum("123456789"u8));
        Assert.Equal(0x8A9136AAu, TensorBoardFile.Checksum(new byte[32]));
        Assert.Equal(0x62A8AB43u, TensorBoardFile.Checksum(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x46DD794Eu, TensorBoardFile.Checksum([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        Assert.Equal(0u, TensorBoardFile.Checksum([]));
    }

    [Fact]
    public void StartsAsTensorFlowsFilesDo()
    {
        using var folder = new TemporaryFolder();
        using var file = new TensorBoardFile(folder.Path, Noon);
        byte[] bytes = Bytes(file.Path);
        Assert.Equal([0x18, 0, 0, 0, 0, 0, 0, 0, 0xA3, 0x7F, 0x4B, 0x22, 0x09], bytes[..13]);
        Assert.Equal("\u001a\rbrain.Event:2"u8, bytes.AsSpan(21, 15));
    }

    [Fact]
    public void ScalarsAreReadBack()
    {
        using var folder = new TemporaryFolder();
        using var file = new TensorBoardFile(folder.Path, Noon);
        Assert.Equal($"events.out.tfevents.{Noon.ToUnixTimeSeconds()}.tern", Path.GetFileName(file.Path));
        (string Tag, long Step, double Value)[] scalars =
        [
            ("train/loss", 1, 0.693), ("validation/accuracy", 0, 0), ("größe ✓", 300, -1.5), ("a", long.MaxValue, 1e300),
            ("b", 127, double.NaN), ("c", 128, double.NegativeInfinity), (new string('x', 500), 1L << 35, 1e-3),
        ];
        List<Event> events = [];
        for (int i = 0; i < scalars.Length; i++)
        {
            file.Scalar(scalars[i].Tag, scalars[i].Step, scalars[i].Value, Noon.AddSeconds(i));
            events = Read(file.Path); // whole after each call, while it is open
            Assert.Equal(3 + i, events.Count);
        }
        Assert.Equal(new Event(Noon.ToUnixTimeMilliseconds() / 1000.0, 0, "brain.Event:2", null, 0, false), events[0]);
        Assert.Equal(new Event(Noon.ToUnixTimeMilliseconds() / 1000.0, 0, null, null, 0, true), events[1]);
        for (int i = 0; i < scalars.Length; i++)
            Assert.Equal(new Event(Noon.ToUnixTimeMilliseconds() / 1000.0 + i, scalars[i].Step, null, scalars[i].Tag, (float)scalars[i].Value, false), events[i + 2]);
    }

    [Fact]
    public void AResumedRunWritesAFileOfItsOwnThatStartsAtItsStep()
    {
        using var folder = new TemporaryFolder();
        byte[] earlier;
        string first;
        using (var file = new TensorBoardFile(folder.Path, Noon))
        {
            file.Scalar("loss", 1, 1, Noon);
            first = file.Path;
        }
        earlier = File.ReadAllBytes(first);
        using var second = new TensorBoardFile(folder.Path, Noon, firstStep: 40);
        second.Scalar("loss", 40, 2, Noon);
        Assert.NotEqual(first, second.Path);
        Assert.Equal(earlier, File.ReadAllBytes(first));
        List<Event> events = Read(second.Path);
        Assert.Equal([(0, false), (40, true), (40, false)], events.Select(e => (e.Step, e.Started)));
    }

    [Fact]
    public void AFolderThatCannotBeWrittenIsOneLine()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("taken", "");
        string message = Assert.Throws<TernException>(() => new TensorBoardFile(Path.Combine(file, "run"), Noon)).Message;
        Assert.StartsWith("TensorBoard's events cannot be written to ", message);
        Assert.DoesNotContain("\n", message);
    }

    sealed record Event(double Time, long Step, string? Version, string? Tag, float Value, bool Started);

    // a reader of its own: framing by the TFRecord documentation, fields by event.proto and summary.proto
    static List<Event> Read(string path)
    {
        byte[] bytes = Bytes(path);
        var events = new List<Event>();
        for (int at = 0; at < bytes.Length;)
        {
            int length = (int)BitConverter.ToUInt64(bytes, at);
            Assert.Equal(Unmasked(BitConverter.ToUInt32(bytes, at + 8)), Castagnoli(bytes.AsSpan(at, 8)));
            Assert.Equal(Unmasked(BitConverter.ToUInt32(bytes, at + 12 + length)), Castagnoli(bytes.AsSpan(at + 12, length)));
            Dictionary<int, byte[]> fields = Fields(bytes.AsSpan(at + 12, length));
            Dictionary<int, byte[]>? value = fields.TryGetValue(5, out byte[]? summary) ? Fields(Fields(summary)[1]) : null;
            events.Add(new(
                BitConverter.ToDouble(fields[1]), fields.TryGetValue(2, out byte[]? step) ? BitConverter.ToInt64(step) : 0,
                fields.TryGetValue(3, out byte[]? version) ? Encoding.UTF8.GetString(version) : null,
                value is null ? null : Encoding.UTF8.GetString(value[1]),
                value is null ? 0 : BitConverter.ToSingle(value[2]),
                fields.TryGetValue(7, out byte[]? session) && BitConverter.ToInt64(Fields(session)[1]) == 1));
            at += 12 + length + 4;
        }
        return events;
    }

    static byte[] Bytes(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    static Dictionary<int, byte[]> Fields(ReadOnlySpan<byte> message)
    {
        var fields = new Dictionary<int, byte[]>();
        while (!message.IsEmpty)
        {
            ulong tag = Varint(ref message);
            int length = (tag & 7) switch { 0 => 0, 1 => 8, 2 => (int)Varint(ref message), 5 => 4, _ => throw new FormatException($"wire type {tag & 7}") };
            byte[] data = (tag & 7) == 0 ? BitConverter.GetBytes(Varint(ref message)) : message[..length].ToArray();
            message = message[length..];
            fields.Add((int)(tag >> 3), data);
        }
        return fields;
    }

    static ulong Varint(ref ReadOnlySpan<byte> message)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte b = message[0];
            message = message[1..];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }
    }

    static uint Unmasked(uint masked)
    {
        uint rotated = masked - 0xA282EAD8u;
        return (rotated >> 17) | (rotated << 15);
    }

    // bit by bit, by the reversed polynomial
    static uint Castagnoli(ReadOnlySpan<byte> data)
    {
        uint crc = ~0u;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++)
                crc = (crc >> 1) ^ (0x82F63B78u & (0u - (crc & 1)));
        }
        return ~crc;
    }
}
