using System.Diagnostics;

namespace Tern.Cli.Bench;

/// <summary>Times rows in turn, so that a busy moment of the machine meets all of them, and takes medians.</summary>
sealed class Stopclock(bool cpuTime)
{
    /// <summary>A sample of short work is several runs, at least this long.</summary>
    static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(20);

    /// <summary>Milliseconds of one run: the time that the process computed, or the time that passed.</summary>
    public double Time(Action run, int times)
    {
        TimeSpan before = Now();
        for (int i = 0; i < times; i++) run();
        return (Now() - before).TotalMilliseconds / times;
    }

    /// <summary>
    /// Median milliseconds of each row: at least 3 rounds, and then up to <paramref name="repeats"/> of them while
    /// <paramref name="budget"/> lasts.
    /// </summary>
    public double[] Medians(IReadOnlyList<Action> rows, int repeats, TimeSpan budget, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        int[] times = [.. rows.Select(row =>
        {
            row();   // compiles, faults memory in
            return Math.Max(1, (int)Math.Ceiling(Shortest.TotalMilliseconds / Math.Max(Time(row, 1), 0.001)));
        })];
        List<double>[] samples = [.. rows.Select(_ => new List<double>(repeats))];
        for (int round = 0; round < repeats && (round < 3 || Stopwatch.GetElapsedTime(start) < budget); round++)
        {
            for (int row = 0; row < rows.Count; row++)
            {
                cancel.ThrowIfCancellationRequested();
                samples[row].Add(Time(rows[row], times[row]));
            }
        }
        return [.. samples.Select(Median)];
    }

    TimeSpan Now() => cpuTime ? Environment.CpuUsage.TotalTime : Stopwatch.GetElapsedTime(0);

    static double Median(List<double> values)
    {
        values.Sort();
        int middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
