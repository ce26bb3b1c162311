using Tern.Training.Reports;

namespace Tern.Training.Sweeps;

/// <summary>A run of a study.</summary>
/// <param name="Folder">Its run folder, below the study's.</param>
/// <param name="Config">Its configuration, resolved.</param>
/// <param name="Tuned">The value of the tuned keys; empty without.</param>
public sealed record SweepRun(string Folder, TrainConfig Config, string Tuned)
{
    string ConfigPath => Path.Combine(Folder, "config.json");

    /// <summary>Makes the run folder with the configuration, from which <see cref="Trainer.Resume"/> begins. One that is there stays as it is.</summary>
    /// <exception cref="TernException">The folder cannot be written.</exception>
    public void Begin()
    {
        if (File.Exists(ConfigPath))
            return;
        using RunFolder made = RunFolder.Create(Folder);
        made.WriteConfig(Config);
    }

    /// <summary>A run folder that is there must be of this configuration.</summary>
    /// <exception cref="TernException">It is of another one.</exception>
    public void Check()
    {
        if (!File.Exists(ConfigPath))
            return;
        // read and resolved, so that a key that the version of then did not have has its default
        Dictionary<string, string> there = RunFiles.Flat("", ConfigJson.Element(ConfigJson.ReadFile(ConfigPath).Resolve())).ToDictionary();
        foreach ((string key, string value) in RunFiles.Flat("", ConfigJson.Element(Config)))
            if (there.GetValueOrDefault(key) is var old && old != value)
                throw new TernException($"{Folder} is of another study: {key} is {old ?? "not set"} there and {value} here; choose another --out, or remove the folder.");
    }

    /// <summary>What the run has come to; null while it is not done.</summary>
    public RunSummary? Done()
    {
        if (!File.Exists(Path.Combine(Folder, "best.safetensors")))
            return null;
        RunSummary summary = RunSummary.Read(Folder);
        return summary.TestAccuracy is null || summary.Epochs.Count == 0 ? null : summary;
    }
}
