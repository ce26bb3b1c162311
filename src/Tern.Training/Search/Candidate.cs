using System.Collections.Immutable;
using System.Globalization;
using Tern.Model;
using Tern.Training.Compression;
using Tern.Training.Models;
using Tern.Training.Optimizers;

namespace Tern.Training.Search;

/// <summary>A small network that a search may train: its cell and size, what is compressed, and how fast it learns.</summary>
public sealed record Candidate
{
    /// <summary>Its number in the search space: seed and number give the candidate.</summary>
    public required int Number { get; init; }

    /// <summary>A cell of the catalogue.</summary>
    public required string Cell { get; init; }

    /// <summary>The cell's options.</summary>
    public ImmutableSortedDictionary<string, string> CellOptions { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Units of a layer.</summary>
    public required int Hidden { get; init; }

    /// <summary>Layers.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Steps that a layer sees.</summary>
    public int Window { get; init; } = 1;

    /// <summary>Rank of W; 0 for a full matrix.</summary>
    public int RankW { get; init; }

    /// <summary>Rank of U; 0 for a full matrix, or for none.</summary>
    public int RankU { get; init; }

    /// <summary>Share of the weights of W and U that stays.</summary>
    public double Keep { get; init; } = 1;

    /// <summary>Bits of a weight: 8, 16, or 2 for ternary weights.</summary>
    public int Bits { get; init; } = 8;

    /// <summary>How a sequence becomes one row.</summary>
    public PoolingKind Pooling { get; init; } = PoolingKind.Last;

    /// <summary>Of the optimizer, at first.</summary>
    public double LearningRate { get; init; } = new OptimizerConfig().LearningRate;

    /// <summary>A configuration with this network in place of its own.</summary>
    public TrainConfig Apply(TrainConfig config) => config with
    {
        Model = config.Model with
        {
            Cell = Cell,
            CellOptions = CellOptions,
            Hidden = Hidden,
            Layers = Layers,
            Window = Window,
            Projection = RankW,
            RecurrentRank = RankU,
            Pooling = Pooling,
        },
        Compression = new CompressionConfig { KeepW = Keep, KeepU = Keep, Bits = Bits },
        Optimizer = config.Optimizer with { LearningRate = LearningRate },
    };

    /// <summary>For example "fastgrnn 24 (ranks 4, 8; 30 % kept; 8 bits; quantSigm, quantTanh; max)".</summary>
    public override string ToString()
    {
        List<string> parts = [];
        if (RankW + RankU > 0) parts.Add($"ranks {(RankW == 0 ? "full" : RankW)}, {(RankU == 0 ? "full" : RankU)}");
        if (Keep < 1) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{100 * Keep:0} % kept"));
        parts.Add(Bits == 2 ? "ternary" : $"{Bits} bits");
        if (CellOptions.Count > 0) parts.Add(string.Join(", ", CellOptions.Values));
        if (Window > 1) parts.Add($"window {Window}");
        parts.Add($"{Pooling}".ToLowerInvariant());
        return $"{Cell} {(Layers > 1 ? $"{Layers} x " : "")}{Hidden} ({string.Join("; ", parts)})";
    }
}
