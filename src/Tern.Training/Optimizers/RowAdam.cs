using System.Numerics;
using System.Runtime.InteropServices;
using Tern.Training.Models;
using Tern.Training.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tern.Training.Optimizers;

/// <summary>
/// Adam, with lazy updates of embedding tables: only the rows that a batch has used are moved, and only their moments
/// decay (as torch.optim.SparseAdam; the bias correction counts all steps). Other parameters are moved as by
/// torch.optim.Adam. Single-threaded and in a fixed order, so that runs repeat bit for bit.
/// </summary>
public sealed unsafe class RowAdam : IDisposable
{
    readonly OptimizerConfig config;
    readonly Dense[] dense;
    readonly Rows[] tables;
    long step;

    /// <summary>Takes charge of the gradients of parameters and tables.</summary>
    /// <param name="parameters">Contiguous float parameters on the CPU, without those of the tables.</param>
    /// <param name="tables">Embedding tables.</param>
    /// <param name="config">Constants.</param>
    public RowAdam(IEnumerable<Parameter> parameters, IEnumerable<EmbeddingTable> tables, OptimizerConfig config)
    {
        this.config = config;
        dense = [.. parameters.Select(p => new Dense(p, new Moments(p.numel())))];
        this.tables = [.. tables.Select(t => new Rows(t, new Moments(t.Weight.numel())))];
    }

    /// <summary>Drops all gradients.</summary>
    public void ZeroGrad()
    {
        foreach (Dense d in dense)
            d.Parameter.grad = null;
        foreach (Rows r in tables)
            r.Table.Gradient.Clear();
    }

    /// <summary>One step by the gradients that backward() has left. Returns their norm before clipping, or 0 where nothing is clipped by norm.</summary>
    public double Step()
    {
        double norm = config.ClipNorm > 0 ? GradientNorm() : 0;
        float scale = norm > config.ClipNorm ? (float)(config.ClipNorm / (norm + 1e-6)) : 1; // 1e-6 as torch.nn.utils.clip_grad_norm_
        float limit = config.ClipValue > 0 ? (float)config.ClipValue : float.PositiveInfinity;
        AdamStep adam = AdamStep.Of(config, ++step);

        foreach (Dense d in dense)
        {
            using Tensor? gradient = d.Parameter.grad;
            if (gradient is null)
                continue;
            int count = (int)d.Moments.Count;
            using Tensor whole = gradient.contiguous();
            adam.Apply(new(d.Parameter.Pointer(), count), new(whole.Pointer(), count), d.Moments.Mean, d.Moments.Square, scale, limit);
        }
        foreach (Rows r in tables)
        {
            RowGradient gradient = r.Table.Gradient;
            int width = gradient.Width;
            float* values = r.Table.Weight.Pointer();
            ReadOnlySpan<int> rows = gradient.Rows;
            for (int i = 0; i < rows.Length; i++)
            {
                int at = rows[i] * width;
                adam.Apply(new(values + at, width), gradient.Values.Slice(i * width, width),
                    r.Moments.Mean.Slice(at, width), r.Moments.Square.Slice(at, width), scale, limit);
            }
        }
        return norm;
    }

    /// <summary>Square root of the sum of squares of all gradients, tables included.</summary>
    public double GradientNorm()
    {
        double sum = 0;
        foreach (Dense d in dense)
        {
            using Tensor? gradient = d.Parameter.grad;
            if (gradient is null)
                continue;
            using Tensor whole = gradient.contiguous();
            sum += SumOfSquares(new(whole.Pointer(), (int)d.Moments.Count));
        }
        foreach (Rows r in tables)
            sum += SumOfSquares(r.Table.Gradient.Values);
        return Math.Sqrt(sum);
    }

    // floats are added in short runs, the runs in double: no loss of small terms
    static double SumOfSquares(ReadOnlySpan<float> values)
    {
        const int Run = 1024;
        double total = 0;
        for (; !values.IsEmpty; values = values[Math.Min(Run, values.Length)..])
        {
            ReadOnlySpan<float> run = values[..Math.Min(Run, values.Length)];
            Vector<float> sum = default;
            int i = 0;
            for (; i <= run.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                var v = new Vector<float>(run[i..]);
                sum += v * v;
            }
            total += Vector.Sum(sum);
            for (; i < run.Length; i++)
                total += run[i] * run[i];
        }
        return total;
    }

    /// <summary>Frees the moments.</summary>
    public void Dispose()
    {
        foreach (Dense d in dense)
            d.Moments.Dispose();
        foreach (Rows r in tables)
            r.Moments.Dispose();
    }

    sealed record Dense(Parameter Parameter, Moments Moments);

    sealed record Rows(EmbeddingTable Table, Moments Moments);

    /// <summary>Moving means of gradients and of their squares; zero at first.</summary>
    sealed class Moments(long count) : IDisposable
    {
        float* memory = (float*)NativeMemory.AllocZeroed((nuint)(2 * count * sizeof(float)));

        public long Count => count;
        public Span<float> Mean => new(memory, checked((int)count));
        public Span<float> Square => new(memory + count, checked((int)count));

        public void Dispose()
        {
            NativeMemory.Free(memory);
            memory = null;
        }
    }
}
