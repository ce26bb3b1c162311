namespace Tern.Cli.Bench;

/// <summary>What of a layer's training step is measured.</summary>
enum Pass
{
    /// <summary>Outputs only, no gradient wanted.</summary>
    Forward,

    /// <summary>Outputs, then the gradients of all weights and of the input.</summary>
    ForwardAndBackward,
}

/// <summary>One point of the measurement: a stack of layers of equal hidden size on sequences of equal length.</summary>
/// <param name="Length">Time steps.</param>
/// <param name="Size">Hidden size.</param>
/// <param name="Input">Columns of the first layer's input.</param>
/// <param name="Batch">Sequences.</param>
/// <param name="Layers">Layers.</param>
/// <param name="Threads">Threads to compute with.</param>
/// <param name="Pass">What is measured.</param>
readonly record struct Setting(int Length, int Size, int Input, int Batch, int Layers, int Threads, Pass Pass)
{
    /// <summary>Rows of the input matrix: one a time step and sequence.</summary>
    public int Rows => Length * Batch;

    public string PassName => Pass == Pass.Forward ? "forward" : "forward+backward";

    /// <summary>
    /// Floating-point operations of products of every row with <paramref name="matrices"/> [size, input] matrices and
    /// <paramref name="recurrent"/> [size, size] matrices in each layer. The backward pass multiplies twice as much:
    /// gradients of the input and of the weight.
    /// </summary>
    public double Flops(int matrices, int recurrent = 0) =>
        2.0 * Rows * Size * ((double)matrices * (Input + (Layers - 1.0) * Size) + (double)recurrent * Layers * Size) * Products;

    /// <summary>The same where the matrices of a layer are products of two factors: of W, [rank, input] and [matrices x size, rank], and of U likewise.</summary>
    public double LowRankFlops(int matrices, int recurrent, int rank) =>
        2.0 * Rows * rank * (Input + (Layers - 1.0) * Size + Layers * (double)Size * (matrices + 1 + recurrent)) * Products;

    int Products => Pass == Pass.Forward ? 1 : 3;
}

/// <summary>Something that is measured: a cell of the table's first column, set up for one setting.</summary>
abstract class BenchRow(string cell, double flops) : IDisposable
{
    public string Cell { get; } = cell;

    /// <summary>Operations of the row's own matrix products in one pass.</summary>
    public double Flops { get; } = flops;

    /// <summary>Does one pass, with everything that it allocates.</summary>
    public abstract void Run();

    public virtual void Dispose() { }
}
