namespace Tern.Training.Data;

/// <summary>Independent seeds from the one seed of a run.</summary>
static class Seeds
{
    /// <summary>A seed for one use of the run's seed (FNV-1a over both), the same on every machine and in every process.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="use">What the numbers are for.</param>
    /// <param name="index">For example the epoch.</param>
    public static int Mix(long seed, string use, int index = 0)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in use)
            hash = (hash ^ c) * 1099511628211;
        for (int i = 0; i < 8; i++)
            hash = (hash ^ (byte)(seed >> 8 * i)) * 1099511628211;
        for (int i = 0; i < 4; i++)
            hash = (hash ^ (byte)(index >> 8 * i)) * 1099511628211;
        return (int)(hash ^ hash >> 32);
    }
}
