namespace Tern.Training.Data.Series;

/// <summary>
/// Changes training clips of sound: shift, gain, noise. What becomes of a clip is decided by the seed, the epoch and the
/// clip's number alone, so that a resumed run sees what it would have seen.
/// </summary>
sealed class SoundAugmentation
{
    readonly AugmentConfig config;
    readonly IReadOnlyList<float[]> backgrounds;
    readonly int shift; // samples
    readonly long seed;

    /// <summary>Loads what a configuration names.</summary>
    /// <param name="config">Resolved.</param>
    /// <param name="sampleRate">Samples a second of the clips; 0 where the data is no sound.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <exception cref="TernException">The data is no sound, or noise cannot be read.</exception>
    public SoundAugmentation(DataConfig config, int sampleRate, long seed)
    {
        if (sampleRate == 0)
            throw new TernException("data.series.augment changes sound, and the data is not read from wav files; leave shift_ms, gain_db and noise at 0.");
        this.config = config.Series.Augment;
        this.seed = seed;
        shift = (int)(this.config.ShiftMs * sampleRate / 1000);
        backgrounds = this.config.Noise > 0 ? Backgrounds.Load(config, sampleRate, seed) : [];
    }

    /// <summary>A changed copy of an example.</summary>
    public SeriesExample Apply(SeriesExample example, int epoch, int index) => example with { Values = Apply(example.Values, epoch, index) };

    /// <summary>A changed copy of a clip.</summary>
    /// <param name="clip">The clip's samples.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="index">The clip's number in the training part.</param>
    public float[] Apply(ReadOnlySpan<float> clip, int epoch, int index)
    {
        var random = new Random(Seeds.Mix(Seeds.Mix(seed, "augment", epoch), "clip", index));
        float[] changed = new float[clip.Length];
        int by = Math.Clamp(random.Next(-shift, shift + 1), -clip.Length, clip.Length);
        float gain = (float)Math.Pow(10, (2 * random.NextDouble() - 1) * config.GainDb / 20);
        ReadOnlySpan<float> kept = by >= 0 ? clip[..^by] : clip[-by..];
        Span<float> place = changed.AsSpan(Math.Max(0, by), kept.Length);
        for (int n = 0; n < kept.Length; n++)
            place[n] = gain * kept[n];
        if (backgrounds.Count > 0 && random.NextDouble() < config.Noise)
        {
            float[] noise = backgrounds[random.Next(backgrounds.Count)];
            Add(changed, noise, random.Next(noise.Length), (float)(random.NextDouble() * config.NoiseLevel));
        }
        return changed;
    }

    /// <summary>Adds noise from a place on; after its end it begins again.</summary>
    static void Add(Span<float> clip, float[] noise, int from, float level)
    {
        while (!clip.IsEmpty)
        {
            ReadOnlySpan<float> part = noise.AsSpan(from, Math.Min(clip.Length, noise.Length - from));
            for (int n = 0; n < part.Length; n++)
                clip[n] += level * part[n];
            clip = clip[part.Length..];
            from = 0;
        }
    }
}
