using Tern.Kernels;
using Tern.Training.Native;
using TorchSharp;
using Xunit;

namespace Tern.Training.Tests.Native;

public sealed class GompWorkersTests
{
    static GompWorkers Find()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libgomp comes with libtorch on Linux only");
        TorchRuntime.Load();
        GompWorkers? workers = GompWorkers.Find(TorchLibraries.SearchFolders());
        Assert.NotNull(workers);
        return workers;
    }

    [Fact]
    public void Loading_libtorch_makes_them_the_dispatcher()
    {
        Find();
        Assert.IsType<GompWorkers>(Workers.Dispatcher);
    }

    [Fact]
    public void Where_there_is_no_library_there_are_no_workers()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(GompWorkers.Find([folder.Path]));
        File.WriteAllText(Path.Combine(folder.Path, "libtorch_cpu.so"), "");
        File.WriteAllText(Path.Combine(folder.Path, "libgomp-1.so.1"), "not a library");
        Assert.Null(GompWorkers.Find([folder.Path]));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100)]
    public void Every_part_runs_once_between_operations_of_libtorch(int parts)
    {
        GompWorkers workers = Find();
        using torch.Tensor big = torch.ones(500, 500);
        for (int repeat = 0; repeat < 20; repeat++)
        {
            var calls = new int[parts];
            using torch.Tensor sum = big.matmul(big);
            workers.Run(parts, part => Interlocked.Increment(ref calls[part]));
            GC.Collect(0);
            Assert.All(calls, count => Assert.Equal(1, count));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void An_exception_of_a_body_reaches_the_caller_and_the_next_call_works(int failing)
    {
        GompWorkers workers = Find();
        for (int repeat = 0; repeat < 3; repeat++)
        {
            var error = Assert.Throws<InvalidOperationException>(() => workers.Run(5, part =>
            {
                if (part == failing) throw new InvalidOperationException($"part {part}");
            }));
            Assert.Equal($"part {failing}", error.Message);
            int sum = 0;
            workers.Run(5, part => Interlocked.Add(ref sum, part));
            Assert.Equal(10, sum);
        }
    }

    [Fact]
    public void Calls_from_several_threads_and_from_inside_a_body_are_complete()
    {
        GompWorkers workers = Find();
        var sums = new long[3];
        Thread[] callers = [.. Enumerable.Range(0, sums.Length).Select(caller => new Thread(() =>
        {
            for (int repeat = 0; repeat < 50; repeat++)
                workers.Run(3, outer => workers.Run(2, inner => Interlocked.Add(ref sums[caller], 10 * outer + inner)));
        }))];
        foreach (Thread caller in callers) caller.Start();
        foreach (Thread caller in callers) caller.Join();
        Assert.All(sums, sum => Assert.Equal(50 * (2 * 30 + 3), sum));
    }
}
