using Tern.Training.Optimizers.Schedules;

namespace Tern.Training;

/// <summary>
/// Where a run stands between two steps, beside the tensors: what a checkpoint saves, so that the run goes on as if it had
/// never stopped.
/// </summary>
sealed record TrainState
{
    /// <summary>Present epoch, from 1; one above the last where all are done.</summary>
    public int Epoch { get; set; } = 1;

    /// <summary>Optimizer steps done of this epoch.</summary>
    public int Step { get; set; }

    /// <summary>Optimizer steps done of the run.</summary>
    public long Steps { get; set; }

    /// <summary>Sum of the losses of this epoch's examples so far, in nats.</summary>
    public double LossSum { get; set; }

    /// <summary>Examples of this epoch so far.</summary>
    public int Examples { get; set; }

    /// <summary>Wall time of this epoch's steps so far.</summary>
    public double EpochSeconds { get; set; }

    /// <summary>Of that, the encoder's.</summary>
    public double EpochRecurrentSeconds { get; set; }

    /// <summary>Wall time of the run so far, validation included, pauses between sessions not.</summary>
    public double TrainingSeconds { get; set; }

    /// <summary>The epochs that are done.</summary>
    public List<EpochRecord> Epochs { get; init; } = [];

    /// <summary>The epoch whose model is kept; null before the first.</summary>
    public EpochRecord? Best { get; set; }

    /// <summary>The stages of compression that are done.</summary>
    public List<Compression.StageRecord> Stages { get; init; } = [];

    /// <summary>What the schedule has to remember.</summary>
    public ScheduleState Schedule { get; set; } = new();

    /// <summary>libtorch's random source, base64.</summary>
    public string Random { get; set; } = "";

    /// <summary>What the numbers depend on; a run goes on bit for bit where it is the same.</summary>
    public TrainMachine? Machine { get; set; }
}

/// <summary>What the numbers of a run depend on beside its configuration.</summary>
/// <param name="Data">Fingerprint of the data.</param>
/// <param name="Tern">Version of Tern.</param>
/// <param name="Libtorch">Version of libtorch.</param>
/// <param name="SimdBits">Vector width of the kernels.</param>
/// <param name="Gemm">Whose matrix product: own or libtorch.</param>
/// <param name="Threads">Threads.</param>
sealed record TrainMachine(string Data, string Tern, string Libtorch, int SimdBits, string Gemm, int Threads);
