using System.Diagnostics;

namespace Tern.Kernels;

/// <summary>
/// The recurrent matrix of a pass: what the scan does between W x and the cell's step, U h. Each worker walks all time
/// steps of its own rows with U packed and resident in its cache; no worker waits for another between steps. U may be of
/// low rank, U = U_2 U_1. Its gradient is summed by blocks of time, as W's is. In a cell of two phases the last blocks of
/// U, the linked ones, multiply the first phase's output instead of h.
/// </summary>
unsafe struct RecurrentPass
{
    /// <summary>Recurrent blocks: the last columns of W x and of the cell's own, to which they are added or written; 0 for the scan family.</summary>
    public int Blocks;

    /// <summary>How many of them have slots of their own, and how many are linked: the last ones, of one kind or the other.</summary>
    public int OwnBlocks, LinkedBlocks;

    /// <summary>Rank of U; 0 for a full matrix.</summary>
    public int Rank;

    /// <summary>U (or U_2), [blocks x units, units or rank]: the blocks that are added to W x, those with slots of their own, the linked ones.</summary>
    public Factor Added, Own, Linked;

    /// <summary>U_1, [rank, units].</summary>
    public Factor First;

    /// <summary>U_1 h of all steps, [time, batch, rank], for the backward; null where none follows.</summary>
    public float* Kept;

    /// <summary>Likewise of the first phase: its output, [time, batch, units], and U_1 times it, [time, batch, rank].</summary>
    public float* KeptOutput, KeptLinked;

    /// <summary>Layer normalisation of a row of U h: its weight, [blocks x units], null for none; U h of all steps, [time, batch, blocks x units], for the backward.</summary>
    public float* Gain, KeptProducts;

    /// <summary>Layer normalisation of the first phase's output: weight and bias, [2, units], null for none.</summary>
    public float* StateNorm;

    public readonly bool Present => Blocks > 0;

    readonly int AddedBlocks => Blocks - OwnBlocks - LinkedBlocks;

    /// <summary>First column of the recurrent blocks in a row. No cell has a projected x', which lies behind its input blocks, and blocks of U of its own, behind that.</summary>
    static int Column(in ScanPass pass)
    {
        Debug.Assert(pass.Recurrent.OwnBlocks == 0 || pass.Blocks == pass.Step.Inputs, "recurrent blocks lie side by side");
        return (pass.Step.Inputs + pass.Recurrent.OwnBlocks - pass.Recurrent.Blocks) * pass.Units;
    }

    /// <summary>First column of the linked blocks.</summary>
    static int LinkedColumn(in ScanPass pass) => Column(pass) + pass.Recurrent.AddedBlocks * pass.Units;

    /// <summary>Floats of scratch for the steps of a forward: one of <see cref="Kept"/>, then the first phase's output, then U h before it is normalised.</summary>
    public static long ForwardScratchFloats(in ScanPass pass, int rows) =>
        (long)rows * (pass.Recurrent.Rank + (pass.Step is TwoPhaseKernel ? pass.Units : 0) + (pass.Recurrent.Gain != null ? pass.Recurrent.Blocks * pass.Units : 0));

    /// <summary>Adds U h to the rows of a step.</summary>
    public static void Forward(in ScanPass pass, int t, int from, int rows, float* u, float* scratch)
    {
        ref readonly RecurrentPass r = ref pass.Recurrent;
        float* h = pass.StateBefore(0, t, from, out nint stride);
        int k = pass.Units, own = r.OwnBlocks * pass.Units, added = r.AddedBlocks * pass.Units;
        if (r.Rank > 0) h = MultiplyFirst(pass, r.Kept, t, from, rows, h, ref stride, ref k, scratch);
        float* c = u + Column(pass);
        if (r.Gain != null)
        {
            int width = added + own;
            float* v = r.KeptProducts != null ? r.KeptProducts + ((long)t * pass.Batch + from) * width : scratch + (long)rows * (r.Rank + (pass.Step is TwoPhaseKernel ? pass.Units : 0));
            r.Added.Multiply(h, stride, v, width, rows, added, k, accumulate: false);
            if (own > 0) r.Own.Multiply(h, stride, v + added, width, rows, own, k, accumulate: false);
            for (int row = 0; row < rows; row++) LayerNorm.AddRow(v + (long)row * width, c + (long)row * pass.URow, added, width, r.Gain);
            return;
        }
        if (added > 0) r.Added.Multiply(h, stride, c, pass.URow, rows, added, k, accumulate: true);
        if (own > 0) r.Own.Multiply(h, stride, c + added, pass.URow, rows, own, k, accumulate: false);
    }

    /// <summary>Where the first phase's output goes, [rows, units].</summary>
    public static float* Output(in ScanPass pass, int t, int from, int rows, float* scratch) =>
        pass.Recurrent.KeptOutput != null ? pass.Recurrent.KeptOutput + ((long)t * pass.Batch + from) * pass.Units : scratch + (long)rows * pass.Recurrent.Rank;

