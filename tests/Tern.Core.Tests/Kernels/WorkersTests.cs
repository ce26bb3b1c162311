using Tern.Kernels;
using Xunit;

namespace Tern.Core.Tests.Kernels;

public sealed class WorkersTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 2)]
    [InlineData(4, 3)]
    [InlineData(3, 100)]
    public void Every_part_runs_once(int threads, int parts)
    {
        var dispatcher = new WorkerThreads(threads);
        for (int repeat = 0; repeat < 50; repeat++)
        {
            var calls = new int[parts];
            dispatcher.Run(parts, part => Interlocked.Increment(ref calls[part]));
            Assert.All(calls, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void Parts_run_at_the_same_time_and_always_on_the_same_threads()
    {
        var dispatcher = new WorkerThreads(3);
        int[] Threads()
        {
            using var all = new Barrier(3);
            var threads = new int[3];
            dispatcher.Run(3, part =>
            {
                Assert.True(all.SignalAndWait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
                threads[part] = Environment.CurrentManagedThreadId;
            });
            return threads;
        }
        int[] first = Threads();
        Assert.Equal(3, first.Distinct().Count());
        Assert.Equal(Environment.CurrentManagedThreadId, first[0]);
        Assert.Equal(first, Threads());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void An_exception_of_a_body_reaches_the_caller_and_the_next_call_works(int failing)
    {
        var dispatcher = new WorkerThreads(3);
        for (int repeat = 0; repeat < 3; repeat++)
        {
            var error = Assert.Throws<InvalidOperationException>(() => dispatcher.Run(6, part =>
            {
                if (part == failing) throw new InvalidOperationException($"part {part}");
            }));
            Assert.Equal($"part {failing}", error.Message);
            int sum = 0;
            dispatcher.Run(6, part => Interlocked.Add(ref sum, part));
            Assert.Equal(15, sum);
        }
    }

    [Fact]
    public void Calls_from_several_threads_and_from_inside_a_body_are_complete()
    {
        var dispatcher = new WorkerThreads(3);
        var sums = new long[4];
        Thread[] callers = [.. Enumerable.Range(0, sums.Length).Select(caller => new Thread(() =>
        {
            for (int repeat = 0; repeat < 500; repeat++)
                dispatcher.Run(3, outer => dispatcher.Run(2, inner => Interlocked.Add(ref sums[caller], 10 * outer + inner)));
        }))];
        foreach (Thread caller in callers) caller.Start();
        foreach (Thread caller in callers) caller.Join();
        Assert.All(sums, sum => Assert.Equal(500 * (2 * 30 + 3), sum));
    }

    [Fact]
    public void A_call_allocates_nothing()
    {
        var dispatcher = new WorkerThreads(2);
        var body = new Action<int>(static _ => { });
        for (int i = 0; i < 10; i++) dispatcher.Run(2, body);
        Assert.Equal(0, Allocations.Least(() =>
        {
            for (int i = 0; i < 100; i++) dispatcher.Run(2, body);
        }));
    }

    [Fact]
    public void No_parts_are_no_call_and_one_part_is_a_call_on_this_thread()
    {
        var threads = new List<int>();
        Workers.Run(0, _ => threads.Add(0));
        Workers.Run(1, _ => threads.Add(Environment.CurrentManagedThreadId));
        Assert.Equal([Environment.CurrentManagedThreadId], threads);
    }
}
