using Tern.Model;
using Tern.Training.Native;
using Tern.Training.Weights;
using static TorchSharp.torch;

namespace Tern.Training.Compression;

/// <summary>What a run does to its weights beside training them, stage by stage.</summary>
/// <param name="config">Resolved.</param>
/// <param name="weights">The weights by name.</param>
/// <param name="epochs">Epochs of the run.</param>
/// <param name="stepsPerEpoch">Optimizer steps of an epoch.</param>
sealed class Compressor(CompressionConfig config, IReadOnlyList<(string Name, Weight Weight)> weights, int epochs, int stepsPerEpoch) : IDisposable
{
    /// <summary>Prefix of the supports in a checkpoint.</summary>
    public const string Support = "support.";

    readonly Dictionary<string, Tensor> supports = new(StringComparer.Ordinal);   // 1 where a weight stays, else 0

    /// <summary>Whether an epoch is the last of its stage.</summary>
    public bool EndsStage(int epoch) => epoch == config.LastEpoch(config.StageOf(epoch, epochs), epochs);

    /// <summary>Whether an epoch is in the last stage, whose best model is the run's.</summary>
    public bool IsInLastStage(int epoch) => config.StageOf(epoch, epochs) == config.Stages.Length - 1;

    /// <summary>Whether two epochs are of one stage.</summary>
    public bool IsSameStage(int epoch, int other) => config.StageOf(epoch, epochs) == config.StageOf(other, epochs);

    /// <summary>The name of an epoch's stage.</summary>
    public string StageName(int epoch) => CompressionConfig.Name(config.Stages[config.StageOf(epoch, epochs)]);

    /// <summary>Makes the weights ready for an epoch; what is ready stays as it is.</summary>
    public void Begin(int epoch)
    {
        CompressionStage stage = config.Stages[config.StageOf(epoch, epochs)];
        if (stage is CompressionStage.FineTune or CompressionStage.Quantize)
            Prune();
        SetQuantizers(stage == CompressionStage.Quantize);
    }

    /// <summary>After a step of the optimizer.</summary>
    /// <param name="epoch">The step's epoch.</param>
    /// <param name="steps">Steps of the run so far, this one included.</param>
    public void AfterStep(int epoch, long steps)
    {
        int stage = config.StageOf(epoch, epochs);
        long first = (long)stepsPerEpoch * config.LastEpoch(stage - 1, epochs), end = (long)stepsPerEpoch * config.LastEpoch(stage, epochs);
        long step = steps - first - 1;      // from 0
        using var scope = NewDisposeScope();
        using var none = no_grad();
        switch (config.Stages[stage])
        {
            case CompressionStage.IterativeHardThresholding when step % config.Every == 0:
                Threshold(config.Keep);
                break;
            case CompressionStage.Gradual:
                long whole = Math.Max(1, (end - first) * 2 / 3);
                if (step == whole || (step < whole && step % config.Every == 0))
                    Threshold(role => config.Keep(role) is var keep && keep < 1 ? new PruningSchedule(keep, 0, whole).At(step) : 1);
                break;
        }
        ApplySupports();
    }

    /// <summary>Everything at once, for a model that is not trained, or not in stages: what is to go goes, and the rest is rounded.</summary>
    public void Finish()
    {
        Prune();
        SetQuantizers(config.Quantizes);
    }

    /// <summary>The supports, for a checkpoint.</summary>
    public IEnumerable<KeyValuePair<string, TensorData>> State() => supports.Select(support => KeyValuePair.Create(Support + support.Key, support.Value.ToData()));

    /// <summary>Goes on where another compressor was.</summary>
    /// <exception cref="TernException">A support has another shape than its weight.</exception>
    public void Restore(IReadOnlyDictionary<string, TensorData> state)
    {
        foreach ((string name, Weight weight) in weights)
            if (state.TryGetValue(name, out TensorData? data))
            {
                Tensor support = ones_like(weight.Trained, requires_grad: false).DetachFromDisposeScope();
                support.CopyFrom(data);
                Keep(name, support);
            }
    }

    /// <summary>Size of the matrices as the authors of FastGRNN count it.</summary>
    public long AuthorsBytes() => weights.Sum(w => AuthorsSize.Of(
        w.Weight.Trained.numel(),
        supports.TryGetValue(w.Name, out Tensor? support) ? Share(support) : 1,
        w.Weight.Quantizer is { Bits: var bits } ? Math.Max(1, bits / 8) : sizeof(float)).Bytes);

    /// <summary>Share of weights that are not 0, of all that may be pruned; 1 before any was.</summary>
    public double Kept()
    {
        long all = 0;
        double kept = 0;
        foreach ((string name, Weight weight) in weights.Where(w => config.Keep(w.Weight.Role) < 1))
        {
            long count = weight.Trained.numel();
            all += count;
            kept += count * (supports.TryGetValue(name, out Tensor? support) ? Share(support) : 1);
        }
        return all == 0 ? 1 : kept / all;
    }

    public void Dispose()
    {
        foreach (Tensor support in supports.Values)
            support.Dispose();
    }

    /// <summary>Prunes to the final shares, unless that was done in a stage before.</summary>
    void Prune()
    {
        if (!config.PrunesWeights || supports.Count > 0)
            return;
        using var scope = NewDisposeScope();
        using var none = no_grad();
        Threshold(config.Keep);
        ApplySupports();
    }

    void ApplySupports()
    {
        foreach ((string name, Weight weight) in weights)
            if (supports.TryGetValue(name, out Tensor? support))
                weight.Trained.mul_(support);
    }

    void Threshold(Func<WeightRole, double> keep)
    {
        foreach ((string name, Weight weight) in weights)
            if (keep(weight.Role) is var share && share < 1)
                Keep(name, HardThreshold.Mask(weight.Trained, share).DetachFromDisposeScope());
    }

    void Keep(string name, Tensor support)
    {
        if (supports.Remove(name, out Tensor? before))
            before.Dispose();
        supports.Add(name, support);
    }

    void SetQuantizers(bool quantized)
    {
        foreach ((_, Weight weight) in weights)
            weight.Quantizer = quantized ? new(config.Bits, config.Scales) : null;
    }

    static double Share(Tensor support)
    {
        using Tensor mean = support.mean();
        return mean.item<float>();
    }
}
