namespace Tern.Cells;

/// <summary>
/// A recurrent cell: its parts and one step. The step is written once; SIMD kernels, the tensor reference, gradients
/// and exports are instances or derivatives of it.
/// </summary>
public interface ICell
{
    /// <summary>The names of the cell's parts.</summary>
    static abstract CellSpec Spec { get; }

    /// <summary>One step of one unit: reads the slots of <paramref name="a"/>, leaves the new state in S0 (S1), returns the output h.</summary>
    static abstract T Step<T>(ref Lane<T> a) where T : struct, IReal<T>;
}
