namespace Tern.Core.Tests;

/// <summary>What code allocates on this thread once it is warm.</summary>
static class Allocations
{
    /// <summary>
    /// The fewest bytes of several rounds. The runtime itself allocates now and then on a thread that runs code for the
    /// first time or when a method is compiled anew; what a step allocates, it allocates in each round.
    /// </summary>
    public static long Least(Action round)
    {
        long least = long.MaxValue;
        for (int i = 0; i < 5 && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
