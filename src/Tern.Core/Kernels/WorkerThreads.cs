using System.Runtime.ExceptionServices;

namespace Tern.Kernels;

/// <summary>
/// Background threads that wait for work: spinning for some microseconds, as the next call mostly follows at once, then
/// asleep. They start with the first call that needs them. A call allocates nothing.
/// </summary>
/// <param name="threads">Threads with the caller's; parts beyond that many share them in turn.</param>
sealed class WorkerThreads(int threads) : IDispatcher
{
    const int Spins = 100;

    readonly ManualResetEventSlim[] starts = new ManualResetEventSlim[Math.Max(threads - 1, 0)];
    readonly ManualResetEventSlim done = new(false, Spins);
    int started, busy, count, team, running;
    Action<int> body = static _ => { };
    Exception? error;

    public void Run(int count, Action<int> body)
    {
        int team = Math.Min(count, starts.Length + 1);
        // One call at a time has the threads. Another, or one from inside a body, does not wait for them.
        if (team == 1 || Interlocked.Exchange(ref busy, 1) == 1)
        {
            for (int part = 0; part < count; part++) body(part);
            return;
        }
        (this.count, this.team, this.body, error, running) = (count, team, body, null, team - 1);
        done.Reset();
        while (started < team - 1) Start(++started);
        for (int worker = 1; worker < team; worker++) starts[worker - 1].Set();
        RunParts(0);
        done.Wait();
        this.body = static _ => { };
        Exception? failed = error;
        Volatile.Write(ref busy, 0);
        if (failed is not null) ExceptionDispatchInfo.Throw(failed);
    }

    void Start(int worker)
    {
        starts[worker - 1] = new ManualResetEventSlim(false, Spins);
        new Thread(() => Work(worker)) { IsBackground = true, Name = $"Tern worker {worker}" }.Start();
    }

    void Work(int worker)
    {
        ManualResetEventSlim start = starts[worker - 1];
        while (true)
        {
            start.Wait();
            start.Reset();
            RunParts(worker);
            if (Interlocked.Decrement(ref running) == 0) done.Set();
        }
    }

    void RunParts(int worker)
    {
        try
        {
            for (int part = worker; part < count; part += team) body(part);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref error, e, null);
        }
    }
}
