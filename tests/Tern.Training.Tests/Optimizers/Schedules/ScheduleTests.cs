using System.Text.Json;
using Tern.Training.Optimizers;
using Tern.Training.Optimizers.Schedules;

namespace Tern.Training.Tests.Optimizers.Schedules;

/// <summary>Each curve against its formula: 7 steps an epoch, 12 epochs.</summary>
public sealed class ScheduleTests
{
    const double Full = 0.02;
    const int Steps = 7, Epochs = 12, Total = Steps * Epochs;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(1000)] // longer than the run
    public void ConstantAfterALinearRise(int warmup) =>
        Follows(new() { WarmupSteps = warmup }, (step, _) => step <= warmup ? Full * step / warmup : Full);

    [Theory]
    [InlineData(1, 0.5, 0, 0)]
    [InlineData(5, 0.1, 0, 0)]
    [InlineData(3, 0.5, 0, 20)]
    [InlineData(2, 0.5, 0.2, 0)]
    [InlineData(100, 0.5, 0, 0)]
    public void StepFallsEverySoManyEpochs(int every, double factor, double minimum, int warmup) =>
        Follows(new() { Kind = ScheduleKind.Step, Every = every, Factor = factor, Minimum = minimum, WarmupSteps = warmup }, (step, epoch) =>
        {
            double share = 1;
            for (int e = every + 1; e <= epoch; e += every)
                share *= factor;
            return Full * Math.Max(minimum, share) * (step < warmup ? step / (double)warmup : 1);
        });

    // after = 1 is torch's ExponentialLR; Zaremba et al. 2014: 1/1.2 after epoch 6
    [Theory]
    [InlineData(1, 0.9, 0, 0)]
    [InlineData(0, 0.9, 0, 0)]
    [InlineData(6, 1 / 1.2, 0, 0)]
    [InlineData(4, 0.5, 0.1, 9)]
    public void ExponentialFallsWithEachEpochAfterTheFirst(int after, double factor, double minimum, int warmup) =>
        Follows(new() { Kind = ScheduleKind.Exponential, After = after, Factor = factor, Minimum = minimum, WarmupSteps = warmup }, (step, epoch) =>
            Full * Math.Max(minimum, epoch > after ? Math.Pow(factor, epoch - after) : 1) * (step < warmup ? step / (double)warmup : 1));

    // torch's CosineAnnealingLR with T_max = all steps; with a warm-up, get_cosine_schedule_with_warmup of transformers
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.1, 0)]
    [InlineData(0, 15)]
    [InlineData(0.25, 30)]
    [InlineData(0.25, 200)]
    public void CosineFallsToItsMinimumAfterTheRise(double minimum, int warmup) =>
        Follows(new() { Kind = ScheduleKind.Cosine, Minimum = minimum, WarmupSteps = warmup }, (step, _) =>
        {
            double low = minimum * Full;
            return step <= warmup ? Full * step / warmup : low + 0.5 * (Full - low) * (1 + Math.Cos((step - 1 - warmup) * Math.PI / (Total - warmup)));
        });

    [Fact]
    public void CosineStartsAtTheFullRateAndStaysAtItsMinimumAfterTheEnd()
    {
        var schedule = new Schedule(new() { LearningRate = Full, Schedule = new() { Kind = ScheduleKind.Cosine, Minimum = 0.1 } }, Steps, Epochs);
        Assert.Equal(Full, schedule.LearningRate(1, 1));
        Assert.Equal(0.55 * Full, schedule.LearningRate(Total / 2 + 1, 7), 1e-15);
        Assert.InRange(schedule.LearningRate(Total, Epochs), 0.1 * Full, 0.101 * Full);
        Assert.Equal(0.1 * Full, schedule.LearningRate(Total + 1, Epochs + 1), 1e-15);
        Assert.Equal(0.1 * Full, schedule.LearningRate(long.MaxValue, int.MaxValue), 1e-15);
    }

    [Theory]
    [InlineData(512, 4000)]
    [InlineData(64, 20)]
    [InlineData(1, 1)]
    public void NoamIsThePapersFormula(int width, int warmup) =>
        Follows(new() { Kind = ScheduleKind.Noam, Width = width, WarmupSteps = warmup }, (step, _) =>
            Full / Math.Sqrt(width) * Math.Min(1 / Math.Sqrt(step), step / (warmup * Math.Sqrt(warmup))));

    static void Follows(ScheduleConfig config, Func<int, int, double> formula)
    {
        var schedule = new Schedule(new() { LearningRate = Full, Schedule = config }, Steps, Epochs);
        for (int step = 1, epoch = 1; epoch <= Epochs; epoch++)
        {
            for (int i = 0; i < Steps; i++, step++)
                Assert.Equal(formula(step, epoch), schedule.LearningRate(step, epoch), 1e-15);
            schedule.EpochEnded(-epoch);
        }
        Assert.Equal(new ScheduleState(), schedule.State); // only a plateau has one
    }

    [Fact]
    public void PlateauFallsWhereTheMetricHasNotRisenForItsPatience()
    {
        Schedule schedule = Plateau(patience: 2, factor: 0.5, minimum: 0.2);
        (double Metric, double Share)[] epochs =
        [
            (0.5, 1), (0.6, 1), (0.6, 1),         // equal is not better
            (0.7, 1), (0.1, 1), (0.65, 0.5),      // two without: falls
            (0.69, 0.5), (0.71, 0.5),             // waits anew, then better
            (double.NaN, 0.5), (double.PositiveInfinity, 0.25),
            (0, 0.25), (0, 0.2), (0, 0.2), (0, 0.2), // not below the minimum
        ];
        for (int i = 0; i < epochs.Length; i++)
        {
            schedule.EpochEnded(epochs[i].Metric);
            Assert.Equal(Full * epochs[i].Share, schedule.LearningRate(1 + i, 2 + i), 1e-15);
        }
        Assert.Equal(0.71, schedule.State.Best);
    }

    [Fact]
    public void PlateauRisesFirstInItsWarmUp()
    {
        var schedule = new Schedule(new() { LearningRate = Full, Schedule = new() { Kind = ScheduleKind.Plateau, Patience = 1, Factor = 0.1, WarmupSteps = 10 } }, Steps, Epochs);
        Assert.Equal(0.3 * Full, schedule.LearningRate(3, 1), 1e-15);
        schedule.EpochEnded(1);
        schedule.EpochEnded(0);
        Assert.Equal(0.03 * Full, schedule.LearningRate(3, 1), 1e-15);
        Assert.Equal(0.1 * Full, schedule.LearningRate(10, 2), 1e-15);
    }

    [Fact]
    public void APlateauContinuesFromItsSavedState()
    {
        double[] metrics = [0.1, 0.3, 0.2, 0.25, 0.2, 0.1, 0.5, 0.4, 0.3, 0.2];
        for (int split = 0; split <= metrics.Length; split++)
        {
            Schedule whole = Plateau(patience: 2, factor: 0.5, minimum: 0), first = Plateau(patience: 2, factor: 0.5, minimum: 0);
            foreach (double metric in metrics)
                whole.EpochEnded(metric);
            foreach (double metric in metrics[..split])
                first.EpochEnded(metric);
            Schedule second = Plateau(patience: 2, factor: 0.5, minimum: 0);
            second.State = JsonSerializer.Deserialize<ScheduleState>(JsonSerializer.Serialize(first.State))!;
            foreach (double metric in metrics[split..])
                second.EpochEnded(metric);
            Assert.Equal(whole.State, second.State);
            Assert.Equal(0.125 * Full, second.LearningRate(1, 1), 1e-15);
        }
    }

    [Fact]
    public void RefusesADamagedState()
    {
        Schedule schedule = Plateau(patience: 2, factor: 0.5, minimum: 0);
        foreach (ScheduleState damaged in (ScheduleState[])[new(0.5, -1, 0), new(0.5, 0, -3), new(double.NaN, 0, 0)])
            Assert.Contains("the checkpoint is damaged", Assert.Throws<TernException>(() => schedule.State = damaged).Message);
        Assert.Equal(Full, schedule.LearningRate(1, 1));
    }

    [Fact]
    public void ConfigurationsAreChecked() =>
        Assert.Throws<TernException>(() => new Schedule(new() { Schedule = new() { Kind = ScheduleKind.Noam } }, Steps, Epochs));

    static Schedule Plateau(int patience, double factor, double minimum) =>
        new(new() { LearningRate = Full, Schedule = new() { Kind = ScheduleKind.Plateau, Patience = patience, Factor = factor, Minimum = minimum } }, Steps, Epochs);
}
