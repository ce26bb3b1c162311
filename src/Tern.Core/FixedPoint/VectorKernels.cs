using System.Numerics;

namespace Tern.FixedPoint;

/// <summary>As <see cref="PlainKernels"/>, many words at a time; whole numbers have no rounding that the order of sums could change.</summary>
sealed class VectorKernels : IFixedKernels
{
    public int Slack => Vector<short>.Count;

    public Action Product(ProductOperation operation, short[] from, short[] to) => new VectorProduct(operation, from, to).Run;

    public Action Pointwise(PointwiseProgram program, Func<FixedVector, short[]> words) => new VectorPointwise(program, words).Run;
}
