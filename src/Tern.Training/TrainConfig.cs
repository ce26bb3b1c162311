using System.Text.Json.Serialization;
using Tern.Training.Compression;
using Tern.Training.Data;
using Tern.Training.Models;
using Tern.Training.Native;
using Tern.Training.Optimizers;
using Tern.Training.Weights.Orthogonal;

namespace Tern.Training;

/// <summary>How much an example of a class counts in the loss.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ClassWeights>))]
public enum ClassWeights
{
    /// <summary>All the same.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>Examples / (classes x examples of the class): each class counts the same.</summary>
    [JsonStringEnumMemberName("balanced")]
    Balanced,
}


/// <summary>
/// Everything that decides a run: the same configuration on the same machine gives the same model, bit for bit. Saved
/// complete as config.json in the run folder (<see cref="ConfigJson"/>).
/// </summary>
public sealed record TrainConfig
{
    /// <summary>Name in reports.</summary>
    public string Name { get; init; } = "";

    /// <summary>The data.</summary>
    public DataConfig Data { get; init; } = new();

    /// <summary>The network.</summary>
    public ModelConfig Model { get; init; } = new();

    /// <summary>A model file whose weights the run begins with; it may differ from the model in ranks alone. Empty begins with random weights.</summary>
    public string InitialModel { get; init; } = "";

    /// <summary>What makes the weights few and small.</summary>
    public CompressionConfig Compression { get; init; } = new();

    /// <summary>The optimizer.</summary>
    public OptimizerConfig Optimizer { get; init; } = new();

    /// <summary>Passes over the training examples; 0 is possible with <see cref="InitialModel"/>, which is then compressed without training.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Examples of a batch.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Batches whose gradients are added up for one step of the optimizer.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>Weights of the classes in the loss.</summary>
    public ClassWeights ClassWeights { get; init; } = ClassWeights.None;

    /// <summary>Share of the target that is spread over all classes, 0 to 1 (Szegedy et al. 2016, section 7).</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Seconds of training after which the run ends; 0 for no limit.</summary>
    public double MaxSeconds { get; init; }

    /// <summary>Seconds between two checkpoints inside an epoch; there is one at the end of each epoch anyway. 0 saves every step.</summary>
    public double CheckpointSeconds { get; init; } = 60;

    /// <summary>Epochs without a better validation accuracy after which the run ends; 0 runs all epochs.</summary>
    public int Patience { get; init; }

    /// <summary>Seed of initial weights, dropout and the order of batches.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Threads; 0 takes one a core, and is saved as that number.</summary>
    public int Threads { get; init; }

    /// <summary>The C library's allocator (glibc only).</summary>
    public CAllocator Allocator { get; init; } = CAllocator.Tuned;

    /// <summary>Fills in what depends on the machine and the catalogue of cells, and checks every value.</summary>
    /// <exception cref="TernException">A value is out of range or unknown.</exception>
    public TrainConfig Resolve()
    {
        bool begun = InitialModel.Length > 0;
        Check(Epochs >= (begun ? 0 : 1) && Epochs <= 1_000_000, "epochs", Epochs, begun ? "0 to 1000000" : "1 to 1000000");
        Check(Batch is >= 1 and <= 65536, "batch", Batch, "1 to 65536");
        Check(Patience >= 0, "patience", Patience, "0 (all epochs) or more");
        Check(Accumulate is >= 1 and <= 65536, "accumulate", Accumulate, "1 to 65536");
        Check(LabelSmoothing is >= 0 and < 1, "label_smoothing", LabelSmoothing, "0 to below 1, for example 0.1");
        Check(MaxSeconds is >= 0 and <= 1e9, "max_seconds", MaxSeconds, "0 (no limit) to 1e9");
        Check(CheckpointSeconds is >= 0 and <= 1e9, "checkpoint_seconds", CheckpointSeconds, "0 (every step) to 1e9");
        Check(Threads is >= 0 and <= 1024, "threads", Threads, "0 (one a core) to 1024");
        Optimizer.Check();
        Check(!Compression.Any || Models.ModelConfig.HasRecurrentStack(Model.Cell), "compression", "set", $"none with the cell {Model.Cell}, whose weights cannot be compressed");
        bool formed = Model.RecurrentForm != RecurrentForm.Free;
        Check(!formed || !begun, "initial_model", InitialModel, "none where model.recurrent_form is not free: a model file has the matrix and not what it was made of. Set model.recurrent_form to free to train the matrix itself on");
        Check(!formed || Compression.KeepU == 1, "compression.keep_u", Compression.KeepU, "1 where model.recurrent_form is not free: what is trained is not the matrix whose weights would go");
        return this with
        {
            Threads = Threads == 0 ? Environment.ProcessorCount : Threads,
            Data = Data.Resolve(),
            Model = Model.Resolve(),
            Compression = Compression.Resolve(Epochs),
        };
    }

    internal static void Check<T>(bool holds, string key, T value, string expected)
    {
        if (!holds)
            throw new TernException(FormattableString.Invariant($"{key} is {value}; expected {expected}."));
    }
}
