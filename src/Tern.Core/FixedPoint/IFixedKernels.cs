namespace Tern.FixedPoint;

/// <summary>How a session does what takes its time. Each kernel is bound to the words that it reads and writes.</summary>
interface IFixedKernels
{
    /// <summary>Words behind the end of each vector that a kernel may read, and write what nothing reads.</summary>
    int Slack { get; }

    /// <summary>A product.</summary>
    /// <param name="operation">The product.</param>
    /// <param name="from">The words of the vector that it reads.</param>
    /// <param name="to">Of that which it writes.</param>
    Action Product(ProductOperation operation, short[] from, short[] to);

    /// <summary>A pointwise step.</summary>
    /// <param name="program">The program.</param>
    /// <param name="words">The words of a vector.</param>
    Action Pointwise(PointwiseProgram program, Func<FixedVector, short[]> words);
}