    /// <summary>Adds the linked blocks' product with the first phase's output q, or normalises it into the second phase's slot.</summary>
    public static void ForwardLinked(in ScanPass pass, int t, int from, int rows, float* u, float* q, float* scratch)
    {
        ref readonly RecurrentPass r = ref pass.Recurrent;
        if (r.StateNorm != null)
        {
            for (int row = 0; row < rows; row++)
                LayerNorm.Row(q + (long)row * pass.Units, u + (long)row * pass.URow + pass.WRow, pass.Units, r.StateNorm, r.StateNorm + pass.Units);
            return;
        }
        nint stride = pass.Units;
        int k = pass.Units;
        if (r.Rank > 0) q = MultiplyFirst(pass, r.KeptLinked, t, from, rows, q, ref stride, ref k, scratch);
        r.Linked.Multiply(q, stride, u + LinkedColumn(pass), pass.URow, rows, r.LinkedBlocks * pass.Units, k, accumulate: true);
    }

    /// <summary>U_1 times rows, where it is kept or in scratch.</summary>
    static float* MultiplyFirst(in ScanPass pass, float* kept, int t, int from, int rows, float* h, ref nint stride, ref int k, float* scratch)
    {
        int rank = pass.Recurrent.Rank;
        float* q = kept != null ? kept + ((long)t * pass.Batch + from) * rank : scratch;
        pass.Recurrent.First.Multiply(h, stride, q, rank, rows, rank, k, accumulate: false);
        stride = k = rank;
        return q;
    }

    /// <summary>Floats of scratch for the steps of a block of the backward: gradients of <see cref="Kept"/> and <see cref="KeptLinked"/>, of the first phase's output at one step, and of U h before it is normalised.</summary>
    public static long BackwardScratchFloats(in ScanPass pass, int rows) =>
        ProductGradientsOffset(pass, rows) + (pass.Recurrent.Gain != null ? (long)pass.BlockSteps(rows) * rows * pass.Recurrent.Blocks * pass.Units : 0);

    static long ProductGradientsOffset(in ScanPass pass, int rows) =>
        (long)pass.BlockSteps(rows) * rows * pass.Recurrent.Rank * (pass.Recurrent.LinkedBlocks > 0 ? 2 : 1) + (pass.Step is TwoPhaseKernel ? (long)rows * pass.Units : 0);

    /// <summary>Adds what U h hands back to the gradient of the state before.</summary>
    public static void Backward(in ScanPass pass, in ScanGradients g, int t, int step, int from, int rows, float* du, float* scratch, in GradientSums sums)
    {
        ref readonly RecurrentPass r = ref pass.Recurrent;
        float* dh = g.DState + (long)from * pass.StateRow, d = du + Column(pass);
        int width = (r.Blocks - r.LinkedBlocks) * pass.Units, stride = pass.URow;
        if (r.Gain != null)
        {
            float* v = r.KeptProducts + ((long)t * pass.Batch + from) * width, dv = scratch + ProductGradientsOffset(pass, rows) + (long)step * rows * width;
            for (int row = 0; row < rows; row++)
                LayerNorm.Backward(v + (long)row * width, d + (long)row * stride, dv + (long)row * width, width, r.Gain, sums.Gain, null);
            d = dv;
            stride = width;
        }
        MultiplyBack(pass, g.RecurrentPanels, g.FirstPanels, d, stride, width, rows, scratch + (long)step * rows * r.Rank, dh, pass.StateRow, accumulate: true);
    }

    /// <summary>The gradient of the first phase's output, [rows, units].</summary>
    public static float* BackwardLinked(in ScanPass pass, in ScanGradients g, int t, int step, int from, int rows, float* du, float* scratch, in GradientSums sums)
    {
        ref readonly RecurrentPass r = ref pass.Recurrent;
        float* dfirst = LinkedGradients(pass, rows, scratch), dq = scratch + ProductGradientsOffset(pass, rows) - (long)rows * pass.Units;
        if (r.StateNorm != null)
        {
            float* q = r.KeptOutput + ((long)t * pass.Batch + from) * pass.Units;
            for (int row = 0; row < rows; row++, q += pass.Units)
                LayerNorm.Backward(q, du + (long)row * pass.URow + pass.WRow, dq + (long)row * pass.Units, pass.Units, r.StateNorm, sums.StateNorm, sums.StateNorm + pass.Units);
            return dq;
        }
        MultiplyBack(pass, g.LinkedPanels, g.FirstPanels, du + LinkedColumn(pass), pass.URow, r.LinkedBlocks * pass.Units, rows,
            dfirst + (long)step * rows * r.Rank, dq, pass.Units, accumulate: false);
        return dq;
    }

