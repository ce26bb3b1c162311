using Tern.Features;

namespace Tern.Training.Data;

/// <summary>How sound becomes log-mel frames. The defaults are usual for spoken commands: 99 frames of 32 for a second.</summary>
public sealed record MelConfig
{
    /// <summary>Milliseconds of a frame.</summary>
    public double FrameMs { get; init; } = 25;

    /// <summary>Milliseconds from a frame to the next.</summary>
    public double HopMs { get; init; } = 10;

    /// <summary>What a frame is multiplied by.</summary>
    public SpectralWindow Window { get; init; } = SpectralWindow.Hann;

    /// <summary>Points of the Fourier transform; 0 takes the least power of 2 that holds a frame.</summary>
    public int Fft { get; init; }

    /// <summary>Filters of the bank.</summary>
    public int Filters { get; init; } = 32;

    /// <summary>Where the first filter begins, in Hz.</summary>
    public double Low { get; init; } = 20;

    /// <summary>Where the last filter ends, in Hz; 0 for half of the sample rate.</summary>
    public double High { get; init; }

    /// <summary>Scale and shape of the filters.</summary>
    public MelScale Scale { get; init; } = MelScale.Htk;

    /// <summary>Share of the sample before that is taken off each sample; 0 for none.</summary>
    public double PreEmphasis { get; init; } = 0.97;

    /// <summary>The least energy that a logarithm is taken of.</summary>
    public double Floor { get; init; } = 1e-10;

    /// <summary>Whether the log energy of the frame follows the filters.</summary>
    public bool Energy { get; init; }

    /// <summary>1 adds slopes over 5 frames (deltas), 2 also slopes of the slopes; 0 neither.</summary>
    public int Deltas { get; init; }

    /// <summary>The options for sound of a sample rate.</summary>
    /// <exception cref="TernException">They do not fit each other or the rate.</exception>
    public LogMelOptions Options(int sampleRate)
    {
        LogMelOptions options = LogMelOptions.Of(sampleRate, FrameMs, HopMs);
        options = options with
        {
            Window = Window,
            FftSize = Fft == 0 ? options.FftSize : Fft,
            Filters = Filters,
            LowFrequency = Low,
            HighFrequency = High == 0 ? options.HighFrequency : High,
            Scale = Scale,
            PreEmphasis = PreEmphasis,
            Floor = Floor,
            Energy = Energy,
            Deltas = Deltas,
        };
        return options.Problem() is { } problem
            ? throw new TernException($"data.series.mel does not fit sound of {sampleRate} samples a second: its {problem}.")
            : options;
    }

    /// <summary>Checks what needs no sample rate.</summary>
    internal void Check()
    {
        const string Key = "data.series.mel.";
        TrainConfig.Check(FrameMs is > 0 and <= 10_000, Key + "frame_ms", FrameMs, "above 0 to 10000, for example 25");
        TrainConfig.Check(HopMs > 0 && HopMs <= FrameMs, Key + "hop_ms", HopMs, FormattableString.Invariant($"above 0 to {FrameMs}, the frame"));
        TrainConfig.Check(Fft is 0 or (>= 32 and <= 65536) && int.IsPow2(Math.Max(1, Fft)), Key + "fft", Fft, "0 (the next power of 2), or a power of 2, 32 to 65536");
        TrainConfig.Check(Filters is >= 1 and <= 512, Key + "filters", Filters, "1 to 512");
        TrainConfig.Check(Low >= 0, Key + "low", Low, "0 or more");
        TrainConfig.Check(High == 0 || High > Low, Key + "high", High, FormattableString.Invariant($"0 (half of the sample rate) or above {Low}, data.series.mel.low"));
        TrainConfig.Check(PreEmphasis is >= 0 and <= 1, Key + "pre_emphasis", PreEmphasis, "0 (none) to 1, for example 0.97");
        TrainConfig.Check(Floor is >= 1e-30 and <= 1e30, Key + "floor", Floor, "1e-30 to 1e30, for example 1e-10");
        TrainConfig.Check(Deltas is >= 0 and <= 2, Key + "deltas", Deltas, "0 (none), 1 or 2");
    }
}
