namespace Tern.Training.Data;

/// <summary>
/// How training clips of sound are changed, anew in each epoch, by the run's seed; validation and test are as they are.
/// In this order: shift, gain, noise.
/// </summary>
public sealed record AugmentConfig
{
    /// <summary>The longest shift in time, either way, in milliseconds; what it leaves empty is 0.</summary>
    public double ShiftMs { get; init; }

    /// <summary>The largest gain, up or down, in decibels.</summary>
    public double GainDb { get; init; }

    /// <summary>Share of the clips that noise is mixed into, 0 to 1.</summary>
    public double Noise { get; init; }

    /// <summary>The loudest noise, as the root mean square of its samples; drawn evenly from 0 to this.</summary>
    public double NoiseLevel { get; init; } = 0.02;

    /// <summary>
    /// A file, folder or zip of wav files of noise; where empty, the folder <c>_background_noise_</c> of the training data,
    /// or else white and pink noise.
    /// </summary>
    public string NoiseFrom { get; init; } = "";

    /// <summary>Whether anything is changed.</summary>
    internal bool Any => ShiftMs > 0 || GainDb > 0 || Noise > 0;

    internal void Check()
    {
        const string Key = "data.series.augment.";
        TrainConfig.Check(ShiftMs is >= 0 and <= 60_000, Key + "shift_ms", ShiftMs, "0 (none) to 60000, for example 100");
        TrainConfig.Check(GainDb is >= 0 and <= 60, Key + "gain_db", GainDb, "0 (none) to 60, for example 6");
        TrainConfig.Check(Noise is >= 0 and <= 1, Key + "noise", Noise, "0 (none) to 1 (every clip), for example 0.8");
        TrainConfig.Check(NoiseLevel is > 0 and <= 1, Key + "noise_level", NoiseLevel, "above 0 to 1, for example 0.02");
        TrainConfig.Check(NoiseFrom.Length == 0 || Noise > 0, Key + "noise", Noise, "above 0 where data.series.augment.noise_from is set");
    }
}
