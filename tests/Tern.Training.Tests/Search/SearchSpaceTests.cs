using Tern.Training.Search;

namespace Tern.Training.Tests.Search;

public class SearchSpaceTests
{
    [Fact]
    public void A_number_gives_the_same_candidate_again_and_seeds_differ()
    {
        SearchSpace space = new(SearchSpace.Cells, 9, seed: 1), again = new(SearchSpace.Cells, 9, seed: 1), other = new(SearchSpace.Cells, 9, seed: 2);
        string[] Of(SearchSpace from) => [.. Enumerable.Range(0, 20).Select(i => $"{from.At(i)} {from.At(i).LearningRate}")];
        Assert.Equal(Of(space), Of(again));
        Assert.NotEqual(Of(space), Of(other));
        Assert.True(Of(space).Distinct().Count() > 15);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(40)]
    public void Every_candidate_is_a_configuration(int channels)
    {
        SearchSpace space = new(SearchSpace.Cells, channels, seed: 1);
        Candidate[] drawn = [.. Enumerable.Range(0, 400).Select(space.At), .. space.Smallest()];
        foreach (Candidate candidate in drawn)
        {
            TrainConfig config = candidate.Apply(new TrainConfig { Epochs = 9 }).Resolve();
            Assert.Equal(candidate.Hidden, config.Model.Hidden);
            Assert.InRange(candidate.RankW, 0, Math.Max(0, Math.Min(channels, candidate.Hidden) - 1));
        }
        Assert.Equal(SearchSpace.Cells.Order(), drawn.Select(candidate => candidate.Cell).Distinct().Order());
        Assert.Equal(drawn.Length, drawn.Select(candidate => candidate.Number).Distinct().Count());
    }

    [Fact]
    public void Says_what_it_is()
    {
        Candidate candidate = new() { Number = 0, Cell = "fastgrnn", Hidden = 24, RankU = 8, Keep = 0.3, Pooling = Model.PoolingKind.Max };
        Assert.Equal("fastgrnn 24 (ranks full, 8; 30 % kept; 8 bits; max)", candidate.ToString());
    }
}
