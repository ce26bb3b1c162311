using System.Globalization;

namespace Tern.Cli;

/// <summary>Refuses what this machine's memory cannot hold before any work is done.</summary>
static class Memory
{
    /// <param name="bytes">What is needed at the least.</param>
    /// <param name="what">The sizes as the user gave them.</param>
    /// <exception cref="TernException">More is needed than the machine (or the container) has.</exception>
    public static void Require(double bytes, string what)
    {
        double available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > available)
            throw new TernException($"{what} need {Gigabytes(bytes)} of memory; this machine has {Gigabytes(available)}; choose smaller sizes.");
    }

    static string Gigabytes(double bytes) => double.IsInfinity(bytes) ? "far too much" : (bytes / 1e9).ToString("N1", CultureInfo.InvariantCulture) + " GB";
}
