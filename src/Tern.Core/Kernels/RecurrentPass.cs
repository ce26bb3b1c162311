namespace Tern.Kernels;

/// <summary>
/// The recurrent matrix of a pass: what the scan does between W x and the cell's step, U h. Each worker walks all time
/// steps of its own rows with U packed and resident in its cache; no worker waits for another between steps. U may be of
/// low rank, U = U_2 U_1. Its gradient is summed by blocks of time, as W's is.
/// </summary>
unsafe struct RecurrentPass
{
    /// <summary>Recurrent blocks: the last columns of W x and of the cell's own, to which they are added or written; 0 for the scan family.</summary>
    public int Blocks;

    /// <summary>Rank of U; 0 for a full matrix.</summary>
    public int Rank;

    /// <summary>U^T (or U_2^T) packed by <see cref="Gemm.PackColumns"/>: the blocks that are added to W x, then those with slots of their own.</summary>
    public float* Added, Own;

    /// <summary>U_1^T, packed likewise.</summary>
    public float* First;

    /// <summary>U_1 h of all steps, [time, batch, rank], for the backward; null where none follows.</summary>
    public float* Kept;

    public readonly bool Present => Blocks > 0;

    /// <summary>First column of the recurrent blocks in a row.</summary>
    static int Column(in ScanPass pass) => (pass.Blocks + pass.Step.Recurrents - pass.Recurrent.Blocks) * pass.Units;

    /// <summary>Adds U h to the rows of a step; <paramref name="scratch"/> has room for U_1 h where that is not kept.</summary>
    public static void Forward(in ScanPass pass, int t, int from, int rows, float* u, float* scratch)
    {
        ref readonly RecurrentPass r = ref pass.Recurrent;
        float* h = pass.StateBefore(0, t, from, out nint stride);
        int k = pass.Units;
        if (r.Rank > 0)
        {
            float* q = r.Kept != null ? r.Kept + ((long)t * pass.Batch + from) * r.Rank : scratch;
            Gemm.Multiply(h, stride, 0, r.First, q, r.Rank, 0, 1, rows, r.Rank, k, accumulate: false);
            h = q;
            stride = k = r.Rank;
        }
        int own = pass.Step.Recurrents * pass.Units, added = r.Blocks * pass.Units - own;
        float* c = u + Column(pass);
        if (added > 0) Gemm.Multiply(h, stride, 0, r.Added, c, pass.URow, 0, 1, rows, added, k, accumulate: true);
        if (own > 0) Gemm.Multiply(h, stride, 0, r.Own, c + added, pass.URow, 0, 1, rows, own, k, accumulate: false);
    }

    /// <summary>Adds what U h hands back to the gradient of the state before; leaves the gradient of U_1 h in <paramref name="dq"/>.</summary>
    public static void Backward(in ScanPass pass, in ScanGradients g, int from, int rows, float* du, float* dq)
    {
        ref readonly RecurrentPass r = ref pass.Recurrent;
        float* d = du + Column(pass), dh = g.DState + (long)from * pass.StateRow;
        int k = r.Blocks * pass.Units;
        if (r.Rank == 0)
        {
            Gemm.Multiply(d, pass.URow, 0, g.RecurrentPanels, dh, pass.StateRow, 0, 1, rows, pass.Units, k, accumulate: true);
            return;
        }
        Gemm.Multiply(d, pass.URow, 0, g.RecurrentPanels, dq, r.Rank, 0, 1, rows, r.Rank, k, accumulate: false);
        Gemm.Multiply(dq, r.Rank, 0, g.FirstPanels, dh, pass.StateRow, 0, 1, rows, pass.Units, r.Rank, accumulate: true);
    }

    /// <summary>Floats of scratch for <see cref="Gradients"/> on blocks of some rows.</summary>
    public static long TransposedScratchFloats(in ScanPass pass, int blockRows)
    {
        int m = pass.Recurrent.Blocks * pass.Units, rank = pass.Recurrent.Rank;
        return rank == 0 ? Gemm.TransposedScratchFloats(blockRows, m, pass.Units)
            : Math.Max(Gemm.TransposedScratchFloats(blockRows, m, rank), Gemm.TransposedScratchFloats(blockRows, rank, pass.Units));
    }

    /// <summary>Adds a block of time to the gradient of U.</summary>
    public static void Gradients(in ScanPass pass, int first, int steps, int from, int rows, float* du, long duStep, float* dq, in GradientSums sums, float* scratch)
    {
        ref readonly RecurrentPass r = ref pass.Recurrent;
        float* d = du + Column(pass);
        int m = r.Blocks * pass.Units;
        if (r.Rank == 0)
        {
            TimesState(pass, first, steps, from, rows, d, pass.URow, duStep, sums.U, m, scratch);
            return;
        }
        float* q = r.Kept + ((long)first * pass.Batch + from) * r.Rank;
        Gemm.MultiplyTransposed(d, pass.URow, duStep, q, r.Rank, (long)pass.Batch * r.Rank, sums.U, r.Rank, steps, rows, m, r.Rank, accumulate: true, scratch);
        TimesState(pass, first, steps, from, rows, dq, r.Rank, (long)rows * r.Rank, sums.First, r.Rank, scratch);
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
