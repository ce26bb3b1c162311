using System.Diagnostics;
using Tern.Training.Data;

namespace Tern.Training;

/// <summary>What a run would be: sizes, steps, memory, and the time of one batch, without training or writing anything.</summary>
public sealed record DryRun
{
    /// <summary>Number of trained values.</summary>
    public required long Parameters { get; init; }

    /// <summary>Classes.</summary>
    public required int Classes { get; init; }

    /// <summary>Token ids of the vocabulary; 0 for series.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Numbers of a step; 0 for texts.</summary>
    public required int Channels { get; init; }

    /// <summary>Training examples.</summary>
    public required int TrainExamples { get; init; }

    /// <summary>Validation examples.</summary>
    public required int ValidationExamples { get; init; }

    /// <summary>Test examples.</summary>
    public required int TestExamples { get; init; }

    /// <summary>Steps of the longest training example.</summary>
    public required int LongestExample { get; init; }

    /// <summary>Optimizer steps of an epoch.</summary>
    public required int StepsPerEpoch { get; init; }

    /// <summary>Optimizer steps of the whole run.</summary>
    public required long Steps { get; init; }

    /// <summary>Bytes of weights, their gradients and the optimizer's moments.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>Growth of the process's peak memory by the batch of the longest examples, forward and backward.</summary>
    public required long BatchBytes { get; init; }

    /// <summary>Loss of that batch before any training.</summary>
    public required double Loss { get; init; }

    /// <summary>Seconds of forward and backward of the batch of median length, once warm.</summary>
    public required double SecondsPerBatch { get; init; }

    /// <summary>Expected seconds of an epoch's training steps.</summary>
    public required double SecondsPerEpoch { get; init; }

    /// <summary>Builds everything, and runs the largest batch and a median one forward and backward.</summary>
    /// <exception cref="TernException">The configuration does not fit.</exception>
    public static DryRun Of(TrainConfig config, Dataset data)
    {
        config = config.Resolve();
        using var run = new TrainingRun(config, data);
        List<int[]> byLength = Batches.ByLength(run.Train, config.Batch);
        long before = Peak();
        double loss = run.ForwardBackward(byLength[^1]);
        long batchBytes = Math.Max(0, Peak() - before);
        int[] median = byLength[byLength.Count / 2];
        run.ForwardBackward(median);
        const int Repeats = 3;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Repeats; i++)
            run.ForwardBackward(median);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds / Repeats;
        long parameters = run.Model.ParameterCount;
        return new()
        {
            Parameters = parameters,
            Classes = run.Task.Labels.Count,
            Vocabulary = run.Task.Input.Vocabulary,
            Channels = run.Task.Input.Channels,
            TrainExamples = run.Train.Length,
            ValidationExamples = run.Validation.Length,
            TestExamples = data.Test.Count,
            LongestExample = run.Train.Max(e => e.Length),
            StepsPerEpoch = run.StepsPerEpoch,
            Steps = (long)run.StepsPerEpoch * config.Epochs,
            WeightBytes = 4 * parameters * sizeof(float), // values, gradients, two moments
            BatchBytes = batchBytes,
            Loss = loss,
            SecondsPerBatch = seconds,
            SecondsPerEpoch = seconds * run.BatchesPerEpoch,
        };
    }

    static long Peak()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
