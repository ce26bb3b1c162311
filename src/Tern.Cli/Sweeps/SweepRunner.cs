using System.Diagnostics;
using System.Globalization;
using Tern.Training.Reports;
using Tern.Training.Sweeps;

namespace Tern.Cli.Sweeps;

/// <summary>Does the runs of a study, several at a time, each in a process of its own: libtorch's threads and random source belong to a process.</summary>
sealed class SweepRunner(SweepQueue queue, ProgressLine progress, CancellationToken cancel)
{
    readonly List<string> failures = [];
    readonly long begin = Stopwatch.GetTimestamp();
    readonly int before = queue.Done;

    /// <summary>What has failed, a line each.</summary>
    public IReadOnlyList<string> Failures => failures;

    /// <summary>Returns when nothing is left to do.</summary>
    /// <exception cref="OperationCanceledException">The user has interrupted; runs that had begun can be gone on with.</exception>
    public void Run(int jobs)
    {
        Thread[] workers = [.. Enumerable.Range(0, jobs).Select(_ => new Thread(Work))];
        foreach (Thread worker in workers) worker.Start();
        foreach (Thread worker in workers) worker.Join();
        if (cancel.IsCancellationRequested)
            throw new OperationCanceledException($"Interrupted after {queue.Done} of {queue.Total} runs; the same command goes on from there.", cancel);
    }

    void Work()
    {
        while (queue.Next(cancel) is { } run)
        {
            string? error = Attempt(run);
            queue.Ended(run);
            if (!cancel.IsCancellationRequested) Tell(run, error);
        }
    }

    /// <summary>Null where it went well, else what the program said last.</summary>
    string? Attempt(SweepRun run)
    {
        try
        {
            run.Begin();
            (int code, string said) = ChildProcess.Quiet(["resume", run.Folder, "--json"], cancel);
            return code == 0 && run.Done() is not null ? null : $"{run.Config.Name}: exit code {code}: {said}";
        }
        catch (Exception e) when (e is TernException or IOException or OperationCanceledException)
        {
            return e.Message;
        }
    }

    void Tell(SweepRun run, string? error)
    {
        lock (failures)
        {
            if (error is not null) failures.Add(error);
            double each = Stopwatch.GetElapsedTime(begin).TotalSeconds / Math.Max(1, queue.Done - before);
            string result = error ?? (run.Done() is { } done ? Result(done) : "");
            progress.Milestone($"{queue.Done} of {queue.Total}  {run.Config.Name}{(run.Tuned.Length > 0 ? $" ({run.Tuned})" : "")}, {Path.GetFileName(run.Folder)}: {result}");
            progress.Report((double)queue.Done / queue.Total, 0, TimeSpan.FromSeconds(each * (queue.Total - queue.Done)), $"{queue.Done} of {queue.Total} runs");
        }
    }

    static string Result(RunSummary run) => string.Create(CultureInfo.InvariantCulture, $"test {run.TestAccuracy:0.000}, {run.Seconds:0.0} s");
}
