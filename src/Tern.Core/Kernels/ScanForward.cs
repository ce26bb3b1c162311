namespace Tern.Kernels;

/// <summary>The forward scan: block by block of time, a product and the steps that use it.</summary>
static unsafe class ScanForward
{
    /// <summary>Floats of scratch for <see cref="Run"/> on some rows.</summary>
    public static long ScratchFloats(in ScanPass pass, int rows) =>
        (pass.U == null ? pass.BlockFloats(rows) : 0) + RecurrentPass.ForwardScratchFloats(pass, rows);

    /// <summary>Rows [from, to) of the batch, with scratch of <see cref="ScratchFloats"/>.</summary>
    public static void Run(in ScanPass pass, int from, int to, float* scratch)
    {
        int rows = to - from, blockSteps = pass.BlockSteps(rows);
        bool keepU = pass.U != null;
        long uStep = (long)(keepU ? pass.Batch : rows) * pass.URow;   // distance between steps of U
        for (int n0 = 0; n0 < pass.Time; n0 += blockSteps)
        {
            int n1 = Math.Min(pass.Time, n0 + blockSteps);
            int first = Math.Min(pass.StepAt(n0), pass.StepAt(n1 - 1));   // the block's earliest step
            float* u = keepU ? pass.U + ((long)first * pass.Batch + from) * pass.URow : scratch;
            if (pass.Interleaved) MultiplyBlock(pass, first, n1 - n0, from, rows, u, uStep);
            if (pass.NormWidth > 0) NormaliseBlock(pass, n1 - n0, rows, u, uStep);
            for (int n = n0; n < n1; n++)
            {
                int t = pass.StepAt(n);
                if (pass.Recurrent.Present) RecurrentPass.Forward(pass, t, from, rows, u + (t - first) * uStep, scratch + (keepU ? 0 : pass.BlockFloats(rows)));
                if (pass.Step is TwoPhaseKernel two) FirstPhase.Forward(pass, two, t, from, to, u + (t - first) * uStep, scratch + (keepU ? 0 : pass.BlockFloats(rows)));
                StepRows(pass, t, from, to, u + (t - first) * uStep);
            }
        }
    }

    static void MultiplyBlock(in ScanPass pass, int first, int steps, int from, int rows, float* u, long uStep)
    {
        float* x = pass.X + ((long)first * pass.Batch + from) * pass.Input;
        var (groups, groupRows) = rows == pass.Batch && uStep == (long)rows * pass.URow ? (1, steps * rows) : (steps, rows);
        pass.Weight.Multiply(x, pass.Input, (long)pass.Batch * pass.Input, u, pass.URow, uStep, groups, groupRows, pass.WRow, pass.Input, accumulate: false);
    }

    static void NormaliseBlock(in ScanPass pass, int steps, int rows, float* u, long uStep)
    {
        for (int step = 0; step < steps; step++)
        {
            for (int row = 0; row < rows; row++)
            {
                float* x = u + step * uStep + (long)row * pass.URow;
                LayerNorm.Row(x, x, pass.NormWidth, pass.NormWeight, pass.NormBias);
            }
        }
    }

    static void StepRows(in ScanPass pass, int t, int from, int to, float* u)
    {
        var last = pass.Last;
        for (int row = from; row < to;)
        {
            int end = pass.RunEnd(t, row, to, out bool active);
            float* y = pass.Y + ((long)t * pass.Batch + row) * pass.YStride;
            if (active)
            {
                var args = pass.Args(last, t, row, end - row, u + (long)(row - from) * pass.URow, pass.URow);
                args.Y = y;
                last.Step.Forward(ref args);
            }
            else
            {
                for (int r = row; r < end; r++, y += pass.YStride) new Span<float>(y, pass.Units).Clear();
                long floats = (long)(end - row) * pass.StateRow;   // all states: where there is padding, they are rows of one tensor
                if (pass.KeepStates) Buffer.MemoryCopy(pass.StateBefore(0, t, row, out _), pass.StateAfter(0, t, row, out _), floats * 4, floats * 4);
            }
            row = end;
        }
    }
}
