using System.Globalization;
using System.Text;
using Tern.Model;

namespace Tern.Training;

/// <summary>
/// The files of a run: config.json, metrics.csv, log.txt, TensorBoard events, best.safetensors and best.md, last.checkpoint. A file is written under a temporary name and
/// renamed, so that a kill at any moment leaves the old one or the new one; log.txt grows by whole lines. One process at a
/// time: the lock is the operating system's and goes with the process, however it ends.
/// </summary>
public sealed class RunFolder : IDisposable
{
    readonly Lock gate = new();
    FileStream? mine;

    RunFolder(string path) => Path = path;

    /// <summary>Makes the folder where it is not there; files of an earlier run are replaced.</summary>
    /// <exception cref="TernException">The folder cannot be written, or another process trains into it.</exception>
    public static RunFolder Create(string path)
    {
        var folder = new RunFolder(path);
        folder.Guarded(() =>
        {
            Directory.CreateDirectory(path);
            folder.Claim();
            // first of all, so that a kill in between leaves no checkpoint of one run beside the configuration of another
            File.Delete(folder.CheckpointPath);
            foreach (string events in Directory.GetFiles(path, Reports.TensorBoardFile.Pattern))
                File.Delete(events);
            File.WriteAllText(folder.LogPath, "");
            File.Delete(folder.MetricsPath);
            File.Delete(folder.ModelPath);
            File.Delete(folder.CardPath);
        });
        return folder;
    }

    /// <summary>The folder of a run that has begun.</summary>
    /// <exception cref="TernException">It holds no run, or another process trains into it.</exception>
    public static RunFolder Open(string path)
    {
        var folder = new RunFolder(path);
        if (!File.Exists(folder.ConfigPath))
            throw new TernException(Directory.Exists(path)
                ? $"{path} holds no config.json and so no run; give the folder that `tern train` has named."
                : $"There is no run folder {path}; give the folder that `tern train` has named.");
        folder.Guarded(folder.Claim);
        return folder;
    }

    /// <summary>Lets other processes have the folder.</summary>
    public void Dispose() => mine?.Dispose();

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The best epoch's model.</summary>
    public string ModelPath => System.IO.Path.Combine(Path, "best.safetensors");

    /// <summary>What the model is and how well it does, for people.</summary>
    public string CardPath => System.IO.Path.Combine(Path, "best.md");

    /// <summary>Where the run goes on.</summary>
    public string CheckpointPath => System.IO.Path.Combine(Path, "last.checkpoint");

    /// <summary>The complete configuration.</summary>
    public string ConfigPath => System.IO.Path.Combine(Path, "config.json");

    /// <summary>One line an epoch.</summary>
    public string MetricsPath => System.IO.Path.Combine(Path, "metrics.csv");

    /// <summary>What happened, with times.</summary>
    public string LogPath => System.IO.Path.Combine(Path, "log.txt");

    /// <summary>Writes config.json.</summary>
    public void WriteConfig(TrainConfig config) => WriteText(ConfigPath, ConfigJson.Write(config) + "\n");

    /// <summary>Writes metrics.csv.</summary>
    public void WriteMetrics(IEnumerable<EpochRecord> epochs)
    {
        var text = new StringBuilder("epoch,train_loss,validation_loss,validation_accuracy,seconds,recurrent_seconds\n");
        foreach (EpochRecord e in epochs)
            text.Append(CultureInfo.InvariantCulture, $"{e.Epoch},{e.TrainLoss:R},{e.ValidationLoss:R},{e.ValidationAccuracy:R},{e.Seconds:F3},{e.RecurrentSeconds:F3}\n");
        WriteText(MetricsPath, text.ToString());
    }

    /// <summary>Writes best.safetensors; returns its size in bytes.</summary>
    public long WriteModel(ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors)
    {
        ModelFile.Save(ModelPath, spec, tensors);
        return new FileInfo(ModelPath).Length;
    }

    /// <summary>Adds a line to log.txt.</summary>
    public void Log(DateTimeOffset time, string line) => Guarded(() => File.AppendAllText(LogPath, $"{time:yyyy-MM-dd HH:mm:ss} {line}\n"));

    /// <summary>Writes a text file of the run under a temporary name and renames it.</summary>
    public void WriteText(string path, string text) => Guarded(() => WholeFile.Write(path, text));

    void Claim()
    {
        string path = System.IO.Path.Combine(Path, "run.lock");
        try
        {
            mine = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new TernException($"The run folder {Path} is in use by another training; wait for it to end, or give another folder with --out.");
        }
    }

    void Guarded(Action write)
    {
        try
        {
            lock (gate)
                write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new TernException($"The run folder {Path} cannot be written: {e.Message} Give another with --out.");
        }
    }
}
