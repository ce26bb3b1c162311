using System.Buffers.Binary;

namespace Tern.Training.Data.Series;

/// <summary>Reads sound in RIFF/WAVE (IBM and Microsoft 1991), chunk by chunk; what a size claims is never allocated ahead.</summary>
static class WavFile
{
    const int MaxFormat = 4096;

    /// <summary>Reads the samples, mixed down to one channel, -1 to 1.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="name">The file in errors.</param>
    /// <exception cref="TernException">It is no RIFF/WAVE file, truncated, of an unknown codec, or without samples.</exception>
    public static (int SampleRate, float[] Samples) Read(Stream stream, string name)
    {
        Span<byte> head = stackalloc byte[12];
        int count = stream.ReadAtLeast(head, 12, throwOnEndOfStream: false);
        if (count < 12 || !head[..4].SequenceEqual("RIFF"u8) || !head[8..].SequenceEqual("WAVE"u8))
            throw new TernException($"{name} is no wav file: {(count < 12 ? $"{count} bytes" : $"it starts with '{SeriesNumber.Shorten(head[..4])}' and not with RIFF ... WAVE")}; expected RIFF/WAVE, convert it.");

        WavFormat? format = null;
        while (stream.ReadAtLeast(head[..8], 8, throwOnEndOfStream: false) is var read and > 0)
        {
            if (read < 8)
                throw new TernException($"{name} ends in the head of a chunk; it is truncated.");
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            if (head[..4].SequenceEqual("data"u8))
                return format is { } known
                    ? (known.SampleRate, ReadSamples(stream, name, known, size))
                    : throw new TernException($"{name} has its data chunk before its fmt chunk; expected fmt first, convert it.");
            long padded = size + (size & 1L);
            if (head[..4].SequenceEqual("fmt "u8))
                format = ReadFormat(stream, name, size, ref padded);
            Skip(stream, name, padded);
        }
        throw new TernException($"{name} has no data chunk; expected RIFF/WAVE with the chunks fmt and data.");
    }

    static WavFormat ReadFormat(Stream stream, string name, uint size, ref long left)
    {
        if (size > MaxFormat)
            throw new TernException($"{name} has a fmt chunk of {size} bytes; expected 16 to {MaxFormat}.");
        Span<byte> chunk = stackalloc byte[MaxFormat];
        int read = stream.ReadAtLeast(chunk[..(int)size], (int)size, throwOnEndOfStream: false);
        if (read < size)
            throw new TernException($"{name} ends in its fmt chunk; it is truncated.");
        left -= size;
        return WavFormat.Parse(name, chunk[..read]);
    }

    static void Skip(Stream stream, string name, long left)
    {
        Span<byte> waste = stackalloc byte[4096];
        while (left > 0)
        {
            int read = stream.Read(waste[..(int)Math.Min(left, waste.Length)]);
            if (read == 0)
                throw new TernException($"{name} ends {left} bytes before the end of a chunk; it is truncated.");
            left -= read;
        }
    }

    static float[] ReadSamples(Stream stream, string name, WavFormat format, uint size)
    {
        if (size == 0)
            throw new TernException($"{name} has 0 samples; expected at least one, leave the file out.");
        if (size % format.FrameBytes != 0)
            throw new TernException($"{name} has {size} bytes of samples, which is no multiple of {format.FrameBytes} bytes a sample; it is damaged, convert it.");
        byte[] buffer = new byte[Math.Min(size, 65536 / format.FrameBytes * format.FrameBytes)];
        var samples = new List<float>(buffer.Length / format.FrameBytes);
        for (long left = size; left > 0; )
        {
            int wanted = (int)Math.Min(left, buffer.Length);
            int read = stream.ReadAtLeast(buffer.AsSpan(0, wanted), wanted, throwOnEndOfStream: false);
            if (read < wanted)
                throw new TernException($"{name} is truncated: {size} bytes of samples are announced, {size - left + read} are there.");
            left -= read;
            for (int at = 0; at < read; at += format.FrameBytes)
            {
                float sample = format.Mono(buffer.AsSpan(at, format.FrameBytes));
                if (!float.IsFinite(sample))
                    throw new TernException($"{name} has sample {samples.Count + 1} that is not finite; expected numbers, -1 to 1.");
                samples.Add(sample);
            }
        }
        return [.. samples];
    }
}
