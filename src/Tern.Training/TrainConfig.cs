using Tern.Training.Data;
using Tern.Training.Models;
using Tern.Training.Native;
using Tern.Training.Optimizers;

namespace Tern.Training;

/// <summary>
/// Everything that decides a run: the same configuration on the same machine gives the same model, bit for bit. Saved
/// complete as config.json in the run folder (<see cref="ConfigJson"/>).
/// </summary>
public sealed record TrainConfig
{
    /// <summary>Name in reports.</summary>
    public string Name { get; init; } = "";

    /// <summary>The texts.</summary>
    public DataConfig Data { get; init; } = new();

    /// <summary>The network.</summary>
    public ModelConfig Model { get; init; } = new();

    /// <summary>The optimizer.</summary>
    public OptimizerConfig Optimizer { get; init; } = new();

    /// <summary>Passes over the training texts.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Texts of a training step.</summary>
    public int Batch { get; init; } = 32;

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
        Check(Epochs is >= 1 and <= 1_000_000, "epochs", Epochs, "1 to 1000000");
        Check(Batch is >= 1 and <= 65536, "batch", Batch, "1 to 65536");
        Check(Patience >= 0, "patience", Patience, "0 (all epochs) or more");
        Check(Threads is >= 0 and <= 1024, "threads", Threads, "0 (one a core) to 1024");
        Optimizer.Check();
        return this with
        {
            Threads = Threads == 0 ? Environment.ProcessorCount : Threads,
            Data = Data.Resolve(),
            Model = Model.Resolve(),
        };
    }

    internal static void Check<T>(bool holds, string key, T value, string expected)
    {
        if (!holds)
            throw new TernException(FormattableString.Invariant($"{key} is {value}; expected {expected}."));
    }
}
