using System.Numerics;

namespace Tern.Model;

/// <summary>Pooling keeps a running result as its state, so that whole sequences and single steps are the same code.</summary>
abstract unsafe class PoolingModule(int width) : RuntimeModule
{
    public override int Width => width;
    public override int StateBlocks => 1;
    public override int StateWidth => width;

    public override void Run(in ModuleArgs args)
    {
        for (int row = 0; row < args.Time * args.Batch; row++)
            if (args.IsActive(row))
                Add(new(args.X + (long)row * width, width), new(args.State + (long)(row % args.Batch) * StateWidth, StateWidth));
        for (int stream = 0; stream < args.Batch; stream++)
            Result(new(args.State + (long)stream * StateWidth, StateWidth), new(args.Y + (long)stream * width, width));
    }

    /// <summary>Takes a step's row into a stream's state.</summary>
    protected abstract void Add(ReadOnlySpan<float> x, Span<float> state);

    /// <summary>The pooled row of a stream's state.</summary>
    protected virtual void Result(ReadOnlySpan<float> state, Span<float> y) => state.CopyTo(y);
}

/// <summary>The last row.</summary>
sealed class LastPooling(int width) : PoolingModule(width)
{
    protected override void Add(ReadOnlySpan<float> x, Span<float> state) => x.CopyTo(state);
}

/// <summary>The largest value of each column.</summary>
sealed class MaxPooling(int width) : PoolingModule(width)
{
    public override void ResetState(Span<float> block) => block.Fill(float.NegativeInfinity);

    protected override void Add(ReadOnlySpan<float> x, Span<float> state)
    {
        int j = 0;
        for (; j <= x.Length - Vector<float>.Count; j += Vector<float>.Count)
            Vector.Max(new Vector<float>(x[j..]), new Vector<float>(state[j..])).CopyTo(state[j..]);
        for (; j < x.Length; j++)
            state[j] = MathF.Max(x[j], state[j]);
    }
}

/// <summary>The mean of each column; the state ends with the number of steps.</summary>
sealed class MeanPooling(int width) : PoolingModule(width)
{
    public override int StateWidth => Width + 1;

    protected override void Add(ReadOnlySpan<float> x, Span<float> state)
    {
        int j = 0;
        for (; j <= x.Length - Vector<float>.Count; j += Vector<float>.Count)
            (new Vector<float>(x[j..]) + new Vector<float>(state[j..])).CopyTo(state[j..]);
        for (; j < x.Length; j++)
            state[j] += x[j];
        state[^1]++;
    }

    protected override void Result(ReadOnlySpan<float> state, Span<float> y)
    {
        for (int j = 0; j < y.Length; j++)
            y[j] = state[j] / state[^1];
    }
}
