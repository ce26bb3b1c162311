namespace Tern.Kernels;

/// <summary>
/// One direction of one recurrent layer over a batch of sequences: the memory that forward and backward share.
/// All tensors are row-major, [time, batch, ...]; the caller owns them.
/// </summary>
unsafe struct ScanPass
{
    /// <summary>The cell's step.</summary>
    public StepKernel Step;
    public int Time, Batch;

    /// <summary>Features of x.</summary>
    public int Input;

    /// <summary>Units of the layer (of this direction).</summary>
    public int Units;

    /// <summary>Blocks of W: the cell's inputs, and x' where that is projected.</summary>
    public int Blocks;

    /// <summary>The recurrent matrix, where the cell has one.</summary>
    public RecurrentPass Recurrent;

    /// <summary>Walk from the last step to the first. With carried states on padded steps this is the sequence reversed within its own length.</summary>
    public bool Reverse;

    /// <summary>x, [time, batch, input].</summary>
    public float* X;

    /// <summary>Products are made block by block of time between the scans; else U already holds W x, and there is one block.</summary>
    public bool Interleaved;

    /// <summary>W [blocks x units, input], where <see cref="Interleaved"/>.</summary>
    public Factor Weight;

    /// <summary>Layer normalisation of the first columns of a row of U, between product and steps, in a forward without a backward; width 0 for none.</summary>
    public float* NormWeight, NormBias;
    public int NormWidth;

    /// <summary>
    /// U = W x, and behind it a recurrent cell's own blocks and room, [time, batch, URow]; gates are saved in place. Null in
    /// a forward without a backward: scratch serves.
    /// </summary>
    public float* U;

    /// <summary>x' with its distance between rows (a step is batch rows further); null where it is a block of U or the cell has none.</summary>
    public float* Skip;
    public long SkipStride;

    /// <summary>Variational mask with its distance between rows: [batch, ...], or one row of ones and 0.</summary>
    public float* Mask;
    public long MaskStride;

    /// <summary>Zoneout's share of the new state with its distances between rows and between steps: [time, batch, ...], or one row and 0. Null for cells without.</summary>
    public float* Keep;
    public long KeepStride, KeepStep;

    /// <summary>A row of ones: the mask of a first phase.</summary>
    public float* Ones;

    /// <summary>Vectors, [vectors, units].</summary>
    public float* P;

    /// <summary>Sigmoids of the scalars, then constants.</summary>
    public float* Q;

    /// <summary>Initial state, [batch, states x units].</summary>
    public float* C0;

    /// <summary>States, [time, batch, KeptRow]; with <see cref="KeepStates"/> false [batch, states x units], holding the initial state and in the end the final one.</summary>
    public float* C;
    public bool KeepStates;

    /// <summary>The output is state 0 (no mask, no padding): it is not kept twice.</summary>
    public bool OutputIsState;

    /// <summary>Output h with its distance between rows.</summary>
    public float* Y;
    public long YStride;

    /// <summary>1 for a step of a sequence, 0 for padding, [time, batch]; null where nothing is padded.</summary>
    public byte* Active;

    /// <summary>The cell's last phase, for most cells the only one.</summary>
    public readonly Phase Last => Step is TwoPhaseKernel two ? two.Second : new(Step, 0, 0, 0);

    /// <summary>Floats of one row of W x.</summary>
    public readonly int WRow => Blocks * Units;

    /// <summary>Floats of one row of U.</summary>
    public readonly int URow => (Blocks + Step.Recurrents + Step.Room) * Units;

    /// <summary>Floats of one row of states.</summary>
    public readonly int StateRow => Step.States * Units;

    /// <summary>Floats of one row of the states that are kept in C.</summary>
    public readonly int KeptRow => (Step.States - (OutputIsState ? 1 : 0)) * Units;

    /// <summary>Steps in a block of about <see cref="BlockRows"/> rows.</summary>
    public readonly int BlockSteps(int rows) => !Interleaved && !Recurrent.Present ? Time : Math.Clamp(BlockRows / Math.Max(1, rows), 1, Math.Max(1, Time));

    /// <summary>
    /// Rows of a block of U. Narrow rows: few enough that the block stays in the second-level cache between product and
    /// scan. Wide rows, or a recurrent matrix: the scan is a small part, and more rows use each packed panel longer.
    /// </summary>
    readonly int BlockRows => Recurrent.Present || URow > 512 ? 256 : 96;

    /// <summary>Floats of scratch for a block of U of some rows.</summary>
    public readonly long BlockFloats(int rows) => (long)BlockSteps(rows) * rows * URow;

    /// <summary>The n-th step in the order of this direction.</summary>
    public readonly int StepAt(int n) => Reverse ? Time - 1 - n : n;

    /// <summary>State k before step t, in the order of this direction, with the distance between its rows.</summary>
    public readonly float* StateBefore(int k, int t, int row, out nint stride)
    {
        int before = Reverse ? t + 1 : t - 1;
        if (!KeepStates || (uint)before < (uint)Time) return StateAfter(k, before, row, out stride);
        stride = StateRow;
        return C0 + (long)row * StateRow + (long)k * Units;
    }

    /// <summary>State k after step t.</summary>
    public readonly float* StateAfter(int k, int t, int row, out nint stride)
    {
        bool inOutput = OutputIsState && k == 0;
        stride = !KeepStates ? StateRow : inOutput ? (nint)YStride : KeptRow;
        if (!KeepStates) return C + (long)row * StateRow + (long)k * Units;
        long at = (long)t * Batch + row;
        return inOutput ? Y + at * YStride : C + at * KeptRow + (long)(OutputIsState ? k - 1 : k) * Units;
    }

    /// <summary>The end of the run of rows, from <paramref name="row"/> on, that are all steps or all padding at step t.</summary>
    public readonly int RunEnd(int t, int row, int end, out bool active)
    {
        if (Active == null)
        {
            active = true;
            return end;
        }
        byte* mask = Active + (long)t * Batch;
        byte kind = mask[row];
        active = kind != 0;
        do row++;
        while (row < end && mask[row] == kind);
        return row;
    }

    /// <summary>The arguments of step t for rows from <paramref name="row"/> on that forward and backward share.</summary>
    public readonly StepArgs Args(in Phase phase, int t, int row, int rows, float* u, long uStride)
    {
        var args = new StepArgs
        {
            Rows = rows,
            Units = Units,
            X = u + (long)phase.Block * Units,
            XStride = (nint)uStride,
            U = u + (long)WRow,
            UStride = (nint)uStride,
            Skip = Skip != null ? Skip + ((long)t * Batch + row) * SkipStride : u + (long)Step.Inputs * Units,
            SkipStride = (nint)(Skip != null ? SkipStride : uStride),
            Mask = Mask + row * MaskStride,
            MaskStride = (nint)MaskStride,
            Keep = Keep + t * KeepStep + row * KeepStride,
            KeepStride = (nint)KeepStride,
            P = P + (long)phase.Vector * Units,
            Q = Q,
            YStride = (nint)YStride,
        };
        args.S0 = StateBefore(phase.State, t, row, out args.S0Stride);
        args.N0 = StateAfter(phase.State, t, row, out args.N0Stride);
        if (phase.Step.States > 1)
        {
            args.S1 = StateBefore(1, t, row, out args.S1Stride);
            args.N1 = StateAfter(1, t, row, out args.N1Stride);
        }
        return args;
    }
}
