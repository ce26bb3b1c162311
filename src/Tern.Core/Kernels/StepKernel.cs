namespace Tern.Kernels;

/// <summary>
/// A cell's step for a given number of units at the vector width of this process: the widest vectors first, then
/// narrower ones for what is left of a row, then single floats, so that no row needs padding.
/// </summary>
abstract unsafe class StepKernel
{
    /// <summary>Counts that a driver needs; see <see cref="IDerivedKernel"/>.</summary>
    public abstract int Inputs { get; }

    /// <summary>Recurrent blocks with slots of their own, and room for saved gates behind them.</summary>
    public abstract int Recurrents { get; }

    /// <inheritdoc cref="IDerivedKernel.Room"/>
    public abstract int Room { get; }

    /// <summary>States.</summary>
    public abstract int States { get; }

    /// <summary>Per-unit vectors.</summary>
    public abstract int Vectors { get; }

    /// <summary>Scalars and constants.</summary>
    public abstract int Numbers { get; }

    /// <inheritdoc cref="IDerivedKernel.Scalars"/>
    public abstract int Scalars { get; }

    /// <summary>The cell sees x'.</summary>
    public abstract bool Skip { get; }

    /// <summary>One step forward.</summary>
    public abstract void Forward(ref StepArgs args);

    /// <summary>One step of the adjoint.</summary>
    public abstract void Backward(ref StepArgs args);
}

/// <inheritdoc cref="StepKernel"/>
sealed unsafe class StepKernel<TKernel> : StepKernel where TKernel : struct, IDerivedKernel
{
    public override int Inputs => TKernel.Inputs;
    public override int Recurrents => TKernel.Recurrents;
    public override int Room => TKernel.Room;
    public override int Scalars => TKernel.Scalars;
    public override int States => TKernel.States;
    public override int Vectors => TKernel.Vectors;
    public override int Numbers => TKernel.Numbers;
    public override bool Skip => TKernel.Skip;

    public override void Forward(ref StepArgs args)
    {
        fixed (StepArgs* g = &args)
        {
            nint done = 0;
            int bits = Simd.Bits;
            if (bits == 512) Forward<F512>(g, ref done);
            if (bits >= 256) Forward<F256>(g, ref done);
            Forward<F128>(g, ref done);
            Forward<F32>(g, ref done);
        }
    }

    public override void Backward(ref StepArgs args)
    {
        fixed (StepArgs* g = &args)
        {
            nint done = 0;
            int bits = Simd.Bits;
            if (bits == 512) Backward<F512>(g, ref done);
            if (bits >= 256) Backward<F256>(g, ref done);
            Backward<F128>(g, ref done);
            Backward<F32>(g, ref done);
        }
    }

    static void Forward<V>(StepArgs* g, ref nint done) where V : struct, ILane<V>
    {
        nint to = g->Units - (g->Units - done) % V.Width;
        if (to > done) PointwiseStep<TKernel, V>.Forward(g, done, to);
        done = to;
    }

    static void Backward<V>(StepArgs* g, ref nint done) where V : struct, ILane<V>
    {
        nint to = g->Units - (g->Units - done) % V.Width;
        if (to > done) PointwiseStep<TKernel, V>.Backward(g, done, to);
        done = to;
    }
}
