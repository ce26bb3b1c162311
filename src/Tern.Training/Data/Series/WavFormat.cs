using System.Buffers.Binary;

namespace Tern.Training.Data.Series;

/// <summary>How samples lie in a wav file: the chunk <c>fmt</c> (Microsoft, mmreg.h: WAVEFORMATEX, WAVEFORMATEXTENSIBLE).</summary>
/// <param name="IsFloat">IEEE floats, else integers.</param>
/// <param name="Channels">Audio channels.</param>
/// <param name="SampleRate">Samples a second.</param>
/// <param name="Bytes">Bytes of a sample of a channel.</param>
readonly record struct WavFormat(bool IsFloat, int Channels, int SampleRate, int Bytes)
{
    const int Pcm = 1, Float = 3, Extensible = 0xFFFE;

    /// <summary>Bytes 2 to 15 of the identifiers of formats that are also numbers (KSDATAFORMAT_SUBTYPE_*).</summary>
    static ReadOnlySpan<byte> SubtypeEnd => [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71];

    /// <summary>Bytes of a sample of all channels.</summary>
    public int FrameBytes => Channels * Bytes;

    /// <summary>Reads the chunk.</summary>
    /// <param name="name">The file in errors.</param>
    /// <param name="chunk">Its bytes.</param>
    /// <exception cref="TernException">The codec is not known, or a number is out of range.</exception>
    public static WavFormat Parse(string name, ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length < 16)
            throw new TernException($"{name} has a fmt chunk of {chunk.Length} bytes; expected 16 or more.");
        int codec = BinaryPrimitives.ReadUInt16LittleEndian(chunk);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(chunk[2..]);
        uint rate = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
        int frame = BinaryPrimitives.ReadUInt16LittleEndian(chunk[12..]), bits = BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]);
        if (codec == Extensible)
        {
            if (chunk.Length < 40 || !chunk[26..40].SequenceEqual(SubtypeEnd))
                throw new TernException($"{name} is in an extensible format that is not known; expected PCM or IEEE floats.");
            codec = BinaryPrimitives.ReadUInt16LittleEndian(chunk[24..]);
        }
        if (codec is not (Pcm or Float))
            throw new TernException($"{name} is packed by codec 0x{codec:X4}{CodecName(codec)}; expected PCM (1) or IEEE floats (3), convert it.");
        if (codec == Pcm ? bits is not (8 or 16 or 24 or 32) : bits is not (32 or 64))
            throw new TernException($"{name} has samples of {bits} bits; expected {(codec == Pcm ? "8, 16, 24 or 32 for PCM" : "32 or 64 for floats")}.");
        if (channels is < 1 or > 64)
            throw new TernException($"{name} has {channels} audio channels; expected 1 to 64.");
        if (rate is < 1000 or > 768_000)
            throw new TernException($"{name} has {rate} samples a second; expected 1000 to 768000.");
        var format = new WavFormat(codec == Float, channels, (int)rate, bits / 8);
        return frame == format.FrameBytes
            ? format
            : throw new TernException($"{name} has blocks of {frame} bytes; expected {format.FrameBytes}: {channels} channel(s) of {bits} bits.");
    }

    /// <summary>A sample of all channels, mixed down to their mean.</summary>
    public float Mono(ReadOnlySpan<byte> frame)
    {
        double sum = 0;
        for (int at = 0; at < frame.Length; at += Bytes)
            sum += Sample(frame[at..]);
        return (float)(sum / Channels);
    }

    double Sample(ReadOnlySpan<byte> bytes) => (IsFloat, Bytes) switch
    {
        (true, 4) => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        (true, _) => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        (_, 1) => (bytes[0] - 128) / 128.0, // the one size that has no sign
        (_, 2) => BinaryPrimitives.ReadInt16LittleEndian(bytes) / 32768.0,
        (_, 3) => ((sbyte)bytes[2] << 16 | bytes[1] << 8 | bytes[0]) / 8388608.0,
        _ => BinaryPrimitives.ReadInt32LittleEndian(bytes) / 2147483648.0,
    };

    static string CodecName(int codec) => codec switch
    {
        2 or 0x11 => " (ADPCM)",
        6 => " (A-law)",
        7 => " (mu-law)",
        0x55 => " (MP3)",
        _ => "",
    };
}
