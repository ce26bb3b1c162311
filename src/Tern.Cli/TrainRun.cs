using Tern.Training;
using Tern.Training.Data;

namespace Tern.Cli;

/// <summary>A training run into a folder, with what a person sees of it.</summary>
static class TrainRun
{
    /// <summary>The run folder: as given, or an unused one below runs/.</summary>
    /// <exception cref="TernException">It holds a run that is not to be replaced.</exception>
    public static string Folder(string? given, string name, bool overwrite)
    {
        string path = given ?? OutFolder.Unused(Path.Combine("runs", name));
        return overwrite || !File.Exists(Path.Combine(path, "config.json")) ? path
            : throw new TernException($"--out {path} holds a run; go on with it by ./tern resume {path}, choose another folder, or replace it with --overwrite.");
    }

    /// <summary>Reads the data and trains. A folder in which nothing was begun is not left behind.</summary>
    /// <param name="config">Resolved.</param>
    /// <param name="folder">The run folder.</param>
    public static TrainResult Start(TrainConfig config, string folder, Output output, CancellationToken cancel)
    {
        OutFolder.Prepare(folder);
        try
        {
            Dataset data = Dataset.Load(config.Data);
            ModelMemory.Require(config, data);
            using var view = new TrainView(output, config.Name);
            TrainResult result = new Trainer().Train(config, data, folder, view, cancel);
            view.End(result);
            return result;
        }
        catch (TernException)
        {
            OutFolder.RemoveIfEmpty(folder);
            throw;
        }
    }
}
