using System.Diagnostics;
using Tern.Model;
using Tern.Training.Data;
using Tern.Training.Layers;
using Tern.Training.Models;
using Tern.Training.Native;
using Tern.Training.Optimizers;
using Tern.Training.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training;

/// <summary>The train loop.</summary>
/// <param name="clock">Time of log lines and of everything measured; the system's where null.</param>
public sealed class Trainer(TimeProvider? clock = null)
{
    static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(100);
    readonly TimeProvider clock = clock ?? TimeProvider.System;

    /// <summary>
    /// Trains a text classifier and tests the best epoch's model. One run at a time in a process: libtorch's random source
    /// and number of threads belong to the process.
    /// </summary>
    /// <param name="config">What to train; the same configuration gives the same model on the same machine, bit for bit.</param>
    /// <param name="data">The texts.</param>
    /// <param name="runFolder">Where config.json, metrics.csv, log.txt and best.safetensors go; null writes nothing.</param>
    /// <param name="progress">Told about ten times a second.</param>
    /// <param name="cancellation">Ends the run after the present step; what was trained until then is tested and saved.</param>
    /// <exception cref="TernException">The configuration does not fit, the loss is not finite, or the folder cannot be written.</exception>
    public TrainResult Train(
        TrainConfig config, Dataset data, string? runFolder = null, IProgress<TrainProgress>? progress = null, CancellationToken cancellation = default)
    {
        config = config.Resolve();
        RunFolder? folder = runFolder is null ? null : new(runFolder);
        folder?.WriteConfig(config);
        TorchRuntime.Load(new TorchOptions { Threads = config.Threads, Allocator = config.Allocator });
        torch.manual_seed(config.Seed);

        using var scope = NewDisposeScope();
        var task = new TextClassification(config.Data, data);
        EncodedText[] train = task.Encode(data.Train), validation = task.Encode(data.Validation);
        var encoder = new EncoderClock();
        using var model = new TextClassifierModel(config.Model, task.Features.Vocabulary.Count, task.Labels.Count) { Clock = encoder };
        using var optimizer = new Optimizer(
            model.named_parameters().Where(p => !ReferenceEquals(p.parameter, model.Embedding.Weight)), [("embedding.weight", model.Embedding)], config.Optimizer);
        var best = new BestModel(task, config, data.Fingerprint(), folder);
        Log($"{TorchRuntime.Description}");
        Log($"{data.Name}: {train.Length} training, {validation.Length} validation, {data.Test.Count} test texts, {task.Labels.Count} classes, {task.Features.Vocabulary.Count} token ids");
        Log($"{config.Model.Cell}: {model.ParameterCount} parameters");

        var epochs = new List<EpochRecord>();
        long start = clock.GetTimestamp();
        for (int epoch = 1; epoch <= config.Epochs && !cancellation.IsCancellationRequested; epoch++)
        {
            EpochRecord record = TrainEpoch(epoch);
            Evaluation validated = task.Evaluate(model, validation);
            record = record with { ValidationLoss = validated.Loss, ValidationAccuracy = validated.Accuracy };
            epochs.Add(record);
            folder?.WriteMetrics(epochs);
            best.Offer(model, record);
            Log(FormattableString.Invariant($"epoch {epoch}: loss {record.TrainLoss:F4}, validation loss {record.ValidationLoss:F4}, accuracy {record.ValidationAccuracy:F4}, {record.Seconds:F1} s"));
            if (config.Patience > 0 && epoch - best.Epoch >= config.Patience)
                break;
        }
        if (epochs.Count == 0)
            throw new OperationCanceledException("The run was cancelled before its first step.", cancellation);
        double trainingSeconds = clock.GetElapsedTime(start).TotalSeconds;

        best.Restore(model);
        EncodedText[] test = data.Test.Count > 0 ? task.Encode(data.Test) : validation;
        Evaluation tested = task.Evaluate(model, test);
        long bytes = best.Finish(model, tested);
        Log(FormattableString.Invariant($"best epoch {best.Epoch}: test accuracy {tested.Accuracy:F4} on {test.Length} texts; trained for {trainingSeconds:F1} s"));
        return new()
        {
            Config = config,
            Labels = task.Labels,
            TestAccuracy = tested.Accuracy,
            ValidationAccuracy = epochs[best.Epoch - 1].ValidationAccuracy,
            BestEpoch = best.Epoch,
            TrainingSeconds = trainingSeconds,
            SecondsPerEpoch = epochs.Average(e => e.Seconds),
            RecurrentSecondsPerEpoch = epochs.Average(e => e.RecurrentSeconds),
            Parameters = model.ParameterCount,
            Bytes = bytes,
            Confusion = tested.Confusion,
            TrainTexts = train.Length,
            ValidationTexts = validation.Length,
            TestTexts = test.Length,
            Epochs = epochs,
            ModelPath = folder?.ModelPath,
            Interrupted = cancellation.IsCancellationRequested,
        };

        EpochRecord TrainEpoch(int epoch)
        {
            List<int[]> batches = Batches.Shuffled(train, config.Batch, Seeds.Mix(config.Seed, "batches", epoch));
            double lossSum = 0, recurrentBefore = encoder.Seconds;
            int texts = 0;
            long begin = clock.GetTimestamp(), reported = begin;
            model.train();
            for (int step = 1; step <= batches.Count; step++)
            {
                TokenBatch batch = Batches.Gather(train, batches[step - 1]);
                double loss = TrainStep(batch);
                if (!double.IsFinite(loss))
                    throw new TernException(FormattableString.Invariant(
                        $"The loss is {loss} in epoch {epoch}, step {step}; use a smaller optimizer.learning_rate (now {config.Optimizer.LearningRate}) or optimizer.clip_norm=1."));
                lossSum += loss * batch.Size;
                texts += batch.Size;
                if (progress is not null && (step == batches.Count || clock.GetElapsedTime(reported) >= ProgressInterval))
                {
                    reported = clock.GetTimestamp();
                    progress.Report(Progress(epoch, step, batches.Count, texts, lossSum / texts, clock.GetElapsedTime(begin)));
                }
                if (cancellation.IsCancellationRequested)
                    break;
            }
            return new(epoch, lossSum / texts, 0, 0, clock.GetElapsedTime(begin).TotalSeconds, encoder.Seconds - recurrentBefore);
        }

        double TrainStep(TokenBatch batch)
        {
            using var step = NewDisposeScope();
            Tensor loss = TextClassification.Loss(model, batch);
            optimizer.ZeroGrad();
            loss.backward();
            BackwardGuard.ThrowIfFailed();
            double value = loss.item<float>();
            if (double.IsFinite(value))
                optimizer.Step(config.Optimizer.LearningRate);
            return value;
        }

        TrainProgress Progress(int epoch, int step, int steps, int texts, double loss, TimeSpan elapsed)
        {
            double rate = texts / Math.Max(elapsed.TotalSeconds, 1e-9);
            double left = (double)train.Length * (config.Epochs - epoch + 1) - texts;
            return new(epoch, config.Epochs, step, steps, rate, TimeSpan.FromSeconds(left / rate), loss, epochs.Count > 0 ? epochs[^1].ValidationAccuracy : null);
        }

        void Log(string line) => folder?.Log(clock.GetLocalNow(), line);
    }
}
