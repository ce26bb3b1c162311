namespace Tern.Cells;

/// <summary>
/// What one unit of a cell sees at one step. Slots are fields, not an array: the JIT keeps fields in registers.
/// </summary>
public struct Lane<T>
{
    /// <summary>Blocks of W x, with those of U h that have the same name added.</summary>
    public T X0, X1, X2, X3, X4;

    /// <summary>The other blocks of U h.</summary>
    public T U0, U1, U2, U3;

    /// <summary>Per-unit vectors.</summary>
    public T P0, P1, P2, P3, P4, P5, P6, P7;

    /// <summary>Sigmoids of the scalars, then constants.</summary>
    public T Q0, Q1, Q2, Q3;

    /// <summary>States: those of the step before, replaced by the new ones.</summary>
    public T S0, S1;

    /// <summary>x', the layer's raw or projected input.</summary>
    public T Skip;

    /// <summary>Variational dropout: one mask over all steps of a sequence; 1 where there is none.</summary>
    public T Mask;

    /// <summary>Zoneout: the share of the new state that is taken at this step, 1 or 0 in training; for cells whose spec has <see cref="CellSpec.Zoneout"/>.</summary>
    public T Keep;
}
