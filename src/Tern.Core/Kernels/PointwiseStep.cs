using System.Runtime.CompilerServices;
using Tern.Cells;

namespace Tern.Kernels;

/// <summary>
/// One time step of a cell over all rows, for the units [from, to): rows outside, units inside, so that the exponentials
/// of neighbouring units overlap. Which slots are loaded and stored is known when the method is compiled.
/// </summary>
static unsafe class PointwiseStep<TKernel, V> where TKernel : struct, IDerivedKernel where V : struct, ILane<V>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool Reads(Slots slots, Slots slot) => (slots & slot) != 0;

    /// <summary>h and the new states of W x, U h and the old states.</summary>
    public static void Forward(StepArgs* g, nint from, nint to)
    {
        nint n = g->Units;
        float* x = g->X, u = g->U, skip = g->Skip, mask = g->Mask, keep = g->Keep, p = g->P, s0 = g->S0, s1 = g->S1, n0 = g->N0, n1 = g->N1, y = g->Y;
        Lane<V> a = default;
        if (TKernel.Numbers > 0) a.Q0 = V.Const(g->Q[0]);
        if (TKernel.Numbers > 1) a.Q1 = V.Const(g->Q[1]);
        if (TKernel.Numbers > 2) a.Q2 = V.Const(g->Q[2]);
        if (TKernel.Numbers > 3) a.Q3 = V.Const(g->Q[3]);
        for (nint row = 0; row < g->Rows; row++)
        {
            for (nint j = from; j < to; j += V.Width)
            {
                if (Reads(TKernel.ForwardReads, Slots.X0)) a.X0 = V.Load(x + j);
                if (Reads(TKernel.ForwardReads, Slots.X1)) a.X1 = V.Load(x + n + j);
                if (Reads(TKernel.ForwardReads, Slots.X2)) a.X2 = V.Load(x + 2 * n + j);
                if (Reads(TKernel.ForwardReads, Slots.X3)) a.X3 = V.Load(x + 3 * n + j);
                if (Reads(TKernel.ForwardReads, Slots.X4)) a.X4 = V.Load(x + 4 * n + j);
                if (Reads(TKernel.ForwardReads, Slots.U0)) a.U0 = V.Load(u + j);
                if (Reads(TKernel.ForwardReads, Slots.U1)) a.U1 = V.Load(u + n + j);
                if (Reads(TKernel.ForwardReads, Slots.U2)) a.U2 = V.Load(u + 2 * n + j);
                if (Reads(TKernel.ForwardReads, Slots.U3)) a.U3 = V.Load(u + 3 * n + j);
                if (Reads(TKernel.ForwardReads, Slots.P0)) a.P0 = V.Load(p + j);
                if (Reads(TKernel.ForwardReads, Slots.P1)) a.P1 = V.Load(p + n + j);
                if (Reads(TKernel.ForwardReads, Slots.P2)) a.P2 = V.Load(p + 2 * n + j);
                if (Reads(TKernel.ForwardReads, Slots.P3)) a.P3 = V.Load(p + 3 * n + j);
                if (Reads(TKernel.ForwardReads, Slots.P4)) a.P4 = V.Load(p + 4 * n + j);
                if (Reads(TKernel.ForwardReads, Slots.P5)) a.P5 = V.Load(p + 5 * n + j);
                if (Reads(TKernel.ForwardReads, Slots.P6)) a.P6 = V.Load(p + 6 * n + j);
                if (Reads(TKernel.ForwardReads, Slots.P7)) a.P7 = V.Load(p + 7 * n + j);
                if (Reads(TKernel.ForwardReads, Slots.S0)) a.S0 = V.Load(s0 + j);
                if (Reads(TKernel.ForwardReads, Slots.S1)) a.S1 = V.Load(s1 + j);
                if (Reads(TKernel.ForwardReads, Slots.Skip)) a.Skip = V.Load(skip + j);
                if (Reads(TKernel.ForwardReads, Slots.Mask)) a.Mask = V.Load(mask + j);
                if (Reads(TKernel.ForwardReads, Slots.Keep)) a.Keep = V.Load(keep + j);
                V.Store(TKernel.Forward(ref a), y + j);
                if (TKernel.States > 0) V.Store(a.S0, n0 + j);
                if (TKernel.States > 1) V.Store(a.S1, n1 + j);
                if (Reads(TKernel.Saves, Slots.X0)) V.Store(a.X0, x + j);
                if (Reads(TKernel.Saves, Slots.X1)) V.Store(a.X1, x + n + j);
                if (Reads(TKernel.Saves, Slots.X2)) V.Store(a.X2, x + 2 * n + j);
                if (Reads(TKernel.Saves, Slots.X3)) V.Store(a.X3, x + 3 * n + j);
                if (Reads(TKernel.Saves, Slots.X4)) V.Store(a.X4, x + 4 * n + j);
                if (Reads(TKernel.Saves, Slots.U0)) V.Store(a.U0, u + j);
                if (Reads(TKernel.Saves, Slots.U1)) V.Store(a.U1, u + n + j);
                if (Reads(TKernel.Saves, Slots.U2)) V.Store(a.U2, u + 2 * n + j);
                if (Reads(TKernel.Saves, Slots.U3)) V.Store(a.U3, u + 3 * n + j);
            }
            x += g->XStride;
            u += g->UStride;
            skip += g->SkipStride;
            mask += g->MaskStride;
            keep += g->KeepStride;
            s0 += g->S0Stride;
            s1 += g->S1Stride;
            n0 += g->N0Stride;
            n1 += g->N1Stride;
            y += g->YStride;
        }
    }

    /// <summary>Gradients of the step's inputs, vectors and old states of those of its output and new states.</summary>
    public static void Backward(StepArgs* g, nint from, nint to)
    {
        nint n = g->Units;
        float* x = g->X, u = g->U, skip = g->Skip, mask = g->Mask, keep = g->Keep, p = g->P, s0 = g->S0, s1 = g->S1, n0 = g->N0, n1 = g->N1, dy = g->Y;
        float* ds = g->DS, dx = g->DX, du = g->DU, dskip = g->DSkip, dp = g->DP;
        bool addSkip = g->AddSkip;
        Adjoint<V> a = default;
        V q0 = default, q1 = default, q2 = default, q3 = default;   // sums for the scalars
        if (TKernel.Numbers > 0) a.Q0 = V.Const(g->Q[0]);
        if (TKernel.Numbers > 1) a.Q1 = V.Const(g->Q[1]);
        if (TKernel.Numbers > 2) a.Q2 = V.Const(g->Q[2]);
        if (TKernel.Numbers > 3) a.Q3 = V.Const(g->Q[3]);
        for (nint row = 0; row < g->Rows; row++)
        {
            for (nint j = from; j < to; j += V.Width)
            {
                if (Reads(TKernel.BackwardReads, Slots.X0)) a.X0 = V.Load(x + j);
                if (Reads(TKernel.BackwardReads, Slots.X1)) a.X1 = V.Load(x + n + j);
                if (Reads(TKernel.BackwardReads, Slots.X2)) a.X2 = V.Load(x + 2 * n + j);
                if (Reads(TKernel.BackwardReads, Slots.X3)) a.X3 = V.Load(x + 3 * n + j);
                if (Reads(TKernel.BackwardReads, Slots.X4)) a.X4 = V.Load(x + 4 * n + j);
                if (Reads(TKernel.BackwardReads, Slots.U0)) a.U0 = V.Load(u + j);
                if (Reads(TKernel.BackwardReads, Slots.U1)) a.U1 = V.Load(u + n + j);
                if (Reads(TKernel.BackwardReads, Slots.U2)) a.U2 = V.Load(u + 2 * n + j);
                if (Reads(TKernel.BackwardReads, Slots.U3)) a.U3 = V.Load(u + 3 * n + j);
                if (Reads(TKernel.BackwardReads, Slots.P0)) a.P0 = V.Load(p + j);
                if (Reads(TKernel.BackwardReads, Slots.P1)) a.P1 = V.Load(p + n + j);
                if (Reads(TKernel.BackwardReads, Slots.P2)) a.P2 = V.Load(p + 2 * n + j);
                if (Reads(TKernel.BackwardReads, Slots.P3)) a.P3 = V.Load(p + 3 * n + j);
                if (Reads(TKernel.BackwardReads, Slots.P4)) a.P4 = V.Load(p + 4 * n + j);
                if (Reads(TKernel.BackwardReads, Slots.P5)) a.P5 = V.Load(p + 5 * n + j);
                if (Reads(TKernel.BackwardReads, Slots.P6)) a.P6 = V.Load(p + 6 * n + j);
                if (Reads(TKernel.BackwardReads, Slots.P7)) a.P7 = V.Load(p + 7 * n + j);
                if (Reads(TKernel.BackwardReads, Slots.S0)) a.S0 = V.Load(s0 + j);
                if (Reads(TKernel.BackwardReads, Slots.S1)) a.S1 = V.Load(s1 + j);
                if (Reads(TKernel.BackwardReads, Slots.Skip)) a.Skip = V.Load(skip + j);
                if (Reads(TKernel.BackwardReads, Slots.Mask)) a.Mask = V.Load(mask + j);
                if (Reads(TKernel.BackwardReads, Slots.Keep)) a.Keep = V.Load(keep + j);
                if (Reads(TKernel.BackwardReads, Slots.N0)) a.N0 = V.Load(n0 + j);
                if (Reads(TKernel.BackwardReads, Slots.N1)) a.N1 = V.Load(n1 + j);
                if (Reads(TKernel.BackwardReads, Slots.DY)) a.DY = V.Load(dy + j);
                if (Reads(TKernel.BackwardReads, Slots.DS0)) a.DS0 = V.Load(ds + j);
                if (Reads(TKernel.BackwardReads, Slots.DS1)) a.DS1 = V.Load(ds + n + j);
                TKernel.Backward(ref a);
                if (TKernel.States > 0) V.Store(a.DS0, ds + j);
                if (TKernel.States > 1) V.Store(a.DS1, ds + n + j);
                if (TKernel.Vectors > 0) V.Store(V.Load(dp + j) + a.GP0, dp + j);
                if (TKernel.Vectors > 1) V.Store(V.Load(dp + n + j) + a.GP1, dp + n + j);
                if (TKernel.Vectors > 2) V.Store(V.Load(dp + 2 * n + j) + a.GP2, dp + 2 * n + j);
                if (TKernel.Vectors > 3) V.Store(V.Load(dp + 3 * n + j) + a.GP3, dp + 3 * n + j);
                if (TKernel.Vectors > 4) V.Store(V.Load(dp + 4 * n + j) + a.GP4, dp + 4 * n + j);
                if (TKernel.Vectors > 5) V.Store(V.Load(dp + 5 * n + j) + a.GP5, dp + 5 * n + j);
                if (TKernel.Vectors > 6) V.Store(V.Load(dp + 6 * n + j) + a.GP6, dp + 6 * n + j);
                if (TKernel.Vectors > 7) V.Store(V.Load(dp + 7 * n + j) + a.GP7, dp + 7 * n + j);
                if (TKernel.Inputs > 0) V.Store(a.GX0, dx + j);
                if (TKernel.Inputs > 1) V.Store(a.GX1, dx + n + j);
                if (TKernel.Inputs > 2) V.Store(a.GX2, dx + 2 * n + j);
                if (TKernel.Inputs > 3) V.Store(a.GX3, dx + 3 * n + j);
                if (TKernel.Inputs > 4) V.Store(a.GX4, dx + 4 * n + j);
                if (TKernel.Recurrents > 0) V.Store(a.GU0, du + j);
                if (TKernel.Recurrents > 1) V.Store(a.GU1, du + n + j);
                if (TKernel.Recurrents > 2) V.Store(a.GU2, du + 2 * n + j);
                if (TKernel.Recurrents > 3) V.Store(a.GU3, du + 3 * n + j);
                if (TKernel.Scalars > 0) q0 += a.GQ0;
                if (TKernel.Scalars > 1) q1 += a.GQ1;
                if (TKernel.Scalars > 2) q2 += a.GQ2;
                if (TKernel.Scalars > 3) q3 += a.GQ3;
                if (TKernel.Skip) V.Store(addSkip ? V.Load(dskip + j) + a.GSkip : a.GSkip, dskip + j);
            }
            x += g->XStride;
            u += g->UStride;
            skip += g->SkipStride;
            mask += g->MaskStride;
            keep += g->KeepStride;
            s0 += g->S0Stride;
            s1 += g->S1Stride;
            n0 += g->N0Stride;
            n1 += g->N1Stride;
            dy += g->YStride;
            ds += g->DSStride;
            dx += g->DXStride;
            du += g->DUStride;
            dskip += g->DSkipStride;
        }
        if (TKernel.Scalars > 0) g->DQ[0] += V.Sum(q0);
        if (TKernel.Scalars > 1) g->DQ[1] += V.Sum(q1);
        if (TKernel.Scalars > 2) g->DQ[2] += V.Sum(q2);
        if (TKernel.Scalars > 3) g->DQ[3] += V.Sum(q3);
    }
}