    /// <summary>Gradients of <see cref="KeptLinked"/>, behind those of <see cref="Kept"/>.</summary>
    static float* LinkedGradients(in ScanPass pass, int rows, float* scratch) => scratch + (long)pass.BlockSteps(rows) * rows * pass.Recurrent.Rank;

    static void MultiplyBack(in ScanPass pass, float* panels, float* first, float* d, int dStride, int k, int rows, float* dq, float* to, int stride, bool accumulate)
    {
        int rank = pass.Recurrent.Rank;
        if (rank == 0)
        {
            Gemm.Multiply(d, dStride, 0, panels, to, stride, 0, 1, rows, pass.Units, k, accumulate);
            return;
        }
        Gemm.Multiply(d, dStride, 0, panels, dq, rank, 0, 1, rows, rank, k, accumulate: false);
        Gemm.Multiply(dq, rank, 0, first, to, stride, 0, 1, rows, pass.Units, rank, accumulate);
    }

    /// <summary>Floats of scratch for <see cref="Gradients"/> on blocks of some rows.</summary>
    public static long TransposedScratchFloats(in ScanPass pass, int blockRows)
    {
        int m = pass.Recurrent.Blocks * pass.Units, rank = pass.Recurrent.Rank;
        return rank == 0 ? Gemm.TransposedScratchFloats(blockRows, m, pass.Units)
            : Math.Max(Gemm.TransposedScratchFloats(blockRows, m, rank), Gemm.TransposedScratchFloats(blockRows, rank, pass.Units));
    }

    /// <summary>Adds a block of time to the gradient of U; <paramref name="dq"/> is the block's scratch of <see cref="BackwardScratchFloats"/>.</summary>
    public static void Gradients(in ScanPass pass, int first, int steps, int from, int rows, float* du, long duStep, float* dq, in GradientSums sums, float* scratch)
    {
        ref readonly RecurrentPass r = ref pass.Recurrent;
        int m = (r.Blocks - r.LinkedBlocks) * pass.Units, linked = r.LinkedBlocks * pass.Units;
        float* d = du + Column(pass), dlinked = du + LinkedColumn(pass);
        long at = (long)first * pass.Batch + from, dStride = pass.URow, dStep = duStep;
        if (r.Gain != null)
        {
            d = dq + ProductGradientsOffset(pass, rows);
            (dStride, dStep) = (m, (long)rows * m);
        }
        if (r.Rank == 0)
        {
            TimesState(pass, first, steps, from, rows, d, dStride, dStep, sums.U, m, scratch);
            if (linked > 0)
                Gemm.MultiplyTransposed(dlinked, pass.URow, duStep, r.KeptOutput + at * pass.Units, pass.Units, (long)pass.Batch * pass.Units, sums.U + (long)m * pass.Units, pass.Units, steps, rows, linked, pass.Units, accumulate: true, scratch);
            return;
        }
        Gemm.MultiplyTransposed(d, dStride, dStep, r.Kept + at * r.Rank, r.Rank, (long)pass.Batch * r.Rank, sums.U, r.Rank, steps, rows, m, r.Rank, accumulate: true, scratch);
        TimesState(pass, first, steps, from, rows, dq, r.Rank, (long)rows * r.Rank, sums.First, r.Rank, scratch);
        if (linked == 0) return;
        Gemm.MultiplyTransposed(dlinked, pass.URow, duStep, r.KeptLinked + at * r.Rank, r.Rank, (long)pass.Batch * r.Rank, sums.U + (long)m * r.Rank, r.Rank, steps, rows, linked, r.Rank, accumulate: true, scratch);
        Gemm.MultiplyTransposed(LinkedGradients(pass, rows, dq), r.Rank, (long)rows * r.Rank, r.KeptOutput + at * pass.Units, pass.Units, (long)pass.Batch * pass.Units, sums.First, pass.Units, steps, rows, r.Rank, pass.Units, accumulate: true, scratch);
    }

    /// <summary>Adds the sum over a block of gradient times state before.</summary>
    static void TimesState(in ScanPass pass, int first, int steps, int from, int rows, float* d, long stride, long step, float* sum, int m, float* scratch)
    {
        // The initial state lies elsewhere than the others.
        int initial = pass.Reverse ? pass.Time - 1 : 0;
        if (initial >= first && initial < first + steps)
        {
            float* h0 = pass.StateBefore(0, initial, from, out nint h0Stride);
            Gemm.MultiplyTransposed(d + (initial - first) * step, stride, 0, h0, h0Stride, 0, sum, pass.Units, 1, rows, m, pass.Units, accumulate: true, scratch);
            if (initial == first)
            {
                first++;
                d += step;
            }
            steps--;
        }
        if (steps == 0) return;
        float* h = pass.StateBefore(0, first, from, out nint hStride);
        Gemm.MultiplyTransposed(d, stride, step, h, hStride, pass.Batch * hStride, sum, pass.Units, steps, rows, m, pass.Units, accumulate: true, scratch);
    }
}
