namespace Tern.Kernels;

/// <summary>
/// One direction of one scan-family layer over a batch of sequences: the memory that forward and backward share.
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

    /// <summary>Blocks of U: the cell's inputs, and x' where that is projected.</summary>
    public int Blocks;

    /// <summary>Walk from the last step to the first. With carried states on padded steps this is the sequence reversed within its own length.</summary>
    public bool Reverse;

    /// <summary>x, [time, batch, input].</summary>
    public float* X;

    /// <summary>Products are made block by block of time between the scans; else U already holds W x, and there is one block.</summary>
    public bool Interleaved;

    /// <summary>W^T [input, blocks x units] packed by <see cref="Gemm.PackColumns"/>, where <see cref="Interleaved"/>.</summary>
    public float* Panels;

    /// <summary>Layer normalisation of the first columns of a row of U, between product and steps, in a forward without a backward; width 0 for none.</summary>
    public float* NormWeight, NormBias;
    public int NormWidth;

    /// <summary>U = W x, [time, batch, blocks x units], gates saved in place; null in a forward without a backward: scratch serves.</summary>
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

    /// <summary>Vectors, [vectors, units].</summary>
    public float* P;

    /// <summary>Scalars, then constants.</summary>
    public float* Q;

    /// <summary>Initial state, [batch, states x units].</summary>
    public float* C0;

    /// <summary>States, [time, batch, states x units]; with <see cref="KeepStates"/> false [batch, states x units], holding the initial state and in the end the final one.</summary>
    public float* C;
    public bool KeepStates;

    /// <summary>Output h with its distance between rows.</summary>
    public float* Y;
    public long YStride;

    /// <summary>1 for a step of a sequence, 0 for padding, [time, batch]; null where nothing is padded.</summary>
    public byte* Active;

    /// <summary>Floats of one row of U.</summary>
    public readonly int URow => Blocks * Units;

    /// <summary>Floats of one row of states.</summary>
    public readonly int StateRow => Step.States * Units;

    /// <summary>Steps in a block of about <see cref="BlockRows"/> rows.</summary>
    public readonly int BlockSteps(int rows) => !Interleaved ? Time : Math.Clamp(BlockRows / Math.Max(1, rows), 1, Math.Max(1, Time));

    /// <summary>
    /// Rows of a block of U. Narrow rows: few enough that the block stays in the second-level cache between product and
    /// scan. Wide rows: the scan is a small part, and more rows use each packed panel of W longer.
    /// </summary>
    readonly int BlockRows => URow <= 512 ? 96 : 256;

    /// <summary>Floats of scratch for a block of U of some rows.</summary>
    public readonly long BlockFloats(int rows) => (long)BlockSteps(rows) * rows * URow;

    /// <summary>The n-th step in the order of this direction.</summary>
    public readonly int StepAt(int n) => Reverse ? Time - 1 - n : n;

    /// <summary>State row before step t, in the order of this direction.</summary>
    public readonly float* StateBefore(int t, int row)
    {
        int before = Reverse ? t + 1 : t - 1;
        if (!KeepStates) return C + (long)row * StateRow;
        return (uint)before >= (uint)Time ? C0 + (long)row * StateRow : C + ((long)before * Batch + row) * StateRow;
    }

    /// <summary>State row after step t.</summary>
    public readonly float* StateAfter(int t, int row) => KeepStates ? C + ((long)t * Batch + row) * StateRow : C + (long)row * StateRow;

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
    public readonly StepArgs Args(int t, int row, int rows, float* u, long uStride) => new()
    {
        Rows = rows,
        Units = Units,
        X = u,
        XStride = (nint)uStride,
        Skip = Skip != null ? Skip + ((long)t * Batch + row) * SkipStride : u + (long)Step.Inputs * Units,
        SkipStride = (nint)(Skip != null ? SkipStride : uStride),
        Mask = Mask + row * MaskStride,
        MaskStride = (nint)MaskStride,
        Keep = Keep + t * KeepStep + row * KeepStride,
        KeepStride = (nint)KeepStride,
        P = P,
        Q = Q,
        S = StateBefore(t, row),
        N = StateAfter(t, row),
        StateStride = StateRow,
        YStride = (nint)YStride,
    };
}
