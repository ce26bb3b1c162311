namespace Tern.Kernels;

/// <summary>
/// One time step of some rows (sequences). Rows of a tensor are its stride apart, in floats; blocks of a row lie side by
/// side, each <see cref="Units"/> long. New states may overwrite old ones in place.
/// </summary>
unsafe struct StepArgs
{
    /// <summary>Rows of this step.</summary>
    public nint Rows;

    /// <summary>Units of the layer.</summary>
    public nint Units;

    /// <summary>W x, [rows, inputs x units]; the forward leaves saved gates there.</summary>
    public float* X;
    public nint XStride;

    /// <summary>U h, [rows, recurrents x units].</summary>
    public float* U;
    public nint UStride;

    /// <summary>x', [rows, units].</summary>
    public float* Skip;
    public nint SkipStride;

    /// <summary>Variational mask, [rows, units]; stride 0 for one row that serves all.</summary>
    public float* Mask;
    public nint MaskStride;

    /// <summary>Zoneout's share of the new state, [rows, units]; stride 0 for one row that serves all.</summary>
    public float* Keep;
    public nint KeepStride;

    /// <summary>Vectors, [vectors, units].</summary>
    public float* P;

    /// <summary>Scalars, then constants.</summary>
    public float* Q;

    /// <summary>State 0 and state 1 before, [rows, units] each.</summary>
    public float* S0, S1;
    public nint S0Stride, S1Stride;

    /// <summary>States after, [rows, units] each.</summary>
    public float* N0, N1;
    public nint N0Stride, N1Stride;

    /// <summary>Output h, [rows, units]; in the adjoint its gradient.</summary>
    public float* Y;
    public nint YStride;

    /// <summary>Adjoint: gradient of the new states, replaced by that of the old ones, [rows, states x units].</summary>
    public float* DS;
    public nint DSStride;

    /// <summary>Adjoint: gradient of W x, [rows, inputs x units]; may be X itself.</summary>
    public float* DX;
    public nint DXStride;

    /// <summary>Adjoint: gradient of U h, [rows, recurrents x units].</summary>
    public float* DU;
    public nint DUStride;

    /// <summary>Adjoint: gradient of x', [rows, units]; added to what is there if <see cref="AddSkip"/>, else written.</summary>
    public float* DSkip;
    public nint DSkipStride;
    public bool AddSkip;

    /// <summary>Adjoint: sums over rows for the vectors, [vectors, units], added to.</summary>
    public float* DP;

    /// <summary>Adjoint: sums over rows and units for the scalars, added to.</summary>
    public double* DQ;
}
