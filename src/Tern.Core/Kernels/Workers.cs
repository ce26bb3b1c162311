namespace Tern.Kernels;

/// <summary>Runs the parts of a call at the same time.</summary>
public interface IDispatcher
{
    /// <summary>As <see cref="Workers.Run"/>, for 2 parts or more.</summary>
    void Run(int count, Action<int> body);
}

/// <summary>
/// Splits work among threads. Which part runs on which thread depends on the part's number only, so a worker finds its
/// part of the data in its own cache again; sums over parts are the caller's, in the order of the parts.
/// </summary>
public static class Workers
{
    /// <summary>
    /// Who runs the parts: own threads, unless replaced. Training hands over libgomp's: libtorch's workers still spin
    /// for a while after each of its operations, and would leave others no processor.
    /// </summary>
    public static IDispatcher Dispatcher { get; set; } = new WorkerThreads(Environment.ProcessorCount);

    /// <summary>
    /// Calls <paramref name="body"/> with 0 to count - 1 and returns when all are done. The caller's thread takes part;
    /// one part is an ordinary call. Calls from several threads and calls inside a body are allowed, and may run their
    /// parts one after another.
    /// </summary>
    /// <param name="count">How many parts; more than there are threads is fine.</param>
    /// <param name="body">What to do with a part's number.</param>
    /// <exception cref="Exception">The first one that a body threw; the other parts may or may not have run.</exception>
    public static void Run(int count, Action<int> body)
    {
        if (count == 1) body(0);
        else if (count > 1) Dispatcher.Run(count, body);
    }
}
