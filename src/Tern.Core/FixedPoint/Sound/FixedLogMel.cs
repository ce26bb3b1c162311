using System.Numerics;
using Tern.Features;

namespace Tern.FixedPoint;

/// <summary>
/// Log-mel frames of sound in whole numbers, sample by sample: what <see cref="LogMel"/> gives, as words of the format that an
/// integer network reads (docs/fixed-point.md, "Sound"). The oracle of the C code. One stream; nothing is allocated after
/// construction.
/// </summary>
public sealed class FixedLogMel
{
    readonly FixedFft fft;
    readonly FixedDeltas deltas;
    readonly short[] sound;      // the sample before the frame, then the frame's
    readonly int[] statics, row;
    int filled;
    bool any, last;      // any sample in the frame that no frame before had; the last frame is made

    /// <summary>Prepares tables and buffers.</summary>
    /// <param name="options">What a frame is; an FFT size up to 4096.</param>
    /// <param name="fractions">Bits behind the point of each number of a frame, as <see cref="FixedNetwork.InputFractions"/>; at most 16.</param>
    /// <exception cref="TernException">An option is out of range.</exception>
    public FixedLogMel(LogMelOptions options, IReadOnlyList<int> fractions)
    {
        Tables = new(options, fractions);
        fft = new(Tables);
        deltas = new(options.StaticWidth, options.Deltas);
        (sound, statics, row) = (new short[options.Frame + 1], new int[options.StaticWidth], new int[options.Width]);
    }

    /// <summary>Words of a frame.</summary>
    public int Width => row.Length;

    internal FixedMelTables Tables { get; }

    /// <summary>Takes the next sample of the clip.</summary>
    /// <param name="sample">A sample of 16 bits; -32768 to 32767 are -1 to 1.</param>
    /// <param name="words">Gets a frame, [<see cref="Width"/>], where this returns true.</param>
    /// <returns>Whether a frame is complete.</returns>
    public bool Push(short sample, Span<short> words)
    {
        sound[1 + filled++] = sample;
        any = true;
        if (filled < Tables.Options.Frame) return false;
        Analyse();
        int hop = Tables.Options.Hop;
        sound.AsSpan(hop).CopyTo(sound);
        filled -= hop;
        any = false;
        return Take(words);
    }

    /// <summary>Ends the clip: a frame that is left, the last filled up with 0. Call it until it returns false; then another clip can begin.</summary>
    /// <param name="words">Gets a frame where this returns true.</param>
    public bool Finish(Span<short> words)
    {
        if (any && !last)
        {
            sound.AsSpan(1 + filled).Clear();
            Analyse();
            last = true;
            if (Take(words)) return true;
        }
        deltas.Finish();
        if (Take(words)) return true;
        Reset();
        return false;
    }

    /// <summary>Forgets the clip.</summary>
    public void Reset()
    {
        deltas.Reset();
        Array.Clear(sound);
        (filled, any, last) = (0, false, false);
    }

    /// <summary>The frames of a whole clip, [frames, width].</summary>
    /// <param name="clip">Samples, -1 to 1: rounded to 16 bits.</param>
    public short[] Frames(ReadOnlySpan<float> clip)
    {
        short[] words = new short[checked((int)(Tables.Options.FramesOf(clip.Length) * Width))];
        Span<short> left = words;
        Reset();
        foreach (float sample in clip)
            if (Push((short)Integers.Quantize(sample, 15), left)) left = left[Width..];
        while (!left.IsEmpty && Finish(left)) left = left[Width..];
        Reset();
        return words;
    }

    bool Take(Span<short> words)
    {
        if (!deltas.Take(row)) return false;
        for (int i = 0; i < row.Length; i++)
            words[i] = (short)Math.Clamp(Integers.Shift(row[i], FixedMelTables.LogBits - Tables.Fractions[i]), Integers.Low, Integers.High);
        return true;
    }

    /// <summary>The logarithms of the frame in <see cref="sound"/>.</summary>
    void Analyse()
    {
        int bits = Transform();
        int at = 0;
        for (int filter = 0; filter < Tables.Filters.Count; filter++)
        {
            (int first, float[] weights) = Tables.Filters[filter];
            ulong sum = 0;
            for (int i = 0; i < weights.Length; i++) sum += (ulong)Tables.Weights[at++] * Power(first + i);
            statics[filter] = Log(sum, bits, filter);
        }
        if (Tables.Options.Energy)
        {
            ulong energy = 0;
            foreach (short sample in sound.AsSpan(1)) energy += (ulong)(sample * sample);
            statics[^1] = Log(energy, 0, statics.Length - 1);
        }
        deltas.Push(statics);
    }

    int Log(ulong value, int bits, int channel) =>
        value == 0 ? Tables.Floor : Math.Max(Tables.Floor, FixedMelTables.Multiply(Tables.LogTwo(value) - (bits << (FixedMelTables.LogBits + 1)), FixedMelTables.Ln2) + Tables.Offsets[channel]);

    ulong Power(int bin) => (ulong)((long)fft.Re[bin] * fft.Re[bin] + (long)fft.Im[bin] * fft.Im[bin]) >> Tables.PowerShift;

    /// <summary>The spectrum, up to 30 bits; returns by how many bits it is larger than that of samples times 32768.</summary>
    int Transform()
    {
        (int[] re, int[] im, int frame) = (fft.Re, fft.Im, Tables.Options.Frame);
        Array.Clear(re);
        Array.Clear(im);
        int size = 0;
        for (int n = 0; n < frame; n++)
        {
            int y = (sound[n + 1] << FixedMelTables.TableBits) - Tables.PreEmphasis * sound[n];
            int v = FixedMelTables.Multiply(y, Tables.Window[Math.Min(n, frame - n)]);
            size |= v ^ v >> 31;
            (n % 2 == 0 ? re : im)[n / 2] = v;
        }
        int shift = size == 0 ? 0 : Tables.InputBits - Bits(size);
        for (int i = 0; i < Tables.Half; i++) (re[i], im[i]) = (Scale(re[i], shift), Scale(im[i], shift));
        fft.Run();
        size = 0;
        for (int i = 0; i <= Tables.Half; i++) size |= re[i] ^ re[i] >> 31 | im[i] ^ im[i] >> 31;
        int more = size == 0 ? 0 : 30 - Bits(size);
        for (int i = 0; i <= Tables.Half; i++) (re[i], im[i]) = (re[i] << more, im[i] << more);
        return shift + more;
    }

    /// <summary>Bits of a whole number above 0.</summary>
    static int Bits(int value) => 32 - BitOperations.LeadingZeroCount((uint)value);

    static int Scale(int value, int shift) => (int)Integers.Shift(value, -shift);
}
