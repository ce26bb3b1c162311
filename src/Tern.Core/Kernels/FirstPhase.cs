namespace Tern.Kernels;

/// <summary>The first phase of a cell of two, and the product or normalisation of its output.</summary>
static unsafe class FirstPhase
{
    /// <summary>The phase over the rows of a step, then what goes from its output to the second phase's blocks.</summary>
    public static void Forward(in ScanPass pass, TwoPhaseKernel two, int t, int from, int to, float* u, float* scratch)
    {
        float* q = RecurrentPass.Output(pass, t, from, to - from, scratch);
        for (int row = from; row < to;)
        {
            int end = pass.RunEnd(t, row, to, out bool active);
            float* y = q + (long)(row - from) * pass.Units;
            if (active)
            {
                var args = Args(pass, two, t, row, end - row, u + (long)(row - from) * pass.URow, y);
                two.First.Step.Forward(ref args);
            }
            else new Span<float>(y, (end - row) * pass.Units).Clear();
            row = end;
        }
        RecurrentPass.ForwardLinked(pass, t, from, to - from, u, q, scratch);
    }

    /// <summary>The adjoint of both; on padded rows the gradient of U is 0 already.</summary>
    public static void Backward(in ScanPass pass, in ScanGradients g, TwoPhaseKernel two, int t, int step, int from, int to, float* u, float* du, float* scratch, in GradientSums sums)
    {
        float* dq = RecurrentPass.BackwardLinked(pass, g, t, step, from, to - from, du, scratch, sums);
        for (int row = from; row < to;)
        {
            int end = pass.RunEnd(t, row, to, out bool active);
            if (active)
            {
                long offset = (long)(row - from) * pass.URow;
                var args = Args(pass, two, t, row, end - row, u + offset, dq + (long)(row - from) * pass.Units);
                args.DS = g.DState + (long)row * pass.StateRow + (long)two.First.State * pass.Units;
                args.DSStride = pass.StateRow;
                args.DX = du + offset;
                args.DXStride = pass.URow;
                args.DP = sums.P;
                args.DQ = sums.Q;
                two.First.Step.Backward(ref args);
            }
            row = end;
        }
    }

    static StepArgs Args(in ScanPass pass, TwoPhaseKernel two, int t, int row, int rows, float* u, float* y)
    {
        var args = pass.Args(two.First, t, row, rows, u, pass.URow);
        args.Mask = pass.Ones;
        args.MaskStride = 0;
        args.Y = y;
        args.YStride = pass.Units;
        return args;
    }
}
