using System.Collections.Immutable;
using Tern.Features;
using Tern.Model;
using Tern.Training;
using Tern.Training.Data;
using Tern.Training.Models;
using Tern.Training.Optimizers;

namespace Tern.Cli.Quickstart;

/// <summary>What the quickstart trains: each model at settings that suit it (docs/results.md says how they were found).</summary>
static class QuickstartModels
{
    /// <summary>Characters: on words a mean of embeddings does as well as any recurrence, on characters it fails.</summary>
    static readonly DataConfig Data = new() { Train = ReferenceDocumentation.Name, Unit = TokenUnit.Characters, LowerCase = true, MaxLength = 160, TestShare = 0.2 };

    public static TrainConfig Sru(long seed, int threads) => new()
    {
        Name = "SRU",
        Data = Data,
        Model = new ModelConfig { Cell = "sru", CellOptions = ImmutableSortedDictionary<string, string>.Empty.Add("g", "identity"), Hidden = 128, Layers = 2, HighwayBias = -1, Embedding = 128, EmbeddingDeviation = 0.3, Pooling = PoolingKind.Max },
        Optimizer = new OptimizerConfig { LearningRate = 2e-3 },
        Batch = 16,
        Epochs = 5,
        Seed = seed,
        Threads = threads,
    };

    /// <summary>The LSTM of equal width and depth, as in the SRU paper's comparisons: 2.5 times the parameters.</summary>
    public static TrainConfig Lstm(long seed, int threads) => Sru(seed, threads) with
    {
        Name = "LSTM (libtorch)",
        Model = new ModelConfig { Cell = ModelConfig.LstmLibtorch, Hidden = 128, Layers = 2, Embedding = 128, EmbeddingDeviation = 0.3, Pooling = PoolingKind.Max },
        Optimizer = new OptimizerConfig { LearningRate = 3e-3 },
        Batch = 32,
        Epochs = 4,
    };

    /// <summary>The LSTM with as many parameters as the SRU: each does the same multiply-adds then.</summary>
    public static TrainConfig SmallLstm(long seed, int threads)
    {
        TrainConfig lstm = Lstm(seed, threads);
        return lstm with { Name = "LSTM, equal parameters", Model = lstm.Model with { Hidden = 72 }, Batch = 16, Epochs = 5 };
    }

    public static TrainConfig MeanOfEmbeddings(long seed, int threads) => Sru(seed, threads) with
    {
        Name = "mean of embeddings",
        Model = new ModelConfig { Cell = ModelConfig.Mean, Embedding = 128, EmbeddingDeviation = 0.3 },
        Optimizer = new OptimizerConfig { LearningRate = 3e-3 },
        Batch = 32,
        Epochs = 4,
    };
}
