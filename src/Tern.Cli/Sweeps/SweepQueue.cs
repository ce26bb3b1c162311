using Tern.Training.Sweeps;

namespace Tern.Cli.Sweeps;

/// <summary>The runs of a study in their order: those of an entry that decide on a value first, then its repeats. Used by several threads.</summary>
sealed class SweepQueue
{
    readonly object gate = new();
    readonly List<Waiting> entries = [];

    public SweepQueue(IEnumerable<SweepEntry> all)
    {
        foreach (SweepEntry entry in all)
        {
            var waiting = new Waiting(entry, new(entry.First.Where(run => run.Done() is null)));
            entries.Add(waiting);
            Total += entry.First.Count + entry.Set.Repeat.Values.Count - 1;
            Done += entry.First.Count - waiting.Runs.Count;
            Advance(waiting);
        }
    }

    /// <summary>Runs of the study.</summary>
    public int Total { get; }

    /// <summary>Those that are done or have failed.</summary>
    public int Done { get; private set; }

    /// <summary>The next run; null where none is left. Waits where one may come to be.</summary>
    public SweepRun? Next(CancellationToken cancel)
    {
        lock (gate)
        {
            while (!cancel.IsCancellationRequested)
            {
                if (entries.FirstOrDefault(entry => entry.Runs.Count > 0) is { } ready)
                {
                    ready.Running++;
                    return ready.Runs.Dequeue();
                }
                if (entries.All(entry => entry.Running == 0)) return null;
                Monitor.Wait(gate, TimeSpan.FromSeconds(1));
            }
            return null;
        }
    }

    /// <summary>A run has ended, well or not.</summary>
    public void Ended(SweepRun run)
    {
        lock (gate)
        {
            Done++;
            Waiting entry = entries.First(entry => run.Folder.StartsWith(entry.Entry.Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal));
            entry.Running--;
            Advance(entry);
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Where the first repeat is done with all values, the other repeats follow with the best.</summary>
    void Advance(Waiting entry)
    {
        if (entry.Runs.Count > 0 || entry.Running > 0 || entry.Decided || entry.Entry.Repeats is not { } repeats) return;
        entry.Decided = true;
        foreach (SweepRun run in repeats.Skip(1))
            if (run.Done() is null) entry.Runs.Enqueue(run);
            else Done++;
    }

    sealed class Waiting(SweepEntry entry, Queue<SweepRun> runs)
    {
        public SweepEntry Entry { get; } = entry;
        public Queue<SweepRun> Runs { get; } = runs;
        public int Running { get; set; }
        public bool Decided { get; set; }
    }
}
