using System.Globalization;
using System.Numerics;
using System.Text.Json.Serialization;

namespace Tern.Features;

/// <summary>How sound becomes frames of log-mel energies (<see cref="Features.LogMel"/>); saved in the model file.</summary>
public sealed record LogMelOptions
{
    const int MinFft = 32, MaxFft = 65536, MaxFilters = 512, MaxDeltas = 2;

    /// <summary>Samples a second.</summary>
    public required int SampleRate { get; init; }

    /// <summary>Samples of a frame.</summary>
    public required int Frame { get; init; }

    /// <summary>Samples from the start of a frame to that of the next; at most <see cref="Frame"/>.</summary>
    public required int Hop { get; init; }

    /// <summary>What a frame is multiplied by.</summary>
    [JsonRequired]
    public SpectralWindow Window { get; init; }

    /// <summary>Points of the Fourier transform, a power of 2 that is at least <see cref="Frame"/>; the rest is filled up with 0.</summary>
    public required int FftSize { get; init; }

    /// <summary>Filters of the bank.</summary>
    [JsonRequired]
    public int Filters { get; init; } = 32;

    /// <summary>Where the first filter begins, in Hz.</summary>
    [JsonRequired]
    public double LowFrequency { get; init; } = 20;

    /// <summary>Where the last filter ends, in Hz; at most half of the sample rate.</summary>
    public required double HighFrequency { get; init; }

    /// <summary>Scale and shape of the filters.</summary>
    [JsonRequired]
    public MelScale Scale { get; init; }

    /// <summary>Share of the sample before that is taken off each sample; 0 for none.</summary>
    [JsonRequired]
    public double PreEmphasis { get; init; } = 0.97;

    /// <summary>The least energy that a logarithm is taken of, of samples in -1 to 1.</summary>
    [JsonRequired]
    public double Floor { get; init; } = 1e-10;

    /// <summary>Whether the log of the frame's energy (the sum of its samples' squares) follows the filters.</summary>
    [JsonRequired]
    public bool Energy { get; init; }

    /// <summary>1 adds the slopes over 5 frames (deltas), 2 also the slopes of the slopes; 0 neither.</summary>
    [JsonRequired]
    public int Deltas { get; init; }

    /// <summary>Numbers of a frame.</summary>
    [JsonIgnore]
    public int Width => StaticWidth * (1 + Deltas);

    /// <summary>Numbers of a frame without deltas.</summary>
    [JsonIgnore]
    internal int StaticWidth => Filters + (Energy ? 1 : 0);

    /// <summary>Options of frames given in milliseconds, with a transform of the next power of 2, and filters up to half of the sample rate.</summary>
    /// <param name="sampleRate">Samples a second.</param>
    /// <param name="frame">Milliseconds of a frame.</param>
    /// <param name="hop">Milliseconds from a frame to the next.</param>
    public static LogMelOptions Of(int sampleRate, double frame = 25, double hop = 10)
    {
        int samples = Samples(sampleRate, frame);
        return new()
        {
            SampleRate = sampleRate,
            Frame = samples,
            Hop = Samples(sampleRate, hop),
            FftSize = (int)Math.Min(1u << 30, Math.Max(MinFft, BitOperations.RoundUpToPowerOf2((uint)samples))),
            HighFrequency = sampleRate / 2.0,
        };
    }

    /// <summary>
    /// Frames of a clip: the last one that holds a sample which no frame before it holds is filled up with 0, so that no
    /// sample is left out (1 second of 16 kHz in frames of 25 ms each 10 ms: 99).
    /// </summary>
    public long FramesOf(long samples) => samples <= 0 ? 0 : samples <= Frame ? 1 : 1 + (samples - Frame + Hop - 1) / Hop;

    /// <summary>One line that says what a frame is.</summary>
    public string Describe()
    {
        string energy = Energy ? " and the log energy" : "";
        string deltas = Deltas switch { 0 => "", 1 => ", with deltas", _ => ", with deltas and delta-deltas" };
        return string.Create(CultureInfo.InvariantCulture,
            $"{Filters} log-mel filters ({Scale.ToString().ToLowerInvariant()}, {LowFrequency:0.#} to {HighFrequency:0.#} Hz){energy}{deltas}: {Width} numbers a frame of {1000.0 * Frame / SampleRate:0.##} ms each {1000.0 * Hop / SampleRate:0.##} ms, of sound of {SampleRate} samples a second");
    }

    /// <summary>What does not fit, as "filters is 0; expected ..."; null where all does.</summary>
    internal string? Problem()
    {
        if (SampleRate is < 1000 or > 768_000)
            return $"sample rate is {SampleRate}; expected 1000 to 768000";
        if (!BitOperations.IsPow2(FftSize) || FftSize is < MinFft or > MaxFft)
            return $"FFT size is {FftSize}; expected a power of 2, {MinFft} to {MaxFft}";
        if (Frame < 2 || Frame > FftSize)
            return $"frame is {Frame} samples; expected 2 to {FftSize}, the FFT size";
        if (Hop < 1 || Hop > Frame)
            return $"hop is {Hop} samples; expected 1 to {Frame}, the frame";
        if (!Enum.IsDefined(Window) || !Enum.IsDefined(Scale))
            return $"window is {Window} and scale {Scale}; expected hann or hamming, htk or slaney";
        if (Filters is < 1 or > MaxFilters)
            return $"number of filters is {Filters}; expected 1 to {MaxFilters}";
        if (!(HighFrequency > 0 && HighFrequency <= SampleRate / 2.0))
            return FormattableString.Invariant($"high frequency is {HighFrequency} Hz; expected above 0 and at most {SampleRate / 2.0}, half of the sample rate");
        if (!(LowFrequency >= 0 && LowFrequency < HighFrequency))
            return FormattableString.Invariant($"low frequency is {LowFrequency} Hz; expected 0 to below {HighFrequency}, the high frequency");
        if (!(PreEmphasis is >= 0 and <= 1))
            return FormattableString.Invariant($"pre-emphasis is {PreEmphasis}; expected 0 (none) to 1, for example 0.97");
        if (!(Floor is >= 1e-30 and <= 1e30))
            return FormattableString.Invariant($"log floor is {Floor}; expected 1e-30 to 1e30, for example 1e-10");
        if (Deltas is < 0 or > MaxDeltas)
            return $"number of deltas is {Deltas}; expected 0 (none), 1 or {MaxDeltas}";
        return MelFilters.Of(this).Gap is { } empty
            ? FormattableString.Invariant($"number of filters is {Filters}, and filter {empty + 1} lies between two points of the spectrum, {(double)SampleRate / FftSize:0.##} Hz apart; expected fewer filters or a larger FFT size")
            : null;
    }

    static int Samples(int sampleRate, double milliseconds) => (int)Math.Clamp(Math.Round(sampleRate * milliseconds / 1000), 0, 1 << 30);
}
