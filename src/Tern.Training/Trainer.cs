using System.Diagnostics;
using Tern.Model;
using Tern.Training.Data;
using Tern.Training.Native;
using Tern.Training.Reports;
using Tern.Training.Tasks;
using static TorchSharp.torch;

namespace Tern.Training;

/// <summary>The train loop.</summary>
/// <param name="clock">Time of log lines and of everything measured; the system's where null.</param>
public sealed class Trainer(TimeProvider? clock = null)
{
    static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(100);
    readonly TimeProvider clock = clock ?? TimeProvider.System;

    /// <summary>
    /// Trains a classifier and tests the best epoch's model. One run at a time in a process: libtorch's random source and
    /// number of threads belong to the process.
    /// </summary>
    /// <param name="config">What to train; the same configuration gives the same model on the same machine, bit for bit.</param>
    /// <param name="data">The examples.</param>
    /// <param name="runFolder">Where the files of <see cref="RunFolder"/> go; null writes nothing.</param>
    /// <param name="progress">Told about ten times a second.</param>
    /// <param name="cancellation">
    /// Ends the run after the present step. With a run folder it is saved to be resumed and <see cref="OperationCanceledException"/>
    /// is thrown; without one, what was trained until then is tested and returned.
    /// </param>
    /// <exception cref="TernException">The configuration does not fit, loss or gradient is not finite, or the folder cannot be written.</exception>
    public TrainResult Train(
        TrainConfig config, Dataset data, string? runFolder = null, IProgress<TrainProgress>? progress = null, CancellationToken cancellation = default)
    {
        config = config.Resolve();
        using var run = new TrainingRun(config, data);     // first: what does not fit leaves no folder
        using RunFolder? folder = runFolder is null ? null : RunFolder.Create(runFolder);
        folder?.WriteConfig(config);
        Log(folder, TorchRuntime.Description);
        Log(folder, $"{data.Name}: {run.Train.Length} training, {run.Validation.Length} validation, {data.Test.Count} test examples of {run.Task.Labels.Count} classes; {run.BatchesPerEpoch} batches an epoch");
        Log(folder, $"{config.Model.Cell}: {run.Model.ParameterCount} parameters{(run.VectorsFound is { } found ? $"; {found} of {run.Task.Text!.Vocabulary.Count} tokens have a pretrained vector" : "")}");
        return Train(run, folder, progress, cancellation);
    }

    /// <summary>
    /// Goes on with a run that was interrupted or killed, from its last checkpoint or else from the start. On the same
    /// machine it ends with the same weights, bit for bit, as a run that was never stopped. A run that is done is tested again.
    /// </summary>
    /// <param name="runFolder">The run's folder.</param>
    /// <param name="change">Changes of the configuration, such as more epochs; a changed run is another run.</param>
    /// <param name="progress">Told about ten times a second.</param>
    /// <param name="cancellation">As in <see cref="Train(TrainConfig, Dataset, string?, IProgress{TrainProgress}?, CancellationToken)"/>.</param>
    /// <exception cref="TernException">The folder holds no run, its checkpoint is damaged, or the data has changed.</exception>
    public TrainResult Resume(
        string runFolder, Func<TrainConfig, TrainConfig>? change = null, IProgress<TrainProgress>? progress = null, CancellationToken cancellation = default)
    {
        using RunFolder folder = RunFolder.Open(runFolder);
        TrainConfig config = ConfigJson.ReadFile(folder.ConfigPath);
        config = (change is null ? config : change(config)).Resolve();
        Checkpoint? checkpoint = Checkpoint.Load(folder.CheckpointPath);
        using var run = new TrainingRun(config, Dataset.Load(config.Data));
        string? difference = checkpoint is null ? null : run.Restore(checkpoint);
        folder.WriteConfig(config);
        Log(folder, $"resumed in epoch {run.State.Epoch}, after {run.State.Steps} steps{(checkpoint is null ? " (no checkpoint yet)" : "")}{(difference is null ? "" : $"; {difference}")}");
        return Train(run, folder, progress, cancellation);
    }

