using Tern.Training.Compression;

namespace Tern.Training.Tests.Compression;

public sealed class PruningScheduleTests
{
    [Fact]
    public void The_share_falls_as_a_cube_between_its_steps()
    {
        PruningSchedule schedule = new(keep: 0.2, begin: 100, end: 300);
        Assert.Equal(1, schedule.At(0));
        Assert.Equal(1, schedule.At(100));
        Assert.Equal(0.2 + 0.8 * 0.125, schedule.At(200), 1e-12);      // half-way a cube of a half is left
        Assert.Equal(0.2, schedule.At(300));
        Assert.Equal(0.2, schedule.At(long.MaxValue));
        for (long step = 0; step < 400; step++) Assert.True(schedule.At(step + 1) <= schedule.At(step));
    }

    [Fact]
    public void It_may_begin_below_all()
    {
        PruningSchedule schedule = new(keep: 0.1, begin: 0, end: 10, keepAtFirst: 0.5);
        Assert.Equal(0.5, schedule.At(0));
        Assert.Equal(0.1, schedule.At(10));
    }

    [Theory]
    [InlineData(0, 0, 10, 1, "keep is 0")]
    [InlineData(1.2, 0, 10, 1, "keep is 1.2")]
    [InlineData(double.NaN, 0, 10, 1, "keep is NaN")]
    [InlineData(0.5, 0, 10, 0.4, "keepAtFirst 0.4")]
    [InlineData(0.5, 0, 10, 2, "keepAtFirst is 2")]
    [InlineData(0.5, -1, 10, 1, "from step -1")]
    [InlineData(0.5, 10, 10, 1, "to 10")]
    public void What_does_not_fall_is_refused(double keep, long begin, long end, double first, string expected) =>
        Assert.Contains(expected, Assert.Throws<TernException>(() => new PruningSchedule(keep, begin, end, first)).Message);
}
