using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Tern.Training.Weights;

namespace Tern.Training.Compression;

/// <summary>
/// How a run makes its recurrent layers and head small: which share of weights stays, in how many bits, and by which
/// stages. Low rank is the model's affair (model.projection, model.recurrent_rank).
/// </summary>
public sealed record CompressionConfig
{
    /// <summary>Share of the weights of W, or of each of its factors, that stays: s_w of the FastGRNN paper. 1 keeps all.</summary>
    public double KeepW { get; init; } = 1;

    /// <summary>Share of the weights of U, or of each of its factors, that stays: s_u. 1 keeps all.</summary>
    public double KeepU { get; init; } = 1;

    /// <summary>Steps between two projections, or two prunings; the authors take 15.</summary>
    public int Every { get; init; } = 15;

    /// <summary>Bits of a weight of the recurrent layers and the head: 32 for floats, 16 or 8 for integers, 2 for ternary weights.</summary>
    public int Bits { get; init; } = 32;

    /// <summary>How many weights share a scale: matrix, block (a gate) or row.</summary>
    public ScaleSharing Scales { get; init; } = ScaleSharing.Matrix;

    /// <summary>
    /// The stages, each an equal share of the epochs: dense, iht, gradual, fine-tune, quantize. Empty takes the authors'
    /// three where weights go (dense, iht, fine-tune), with quantize in place of the last one where bits are few.
    /// </summary>
    public ImmutableArray<CompressionStage> Stages { get; init; } = [];

    /// <summary>Whether there is anything to do.</summary>
    [JsonIgnore]
    public bool Any => !Stages.IsEmpty || PrunesWeights || Quantizes;

    internal bool PrunesWeights => KeepW != 1 || KeepU != 1;

    internal bool Quantizes => Bits != 32;

    /// <summary>The share of a weight's values that stays.</summary>
    internal double Keep(WeightRole role) => role switch { WeightRole.Input => KeepW, WeightRole.Recurrent => KeepU, _ => 1 };

    /// <summary>The stage of an epoch, from 0.</summary>
    /// <param name="epoch">From 1.</param>
    /// <param name="epochs">Epochs of the run.</param>
    internal int StageOf(int epoch, int epochs)
    {
        int stage = 0;
        while (epoch > LastEpoch(stage, epochs))
            stage++;
        return stage;
    }

    /// <summary>The last epoch of a stage; 0 of the one before the first.</summary>
    internal int LastEpoch(int stage, int epochs) => (int)((long)epochs * (stage + 1) / Stages.Length);

    /// <summary>Checks all values and fills in the stages.</summary>
    /// <param name="epochs">Epochs of the run.</param>
    /// <exception cref="TernException">A value is out of its range, or the stages do not fit the others.</exception>
    internal CompressionConfig Resolve(int epochs)
    {
        HardThreshold.CheckShare(KeepW, "compression.keep_w");
        HardThreshold.CheckShare(KeepU, "compression.keep_u");
        TrainConfig.Check(Every is >= 1 and <= 1_000_000, "compression.every", Every, "1 to 1000000 steps");
        TrainConfig.Check(Bits is 2 or 8 or 16 or 32, "compression.bits", Bits, "32 (floats), 16, 8 or 2 (ternary)");
        TrainConfig.Check(Enum.IsDefined(Scales), "compression.scales", Scales, "matrix, block or row");
        TrainConfig.Check(Bits != WeightQuantizer.TernaryBits || !PrunesWeights, "compression.bits", Bits, "8, 16 or 32 where compression.keep_w or keep_u is below 1: ternary weights have zeros of their own");
        if (!Any)
            return this;
        CompressionConfig resolved = this with { Stages = Stages.IsEmpty ? Usual() : Stages };
        bool prunes = resolved.Stages.Any(stage => stage is CompressionStage.IterativeHardThresholding or CompressionStage.Gradual);
        TrainConfig.Check(!prunes || PrunesWeights, "compression.stages", Names(resolved), "neither iht nor gradual where compression.keep_w and keep_u are 1");
        TrainConfig.Check(Quantizes || !resolved.Stages.Contains(CompressionStage.Quantize), "compression.stages", Names(resolved), "no quantize where compression.bits is 32");
        TrainConfig.Check(epochs == 0 || epochs >= resolved.Stages.Length, "epochs", epochs, $"at least {resolved.Stages.Length}, one for each of compression.stages");
        return resolved;
    }

    ImmutableArray<CompressionStage> Usual()
    {
        CompressionStage last = Quantizes ? CompressionStage.Quantize : CompressionStage.FineTune;
        return PrunesWeights ? [CompressionStage.Dense, CompressionStage.IterativeHardThresholding, last] : [CompressionStage.Dense, last];
    }

    static string Names(CompressionConfig config) => string.Join(",", config.Stages.Select(Name));

    /// <summary>A stage as configurations name it.</summary>
    internal static string Name(CompressionStage stage) => stage switch
    {
        CompressionStage.IterativeHardThresholding => "iht",
        CompressionStage.FineTune => "fine-tune",
        _ => stage.ToString().ToLowerInvariant(),
    };
}
