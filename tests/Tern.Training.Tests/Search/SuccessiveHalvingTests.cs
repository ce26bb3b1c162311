using Tern.Training.Search;
using static Tern.Training.Search.SuccessiveHalving;

namespace Tern.Training.Tests.Search;

public class SuccessiveHalvingTests
{
    readonly SuccessiveHalving halving = UpTo(54, least: 3);

    [Theory]
    [InlineData(54, 3, new[] { 6, 18, 54 })]
    [InlineData(60, 3, new[] { 6, 20, 60 })]
    [InlineData(9, 3, new[] { 3, 9 })]
    [InlineData(8, 3, new[] { 8 })]
    [InlineData(1, 1, new[] { 1 })]
    public void Rungs_are_thirds_and_none_is_below_the_least(int epochs, int least, int[] rungs) => Assert.Equal(rungs, UpTo(epochs, least).Rungs);

    [Fact]
    public void Begins_with_new_candidates_until_a_third_can_go_up()
    {
        Assert.Equal((null, 0), halving.Next([], Always));
        Assert.Equal((null, 0), halving.Next([new(0, 0, 0.5), new(1, 0, 0.7)], Always));
        Assert.Equal((1, 1), halving.Next([new(0, 0, 0.5), new(1, 0, 0.7), new(2, 0, 0.6)], Always));
    }

    [Fact]
    public void The_highest_rung_comes_first()
    {
        Trial[] trials = [new(0, 0, 0.5), new(1, 0, 0.7), new(2, 0, 0.6), new(3, 0, 0.8), new(4, 0, 0.1), new(5, 0, 0.2), new(6, 1, 0.9), new(7, 1, 0.8), new(8, 1, 0.85)];
        Assert.Equal((6, 2), halving.Next(trials, Always));
        Assert.Equal((3, 1), halving.Next([.. trials, new(6, 2, null)], Always));
        Assert.Equal((1, 1), halving.Next([.. trials, new(6, 2, null), new(3, 1, null)], Always));
        Assert.Equal((null, 0), halving.Next([.. trials, new(6, 2, null), new(3, 1, null), new(1, 1, null)], Always));
    }

    [Fact]
    public void A_trial_under_way_or_failed_counts_for_nothing()
    {
        Assert.Equal((null, 0), halving.Next([new(0, 0, 0.5), new(1, 0, null), new(2, 0, null)], Always));
    }

    [Fact]
    public void What_time_is_left_goes_to_the_best()
    {
        Trial[] trials = [new(0, 0, 0.5), new(1, 0, 0.7)];
        Assert.Equal((1, 1), halving.Next(trials, (candidate, rung) => candidate is not null && rung == 1));
        Assert.Null(halving.Next(trials, (_, _) => false));
        Assert.Equal((1, 2), halving.Next([.. trials, new(1, 1, 0.8)], (candidate, rung) => candidate is not null && rung == 2));
    }

    static bool Always(int? candidate, int rung) => true;
}
