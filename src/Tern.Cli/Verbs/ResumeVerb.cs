using System.CommandLine;
using Tern.Training;

namespace Tern.Cli.Verbs;

/// <summary>`tern resume RUN`: goes on with a run that was interrupted or killed.</summary>
sealed class ResumeVerb : Verb
{
    readonly Argument<string> run = new("run") { HelpName = "RUN", Description = "A run folder: one that holds config.json." };
    readonly Option<int?> epochs = Flags.Whole("--epochs", "Go on to this many epochs instead of the run's own number.");
    readonly Option<double?> maxTime = Flags.Duration("--max-time", "End after this much training in all, pauses not counted.");

    public ResumeVerb() : base("resume", "Goes on with a training run that was interrupted or killed, from its last checkpoint. On the same machine, with the same options, it ends with the same weights, bit for bit, as if it had never stopped.",
        "tern resume runs/reviews", "tern resume runs/reviews --epochs 20")
    {
        Add(run);
        Add(epochs);
        Add(maxTime);
        AddShared();
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        string folder = arguments.Get(run);
        if (arguments.Seed is not null) throw new TernException("A run keeps its seed; leave --seed out, or train anew with it.");
        using var view = new TrainView(output, Path.GetFileName(Path.GetFullPath(folder).TrimEnd('/', '\\')));
        TrainResult result = new Trainer().Resume(folder, Change, view, cancel);
        view.End(result);
        return RunEnd.Show(output, result, folder);

        TrainConfig Change(TrainConfig config) => config with
        {
            Epochs = arguments.Get(epochs) ?? config.Epochs,
            MaxSeconds = arguments.Get(maxTime) ?? config.MaxSeconds,
            Threads = arguments.Threads ?? config.Threads,
        };
    }
}
