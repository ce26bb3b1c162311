namespace Tern.Training;

/// <summary>What a run has come to. Accuracies are 0 to 1, losses in nats.</summary>
public sealed record TrainResult
{
    /// <summary>The configuration, complete.</summary>
    public required TrainConfig Config { get; init; }

    /// <summary>Names of the classes.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Whether the examples are texts; else they are series.</summary>
    public bool ReadsText { get; init; } = true;

    /// <summary>Test accuracy of the best epoch's model; of the validation texts where there are no test texts.</summary>
    public required double TestAccuracy { get; init; }

    /// <summary>Micro-averaged F1 of the test where an example may have several classes; else null.</summary>
    public double? TestMicroF1 { get; init; }

    /// <summary>Standard error of the test accuracy, sqrt(p (1 - p) / n).</summary>
    public double TestError => Math.Sqrt(TestAccuracy * (1 - TestAccuracy) / Math.Max(1, TestTexts));

    /// <summary>Validation accuracy of the best epoch.</summary>
    public required double ValidationAccuracy { get; init; }

    /// <summary>The epoch whose model was kept, from 1.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>Wall time from the first step to the end of the last epoch, validation included; reading data and the test are not.</summary>
    public required double TrainingSeconds { get; init; }

    /// <summary>Mean wall time of an epoch's training steps, without validation.</summary>
    public required double SecondsPerEpoch { get; init; }

    /// <summary>Of <see cref="SecondsPerEpoch"/> the encoder's forward and backward (<see cref="Models.EncoderClock"/>); 0 without encoder.</summary>
    public required double RecurrentSecondsPerEpoch { get; init; }

    /// <summary>Number of trained values, embedding and head included.</summary>
    public required long Parameters { get; init; }

    /// <summary>Size of the model file; of its numbers alone where none was written.</summary>
    public required long Bytes { get; init; }

    /// <summary>Test texts by class (row) and predicted class (column).</summary>
    public required int[,] Confusion { get; init; }

    /// <summary>Training texts.</summary>
    public required int TrainTexts { get; init; }

    /// <summary>Validation texts.</summary>
    public required int ValidationTexts { get; init; }

    /// <summary>Texts of <see cref="TestAccuracy"/>.</summary>
    public required int TestTexts { get; init; }

    /// <summary>Each epoch.</summary>
    public required IReadOnlyList<EpochRecord> Epochs { get; init; }

    /// <summary>The least training loss of an epoch.</summary>
    public double LeastTrainLoss => Epochs.Min(epoch => epoch.TrainLoss);

    /// <summary>Whether training has come apart: its loss ends at more than twice its least, and 0.5 above. With stages of compression the model that was kept is from there.</summary>
    public bool Diverged => Epochs[^1].TrainLoss > Math.Max(2 * LeastTrainLoss, LeastTrainLoss + 0.5);

    /// <summary>What each stage of compression has left, the run's model last; none without compression.</summary>
    public IReadOnlyList<Compression.StageRecord> Stages { get; init; } = [];

    /// <summary>The model file; null without run folder.</summary>
    public string? ModelPath { get; init; }

    /// <summary>Whether the run was cancelled before its last epoch; the rest holds for what was trained until then.</summary>
    public bool Interrupted { get; init; }
}

/// <summary>An epoch's figures.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="TrainLoss">Mean over the epoch's training texts, with dropout, while the model changed.</param>
/// <param name="ValidationLoss">Mean over the validation texts.</param>
/// <param name="ValidationAccuracy">0 to 1.</param>
/// <param name="Seconds">Wall time of the training steps.</param>
/// <param name="RecurrentSeconds">Of that, the encoder's forward and backward.</param>
public sealed record EpochRecord(
    int Epoch, double TrainLoss, double ValidationLoss, double ValidationAccuracy, double Seconds, double RecurrentSeconds);
