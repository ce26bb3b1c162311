namespace Tern.Training.Data.Series;

/// <summary>Noise to mix into clips of sound, each recording scaled to a root mean square of 1.</summary>
static class Backgrounds
{
    /// <summary>Name of the folder of noise in a set of sound, as the Speech Commands have it; it is no class.</summary>
    public const string Folder = "_background_noise_";

    const int Made = 4, MadeSeconds = 8;

    /// <summary>The recordings that a configuration names.</summary>
    /// <param name="config">Resolved.</param>
    /// <param name="sampleRate">Samples a second of the clips; noise of other rates is resampled.</param>
    /// <param name="seed">Seed of noise that is made.</param>
    /// <exception cref="TernException">A file cannot be read, or there is none that is not silent.</exception>
    public static IReadOnlyList<float[]> Load(DataConfig config, int sampleRate, long seed)
    {
        string from = config.Series.Augment.NoiseFrom;
        if (from.Length > 0)
        {
            List<float[]> given = Read(DataFiles.Resolve(from), _ => true, sampleRate);
            return given.Count > 0
                ? given
                : throw new TernException($"data.series.augment.noise_from is {from}, which holds no .wav file that is not silent; expected a file, folder or zip of noise.");
        }
        List<float[]> own = config.Train.Length > 0 && Path.Exists(config.Train) ? Read(config.Train, source => source.Folder == Folder, sampleRate) : [];
        return own.Count > 0 ? own : [.. Enumerable.Range(0, Made).Select(i => Make(sampleRate, i % 2 == 1, Seeds.Mix(seed, "noise", i)))];
    }

    static List<float[]> Read(string path, Func<WavSource, bool> taken, int sampleRate)
    {
        var recordings = new List<float[]>();
        foreach (WavSource source in WavSource.Of(path).Where(taken))
        {
            using Stream stream = source.Open();
            (int rate, float[] samples) = WavFile.Read(stream, source.Name);
            samples = Resampler.Resample(samples, rate, sampleRate);
            if (Scale(samples))
                recordings.Add(samples);
        }
        return recordings;
    }

    /// <summary>
    /// White noise, or pink: of equal power an octave, white noise through a filter of 3 poles (P. Kellet's "economy" filter,
    /// within 0.5 dB above 9 Hz at 44.1 kHz).
    /// </summary>
    static float[] Make(int sampleRate, bool pink, int seed)
    {
        var random = new Random(seed);
        float[] samples = new float[sampleRate * MadeSeconds];
        double b0 = 0, b1 = 0, b2 = 0;
        for (int n = 0; n < samples.Length; n++)
        {
            double white = 2 * random.NextDouble() - 1;
            b0 = 0.99765 * b0 + white * 0.0990460;
            b1 = 0.96300 * b1 + white * 0.2965164;
            b2 = 0.57000 * b2 + white * 1.0526913;
            samples[n] = (float)(pink ? b0 + b1 + b2 + white * 0.1848 : white);
        }
        Scale(samples);
        return samples;
    }

    static bool Scale(float[] samples)
    {
        double sum = 0;
        foreach (float sample in samples)
            sum += (double)sample * sample;
        if (!(sum > 0))
            return false;
        float factor = (float)(1 / Math.Sqrt(sum / samples.Length));
        for (int n = 0; n < samples.Length; n++)
            samples[n] *= factor;
        return true;
    }
}
