namespace Tern.Kernels;

/// <summary>What the backward of a <see cref="ScanPass"/> reads and writes beside the pass itself.</summary>
unsafe struct ScanGradients
{
    /// <summary>Gradient of the output, laid out as Y.</summary>
    public float* DY;
    public long DYStride;

    /// <summary>In: gradient of the final state, [batch, states x units]; out: of the initial state.</summary>
    public float* DState;

    /// <summary>The step of each sequence whose state was returned, [batch], with its gradient in <see cref="DStateAt"/>; null: the last, whose gradient is in DState.</summary>
    public int* StateAt;
    public float* DStateAt;

    /// <summary>U [recurrent blocks x units, units or rank] and, where it is of low rank, its first factor [rank, units], packed by <see cref="Gemm.PackRows"/>.</summary>
    public float* RecurrentPanels, FirstPanels;

    /// <summary>The linked blocks of U, packed likewise.</summary>
    public float* LinkedPanels;

    /// <summary>W [blocks x units, input] packed by <see cref="Gemm.PackRows"/>, where the gradient of x is wanted and the pass is interleaved.</summary>
    public float* Panels;

    /// <summary>Gradient of U for all steps, [time, batch, URow]; null in an interleaved pass: scratch a block serves.</summary>
    public float* DU;

    /// <summary>Gradient of x, [time, batch, input]; null where it is not wanted. Added to if <see cref="AddX"/>.</summary>
    public float* DX;
    public bool AddX;

    /// <summary>Gradient of x' where that is no block of U, with its distance between rows; may be DX itself. Added to if <see cref="AddSkip"/>.</summary>
    public float* DSkip;
    public long DSkipStride;
    public bool AddSkip;
}

/// <summary>Gradients that are summed over rows and steps; each worker has its own, and the caller adds them in the workers' order.</summary>
unsafe struct GradientSums
{
    /// <summary>Of W, [blocks x units, input]; null in a pass that is not interleaved.</summary>
    public float* W;

    /// <summary>Of the vectors, [vectors, units].</summary>
    public float* P;

    /// <summary>Of what the cell sees of the scalars.</summary>
    public double* Q;

    /// <summary>Of U, [recurrent blocks x units, units or rank], and of its first factor, [rank, units].</summary>
    public float* U, First;

    /// <summary>Of the normalisation of U h, [recurrent blocks x units], and of that of a first phase's output, [2, units].</summary>
    public float* Gain, StateNorm;
}

/// <summary>The backward scan: block by block in reverse, the steps' adjoints, then the products that use them.</summary>
static unsafe class ScanBackward
{
    /// <summary>Floats of scratch for <see cref="Run"/> on some rows.</summary>
    public static long ScratchFloats(in ScanPass pass, int rows)
    {
        int blockRows = pass.BlockSteps(rows) * rows;
        long transposed = pass.Interleaved ? Gemm.TransposedScratchFloats(blockRows, pass.WRow, pass.Input) : 0;
        if (pass.Recurrent.Present) transposed = Math.Max(transposed, RecurrentPass.TransposedScratchFloats(pass, blockRows));
        return pass.BlockFloats(rows) + RecurrentPass.BackwardScratchFloats(pass, rows) + transposed;
    }

