using System.Collections.Immutable;
using Tern.Cells;
using Tern.Model;
using Tern.Training.Data;

namespace Tern.Training.Search;

/// <summary>
/// The networks that a budget search tries, drawn at random: a cell, its size, low rank, sparsity, bits, pooling and
/// learning rate. Nonlinearities in three pieces are drawn as a pair, since a gate in pieces beside a tanh saves no table.
/// </summary>
/// <param name="cells">Names of <see cref="Cells"/>.</param>
/// <param name="channels">Numbers of a step.</param>
/// <param name="seed">Of the drawing.</param>
public sealed class SearchSpace(IReadOnlyList<string> cells, int channels, long seed)
{
    static readonly int[] Sizes = [6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128];
    static readonly int[] Ranks = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32];
    static readonly double[] Shares = [1, 1, 0.5, 0.3, 0.2];
    static readonly double[] LearningRates = [0.003, 0.006, 0.012, 0.024];
    static readonly PoolingKind[] Poolings = [PoolingKind.Last, PoolingKind.Max, PoolingKind.Mean];

    /// <summary>Shares of the drawing: of full matrices, of ternary weights, of two layers, of windows of two steps where a cell is made for them.</summary>
    const double Full = 0.3, Ternary = 0.12, TwoLayers = 0.15, TwoSteps = 0.5;

    /// <summary>What each cell may be: its options, one of which is drawn.</summary>
    static readonly Dictionary<string, string[]> OptionsOf = new(StringComparer.Ordinal)
    {
        ["fastgrnn"] = ["gate=sigmoid,update=tanh", "gate=quantSigm,update=quantTanh", "gate=quantSigm4,update=quantTanh"],
        ["fastrnn"] = ["g=tanh", "g=quantTanh"],
        ["gru"] = [""],
        ["mingru"] = ["g=identity"],
        ["sru"] = ["g=tanh", "g=identity"],
        ["qrnn"] = ["pooling=fo", "pooling=f"],
        ["lstm"] = [""],
    };

    /// <summary>The cells that a search knows to try: those of the integer form that are worth their bytes.</summary>
    public static IReadOnlyList<string> Cells { get; } = [.. OptionsOf.Keys];

    /// <summary>The candidate of a number, from 0.</summary>
    public Candidate At(int number)
    {
        Random random = new(Seeds.Mix(seed, "candidate", number));
        string cell = Of(cells);
        ImmutableSortedDictionary<string, string> options = Parse(Of(OptionsOf[cell]));
        bool recurrent = CellCatalogue.Spec(CellCatalogue.Resolve(cell, options)).Recurrent.Length > 0;
        int hidden = Of(Sizes);
        bool ternary = random.NextDouble() < Ternary;
        int rankW = Rank(Math.Min(channels, hidden) - 1), rankU = Rank(hidden / 2), layers = random.NextDouble() < TwoLayers ? 2 : 1, window = random.NextDouble() < TwoSteps ? 2 : 1;
        double keep = Of(Shares);
        return new()
        {
            Number = number,
            Cell = cell,
            CellOptions = options,
            Hidden = hidden,
            Layers = layers,
            Window = cell == "qrnn" ? window : 1,
            RankW = rankW,
            RankU = recurrent ? rankU : 0,
            Keep = ternary ? 1 : keep,
            Bits = ternary ? 2 : 8,
            Pooling = Of(Poolings),
            LearningRate = Of(LearningRates),
        };

        T Of<T>(IReadOnlyList<T> values) => values[random.Next(values.Count)];

        int Rank(int most)
        {
            bool full = random.NextDouble() < Full;
            int rank = Of(Ranks);
            return full || rank > most ? 0 : rank;
        }
    }

    /// <summary>The smallest network of each cell, for what a budget must have at the least. Their numbers are below 0.</summary>
    public IEnumerable<Candidate> Smallest()
    {
        int number = 0;
        foreach (string cell in cells)
            foreach (string options in OptionsOf[cell])
                yield return new() { Number = --number, Cell = cell, CellOptions = Parse(options), Hidden = Sizes[0], Keep = Shares[^1] };
    }

    static ImmutableSortedDictionary<string, string> Parse(string options) =>
        options.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(option => option.Split('=')).ToImmutableSortedDictionary(pair => pair[0], pair => pair[1]);
}
