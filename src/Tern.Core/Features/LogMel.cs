using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tern.Features;

/// <summary>
/// Frames of log-mel energies of sound that comes in pieces: <c>log(max(floor, sum of weight x |X|^2 / FFT size))</c> of each
/// filter, X the transform of the windowed frame after pre-emphasis, y(n) = x(n) - a x(n-1). How the sound is cut into pieces
/// changes nothing, and nothing is allocated after construction. Not for several threads at once.
/// </summary>
public sealed class LogMel
{
    [ThreadStatic]
    static LogMel? latest;

    readonly RealFft fft;
    readonly MelFilters filters;
    readonly Deltas rows;
    readonly float[] window; // [frame, rounded up to 4]; 0 beyond the frame
    readonly float[] sound; // the sample before the frame, then the frame's; 0 beyond
    readonly float[] windowed; // [FFT size]
    readonly float[] power; // [FFT size / 2 + 1], and room to read over the end
    readonly float[] energies; // [filters + energy, rounded up to 4]
    readonly float preEmphasis, scale, floor;
    int filled; // samples of the frame that are there
    long samples; // of the clip so far

    /// <summary>Prepares tables and buffers.</summary>
    /// <exception cref="TernException">An option is out of range.</exception>
    public LogMel(LogMelOptions options)
    {
        if (options.Problem() is { } problem)
            throw new TernException($"Log-mel features whose {problem}.");
        Options = options;
        fft = new(options.FftSize);
        filters = MelFilters.Of(options);
        rows = new(options.StaticWidth, options.Deltas);
        int padded = options.Frame + 3 & ~3; // at most the FFT size, which is a multiple of 4
        (window, sound) = (new float[padded], new float[padded + 4]);
        for (int n = 0; n < options.Frame; n++)
            window[n] = (float)WindowAt(options.Window, (double)n / options.Frame);
        (windowed, power) = (new float[options.FftSize], new float[options.FftSize / 2 + 8]);
        energies = new float[options.StaticWidth + 3 & ~3];
        (preEmphasis, scale, floor) = ((float)options.PreEmphasis, 1f / options.FftSize, (float)options.Floor);
    }

    /// <summary>What a frame is.</summary>
    public LogMelOptions Options { get; }

    /// <summary>Numbers of a frame: filters, energy, then the slopes of all of these.</summary>
    public int Width => Options.Width;

    /// <summary>Frames that <see cref="Finish"/> will give now.</summary>
    public int Left => (int)(Options.FramesOf(samples) - Ready(samples));

    /// <summary>Frames that <see cref="Push"/> gives for so many samples more; those that need later ones (deltas) come later.</summary>
    public int FramesOfNext(int count) => checked((int)(Ready(samples + count) - Ready(samples)));

    /// <summary>Takes the next samples of the clip; returns how many frames are written.</summary>
    /// <param name="next">Any number of samples, -1 to 1.</param>
    /// <param name="frames">[frames, <see cref="Width"/>], room for <see cref="FramesOfNext"/>.</param>
    /// <exception cref="TernException">There is too little room; nothing was taken then.</exception>
    public int Push(ReadOnlySpan<float> next, Span<float> frames)
    {
        int count = FramesOfNext(next.Length);
        CheckRoom(count, frames);
        samples += next.Length;
        while (!next.IsEmpty)
        {
            int taken = Math.Min(next.Length, Options.Frame - filled);
            next[..taken].CopyTo(sound.AsSpan(1 + filled));
            next = next[taken..];
            filled += taken;
            if (filled < Options.Frame)
                break;
            rows.Push(Statics(), ref frames);
            sound.AsSpan(Options.Hop, Options.Frame + 1 - Options.Hop).CopyTo(sound);
            filled = Options.Frame - Options.Hop;
        }
        return count;
    }

    /// <summary>Ends the clip: writes the frames that are left, the last filled up with 0, and is ready for another clip.</summary>
    /// <param name="frames">[frames, <see cref="Width"/>], room for <see cref="Left"/>.</param>
    /// <returns>How many frames are written.</returns>
    /// <exception cref="TernException">There is too little room; the clip goes on then.</exception>
    public int Finish(Span<float> frames)
    {
        int count = Left;
        CheckRoom(count, frames);
        if (Options.FramesOf(samples) > Whole(samples))
        {
            sound.AsSpan(1 + filled, Options.Frame - filled).Clear();
            rows.Push(Statics(), ref frames);
        }
        rows.Finish(ref frames);
        Reset();
        return count;
    }

    /// <summary>Forgets the clip.</summary>
    public void Reset()
    {
        rows.Reset();
        Array.Clear(sound);
        (filled, samples) = (0, 0);
    }

    /// <summary>The frames of a whole clip, [frames, width]; none of an empty one.</summary>
    public static float[] Frames(LogMelOptions options, ReadOnlySpan<float> clip)
    {
        LogMel mel = latest is { } kept && kept.Options == options ? kept : latest = new(options);
        mel.Reset();
        long numbers = options.FramesOf(clip.Length) * mel.Width;
        if (numbers > Array.MaxLength)
            throw new TernException($"A clip of {clip.Length} samples gives {numbers} log-mel numbers; expected at most {Array.MaxLength}, cut it or choose a longer hop.");
        float[] frames = new float[numbers];
        int written = mel.Push(clip, frames);
        mel.Finish(frames.AsSpan(written * mel.Width));
        return frames;
    }

    /// <summary>Frames whose samples are all there.</summary>
    long Whole(long count) => count < Options.Frame ? 0 : 1 + (count - Options.Frame) / Options.Hop;

    /// <summary>Frames that are whole, and whose slopes' later frames are there.</summary>
    long Ready(long count) => Math.Max(0, Whole(count) - Deltas.Reach * Options.Deltas);

    void CheckRoom(int count, Span<float> frames)
    {
        if (frames.Length < (long)count * Width)
            throw new TernException($"There is room for {frames.Length} numbers; expected {(long)count * Width}: {count} frames of {Width}.");
    }

    /// <summary>Log energies of the frame in <see cref="sound"/>.</summary>
    ReadOnlySpan<float> Statics()
    {
        Vector128<float> a = Vector128.Create(preEmphasis);
        for (int n = 0; n < window.Length; n += Vector128<float>.Count)
            ((Vector128.Create(sound.AsSpan(n + 1)) - a * Vector128.Create(sound.AsSpan(n))) * Vector128.Create(window.AsSpan(n))).CopyTo(windowed.AsSpan(n));
        fft.Power(windowed, scale, power);
        filters.Apply(power, energies);
        if (Options.Energy)
            energies[Options.Filters] = Energy(sound.AsSpan(1, Options.Frame));
        Span<Vector128<float>> all = MemoryMarshal.Cast<float, Vector128<float>>(energies.AsSpan());
        for (int i = 0; i < all.Length; i++)
            all[i] = Vector128.Log(Vector128.Max(all[i], Vector128.Create(floor)));
        return energies.AsSpan(0, Options.StaticWidth);
    }

    static float Energy(ReadOnlySpan<float> frame)
    {
        float sum = 0;
        foreach (float sample in frame)
            sum += sample * sample;
        return sum;
    }

    /// <summary>The window at a place of the frame, 0 to 1.</summary>
    internal static double WindowAt(SpectralWindow window, double place) =>
        window == SpectralWindow.Hann ? 0.5 - 0.5 * Math.Cos(2 * Math.PI * place) : 0.54 - 0.46 * Math.Cos(2 * Math.PI * place);
}
