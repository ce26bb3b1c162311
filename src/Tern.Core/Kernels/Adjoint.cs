namespace Tern.Kernels;

/// <summary>What the adjoint of a step reads (the forward's slots, some overwritten with saved values; the new states; incoming gradients) and leaves.</summary>
struct Adjoint<T>
{
    /// <summary>The forward's slots, as in <see cref="Cells.Lane{T}"/>.</summary>
    public T X0, X1, X2, X3, X4, U0, U1, U2, U3, P0, P1, P2, P3, P4, P5, P6, P7, Q0, Q1, Q2, Q3, S0, S1, Skip, Mask, Keep;

    /// <summary>The new states.</summary>
    public T N0, N1;

    /// <summary>Gradient of the output; gradients of the new states, replaced by those of the old.</summary>
    public T DY, DS0, DS1;

    /// <summary>Gradients of the slots.</summary>
    public T GX0, GX1, GX2, GX3, GX4, GU0, GU1, GU2, GU3, GP0, GP1, GP2, GP3, GP4, GP5, GP6, GP7, GQ0, GQ1, GQ2, GQ3, GSkip;
}