    TrainResult Train(TrainingRun run, RunFolder? folder, IProgress<TrainProgress>? progress, CancellationToken cancellation)
    {
        TrainConfig config = run.Config;
        TrainState state = run.State;
        using TensorBoardFile? events = folder is null ? null : new(folder.Path, clock.GetUtcNow(), state.Steps > 0 ? state.Steps + 1 : 0);
        long saved = clock.GetTimestamp();
        bool over = false;

        run.EvaluateInitial();
        while (state.Epoch <= config.Epochs && !run.PatienceIsOver && !over)
        {
            List<int[][]> batches = run.Batches(state.Epoch);
            double secondsBefore = state.EpochSeconds, recurrentBefore = state.EpochRecurrentSeconds, encoderBefore = run.EncoderSeconds, trainedBefore = state.TrainingSeconds;
            long begin = clock.GetTimestamp(), reported = begin;
            while (state.Step < batches.Count && !over)
            {
                run.Step(batches[state.Step]);
                double seconds = clock.GetElapsedTime(begin).TotalSeconds;
                state.EpochSeconds = secondsBefore + seconds;
                state.EpochRecurrentSeconds = recurrentBefore + run.EncoderSeconds - encoderBefore;
                state.TrainingSeconds = trainedBefore + seconds;
                if (state.Step == batches.Count || clock.GetElapsedTime(reported) >= ProgressInterval)
                {
                    reported = clock.GetTimestamp();
                    progress?.Report(Progress(batches.Count));
                }
                over = cancellation.IsCancellationRequested || (config.MaxSeconds > 0 && state.TrainingSeconds >= config.MaxSeconds);
                if (over || clock.GetElapsedTime(saved).TotalSeconds >= config.CheckpointSeconds)
                    SaveCheckpoint();
            }
            if (folder is not null && cancellation.IsCancellationRequested)
                throw Interrupted();
            EndEpoch();
        }
        if (state.Best is null)
            throw new OperationCanceledException("The run was cancelled before its first step.", cancellation);
        return Test();

        void EndEpoch()
        {
            long begin = clock.GetTimestamp();
            int stages = state.Stages.Count;
            bool isBest = run.EndEpoch();
            EpochRecord record = state.Epochs[^1];
            state.TrainingSeconds += clock.GetElapsedTime(begin).TotalSeconds;
            folder?.WriteMetrics(state.Epochs);
            if (isBest)
                folder?.WriteModel(run.Describe(new() { ["validation_accuracy"] = record.ValidationAccuracy }), run.Model.Pack());
            DateTimeOffset now = clock.GetUtcNow();
            events?.Scalar("loss/train", state.Steps, record.TrainLoss, now);
            events?.Scalar("loss/validation", state.Steps, record.ValidationLoss, now);
            events?.Scalar("accuracy/validation", state.Steps, record.ValidationAccuracy, now);
            Log(folder, FormattableString.Invariant($"epoch {record.Epoch}: loss {record.TrainLoss:F4}, validation loss {record.ValidationLoss:F4}, accuracy {record.ValidationAccuracy:F4}, {record.Seconds:F1} s, {Environment.WorkingSet / 1e6:F0} MB resident"));
            if (state.Stages.Count > stages && state.Stages[^1] is var stage)
                Log(folder, FormattableString.Invariant($"stage {stage.Name} is over: validation accuracy {stage.ValidationAccuracy:F4}, test accuracy {stage.TestAccuracy:F4}, {100 * stage.Kept:F0} % of the weights kept, {stage.Bytes} bytes"));
            // a run that stopped inside the epoch has its checkpoint from before it, so that it can go on there
            if (!over)
                SaveCheckpoint();
        }

        void SaveCheckpoint()
        {
            if (folder is not null)
                run.Save().Save(folder.CheckpointPath);
            saved = clock.GetTimestamp();
        }

        OperationCanceledException Interrupted()
        {
            Log(folder, $"interrupted in epoch {state.Epoch}, after {state.Steps} steps");
            return new($"Interrupted in epoch {state.Epoch} of {config.Epochs}, after step {state.Step} of {run.StepsPerEpoch}; all of it is saved. Go on with: ./tern resume {folder!.Path}", cancellation);
        }

        TrainProgress Progress(int steps)
        {
            double rate = state.Examples / Math.Max(state.EpochSeconds, 1e-9);
            double left = (double)run.Train.Length * (config.Epochs - state.Epoch + 1) - state.Examples;
            return new(state.Epoch, config.Epochs, state.Step, steps, rate, TimeSpan.FromSeconds(left / rate), state.LossSum / state.Examples, state.Epochs.Count > 0 ? state.Epochs[^1].ValidationAccuracy : null) { Stage = run.StageName(state.Epoch) };
        }

        TrainResult Test()
        {
            run.RestoreBest();
            Evaluation tested = run.Test();
            Dictionary<string, double> metrics = new() { ["validation_accuracy"] = state.Best!.ValidationAccuracy, ["test_accuracy"] = tested.Accuracy, ["test_loss"] = tested.Loss };
            if (tested.MicroF1 is { } f1)
                metrics["test_micro_f1"] = f1;
            ModelTensors model = run.Model.Pack();
            ModelSpec spec = run.Describe(metrics);
            if (folder is not null) spec = spec with { Ranges = SeriesRanges.Measure(spec, model, run.Train) };
            TrainResult result = new()
            {
                Config = config,
                Labels = run.Task.Labels,
                ReadsText = run.Data.IsText,
                TestAccuracy = tested.Accuracy,
                TestMicroF1 = tested.MicroF1,
                ValidationAccuracy = state.Best.ValidationAccuracy,
                BestEpoch = state.Best.Epoch,
                TrainingSeconds = state.TrainingSeconds,
                SecondsPerEpoch = state.Epochs.Average(e => e.Seconds),
                RecurrentSecondsPerEpoch = state.Epochs.Average(e => e.RecurrentSeconds),
                Parameters = run.Model.ParameterCount,
                Bytes = folder?.WriteModel(spec, model) ?? run.Model.ParameterCount * sizeof(float),
                Confusion = tested.Confusion,
                TrainTexts = run.Train.Length,
                ValidationTexts = run.Validation.Length,
                TestTexts = run.TestExamples.Length,
                Epochs = [.. state.Epochs],
                Stages = config.Compression.Any ? [.. state.Stages, run.Stage(state.Best, tested)] : [],
                ModelPath = folder?.ModelPath,
                Interrupted = cancellation.IsCancellationRequested,
            };
            folder?.WriteText(folder.CardPath, ModelCard.Of(spec, result, model));
            if (result.Diverged)
                Log(folder, FormattableString.Invariant($"diverged: the training loss ends at {result.Epochs[^1].TrainLoss:F3} and was {result.LeastTrainLoss:F3}"));
            Log(folder, FormattableString.Invariant($"best epoch {result.BestEpoch}: test accuracy {tested.Accuracy:F4} on {run.TestExamples.Length} examples; trained for {state.TrainingSeconds:F1} s"));
            return result;
        }
    }

    void Log(RunFolder? folder, string line) => folder?.Log(clock.GetLocalNow(), line);
}