    /// <summary>Rows [from, to) of the batch. Adds to <paramref name="sums"/>, which belong to this worker.</summary>
    public static void Run(in ScanPass pass, in ScanGradients g, int from, int to, in GradientSums sums, float* scratch)
    {
        int rows = to - from, blockSteps = pass.BlockSteps(rows);
        bool wholeDU = g.DU != null;
        long uStep = (long)pass.Batch * pass.URow, duStep = (long)(wholeDU ? pass.Batch : rows) * pass.URow;
        float* dq = scratch + pass.BlockFloats(rows), rest = dq + RecurrentPass.BackwardScratchFloats(pass, rows);
        for (int n1 = pass.Time; n1 > 0; n1 = Math.Max(0, n1 - blockSteps))
        {
            int n0 = Math.Max(0, n1 - blockSteps);
            int first = Math.Min(pass.StepAt(n0), pass.StepAt(n1 - 1));
            float* u = pass.U + ((long)first * pass.Batch + from) * pass.URow;
            float* du = wholeDU ? g.DU + ((long)first * pass.Batch + from) * pass.URow : scratch;
            for (int n = n1 - 1; n >= n0; n--)
            {
                int t = pass.StepAt(n);
                AddStateGradient(pass, g, t, from, to);
                StepRows(pass, g, t, from, to, u + (t - first) * uStep, du + (t - first) * duStep, sums);
                if (pass.Step is TwoPhaseKernel two) FirstPhase.Backward(pass, g, two, t, t - first, from, to, u + (t - first) * uStep, du + (t - first) * duStep, dq, sums);
                if (pass.Recurrent.Present) RecurrentPass.Backward(pass, g, t, t - first, from, rows, du + (t - first) * duStep, dq, sums);
            }
            if (pass.Interleaved) MultiplyBlock(pass, g, first, n1 - n0, from, rows, du, sums.W, rest);
            if (pass.Recurrent.Present) RecurrentPass.Gradients(pass, first, n1 - n0, from, rows, du, duStep, dq, sums, rest);
        }
    }

    static void AddStateGradient(in ScanPass pass, in ScanGradients g, int t, int from, int to)
    {
        if (g.StateAt == null) return;
        for (int row = from; row < to; row++)
        {
            if (g.StateAt[row] != t) continue;
            float* d = g.DState + (long)row * pass.StateRow, at = g.DStateAt + (long)row * pass.StateRow;
            for (int j = 0; j < pass.StateRow; j++) d[j] += at[j];
        }
    }

    static void StepRows(in ScanPass pass, in ScanGradients g, int t, int from, int to, float* u, float* du, in GradientSums sums)
    {
        var last = pass.Last;
        for (int row = from; row < to;)
        {
            int end = pass.RunEnd(t, row, to, out bool active);
            long at = (long)t * pass.Batch + row, offset = (long)(row - from) * pass.URow;
            float* dskip = g.DSkip != null ? g.DSkip + at * g.DSkipStride : du + offset + (long)pass.Step.Inputs * pass.Units;
            long dskipStride = g.DSkip != null ? g.DSkipStride : pass.URow;
            if (active)
            {
                var args = pass.Args(last, t, row, end - row, u + offset, pass.URow);
                args.Y = g.DY + at * g.DYStride;
                args.YStride = (nint)g.DYStride;
                args.DS = g.DState + (long)row * pass.StateRow;
                args.DSStride = pass.StateRow;
                args.DX = du + offset + (long)last.Block * pass.Units;
                args.DXStride = pass.URow;
                args.DSkip = dskip;
                args.DSkipStride = (nint)dskipStride;
                args.AddSkip = g.DSkip != null && g.AddSkip;
                args.DU = du + offset + pass.WRow;
                args.DUStride = pass.URow;
                args.DP = sums.P + (long)last.Vector * pass.Units;
                args.DQ = sums.Q;
                last.Step.Backward(ref args);
            }
            else
            {
                new Span<float>(du + offset, (end - row) * pass.URow).Clear();
                if (g.DSkip != null && !g.AddSkip)
                {
                    for (int r = row; r < end; r++, dskip += dskipStride) new Span<float>(dskip, pass.Units).Clear();
                }
            }
            row = end;
        }
    }

    static void MultiplyBlock(in ScanPass pass, in ScanGradients g, int first, int steps, int from, int rows, float* du, float* dw, float* scratch)
    {
        long at = ((long)first * pass.Batch + from) * pass.Input, xStep = (long)pass.Batch * pass.Input, duStep = (long)rows * pass.URow;
        var (groups, groupRows) = rows == pass.Batch ? (1, steps * rows) : (steps, rows);
        if (g.DX != null) Gemm.Multiply(du, pass.URow, duStep, g.Panels, g.DX + at, pass.Input, xStep, groups, groupRows, pass.Input, pass.WRow, g.AddX);
        if (dw != null) Gemm.MultiplyTransposed(du, pass.URow, duStep, pass.X + at, pass.Input, xStep, dw, pass.Input, groups, groupRows, pass.WRow, pass.Input, accumulate: true, scratch);
    }
}
