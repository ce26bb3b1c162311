using Tern.Kernels;
using Tern.Training.Native;
using static TorchSharp.torch;

namespace Tern.Training.Layers;

/// <summary>The sums of each worker for the gradients of weights, vectors and scalars of one direction.</summary>
sealed unsafe class WorkerSums : IDisposable
{
    readonly Tensor?[] w, u, first, gain, stateNorm;
    readonly Tensor[] p;
    readonly GradientSums[] sums;
    readonly AlignedBuffer<double> q;
    readonly int scalars;

    /// <param name="shape">Sizes.</param>
    /// <param name="workers">How many.</param>
    /// <param name="own">Whether the workers sum W's gradient.</param>
    /// <param name="index">Which inputs there are.</param>
    public WorkerSums(ScanShape shape, int workers, bool own, ScanInputs index)
    {
        (w, u, first, p, sums) = (new Tensor?[workers], new Tensor?[workers], new Tensor?[workers], new Tensor[workers], new GradientSums[workers]);
        (gain, stateNorm) = (new Tensor?[workers], new Tensor?[workers]);
        scalars = shape.Spec.Scalars.Length;
        q = new((long)workers * scalars);
        for (int k = 0; k < workers; k++)
        {
            if (own) sums[k].W = (w[k] = zeros(shape.Blocks * shape.Units, shape.Input)).Pointer();
            sums[k].P = (p[k] = zeros(shape.Spec.Vectors.Length, shape.Units)).Pointer();
            if (shape.Factors > 0) sums[k].U = (u[k] = zeros(shape.Spec.Recurrent.Length * shape.Units, shape.RecurrentColumns)).Pointer();
            if (shape.Factors > 1) sums[k].First = (first[k] = zeros(shape.Rank, shape.Units)).Pointer();
            if (index.RecurrentNorm(0) is not null) sums[k].Gain = (gain[k] = zeros(shape.Spec.Recurrent.Length * shape.Units)).Pointer();
            if (index.StateNorm(0) is not null) sums[k].StateNorm = (stateNorm[k] = zeros(2, shape.Units)).Pointer();
            sums[k].Q = q.Pointer + (long)k * scalars;
        }
    }

    public GradientSums this[int worker] => sums[worker];

    /// <summary>The sum over the workers, in their order.</summary>
    public void AddInto(ScanInputs index, int direction, Tensor?[] results)
    {
        if (w[0] is not null) results[index.Weight(direction)] = Sum(w);
        results[index.Vectors(direction)] = Sum(p);
        if (u[0] is not null) results[index.Recurrent(direction)] = Sum(u);
        if (first[0] is not null) results[index.First(direction)] = Sum(first);
        if (index.RecurrentNorm(direction) is { } gains) results[gains] = Sum(gain);
        if (index.StateNorm(direction) is { } norm) results[norm] = Sum(stateNorm);
        if (scalars == 0) return;
        var totals = new float[scalars];
        for (int i = 0; i < scalars; i++)
        {
            double total = 0;
            for (int k = 0; k < sums.Length; k++) total += sums[k].Q[i];
            totals[i] = (float)total;
        }
        results[index.Scalars(direction)] = tensor(totals);
    }

    static Tensor Sum(Tensor?[] parts)
    {
        for (int k = 1; k < parts.Length; k++) parts[0]!.add_(parts[k]!, KeptScalars.One);
        return parts[0]!;
    }

    /// <summary>The tensors are the caller's scope's; the scalars' sums must outlive the workers.</summary>
    public void Dispose() => GC.KeepAlive(q);
}
