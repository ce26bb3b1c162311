namespace Tern.Training.Data.Series;

/// <summary>Sound as series: the wav files of a folder or zip archive, a frame of samples a step, or a sample where features are made of them later.</summary>
static class WavFiles
{
    /// <summary>Reads every wav file; other files are left out.</summary>
    /// <exception cref="TernException">A file is malformed, of another sample rate, or has no class; or there is none.</exception>
    public static DataParts Read(string path, DataConfig config)
    {
        var names = new WavNames(config.Series.FileName);
        List<SeriesExample> train = [], test = [];
        (string Name, int Rate)? first = null;
        var known = new Dictionary<string, string>(StringComparer.Ordinal); // equal names are one string
        foreach (WavSource source in WavSource.Of(path))
        {
            if (source.Folder == Backgrounds.Folder)
                continue;
            (string label, string group, bool isTest) = names.Read(source);
            using Stream stream = source.Open();
            (int rate, float[] samples) = WavFile.Read(stream, source.Name);
            if (config.Series.SampleRate > 0)
                samples = Resampler.Resample(samples, rate, config.Series.SampleRate);
            else if ((first ??= (source.Name, rate)).Rate != rate)
                throw new TernException($"{source.Name} has {rate} samples a second, but {first.Value.Name} {first.Value.Rate}; set data.series.sample_rate to resample them.");
            (isTest ? test : train).Add(new(Steps(samples, config), config.Series.Frame, Known(label)) { Group = Known(group), Origin = new(source.Name), SampleRate = config.Series.SampleRate > 0 ? config.Series.SampleRate : rate });
        }
        if (train.Count == 0)
            throw new TernException(test.Count == 0
                ? $"{path} holds no .wav file; expected a folder or zip of them."
                : $"{path}: all {test.Count} files are of the test part by data.series.file_name; expected some to train on.");
        return new(train, Test: test.Count > 0 ? test : null);

        string Known(string name) => known.TryGetValue(name, out string? same) ? same : known[name] = name;
    }

    /// <summary>Samples as [steps, samples of a step]; the last step is filled up with 0.</summary>
    static float[] Steps(float[] samples, DataConfig config)
    {
        if (config.Series.Features != SoundFeatures.Raw)
            return samples; // data.max_length is of frames
        int frame = config.Series.Frame;
        long steps = ((long)samples.Length + frame - 1) / frame;
        if (config.MaxLength > 0)
            steps = Math.Min(steps, config.MaxLength);
        if (steps * frame == samples.Length)
            return samples;
        float[] values = new float[steps * frame];
        samples.AsSpan(0, (int)Math.Min(samples.Length, values.Length)).CopyTo(values);
        return values;
    }
}
