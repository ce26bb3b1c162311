using Tern.Matrices;

namespace Tern.Kernels;

/// <summary>
/// What rows are multiplied by in a pass: panels of floats, as training packs them anew for each step, or a matrix in any
/// packed form, as a session has it.
/// </summary>
readonly unsafe struct Factor
{
    readonly float* panels;
    readonly PackedMatrix? matrix;

    /// <summary>Panels as <see cref="Gemm.PackColumns"/> left them.</summary>
    public Factor(float* panels) => this.panels = panels;

    /// <summary>A packed matrix, which lives as long as this.</summary>
    public Factor(PackedMatrix matrix)
    {
        this.matrix = matrix;
        panels = matrix is F32Matrix floats ? floats.Panels : null;
    }

    /// <summary>y = W x, or added to y, for some rows; W [n, k].</summary>
    public void Multiply(float* x, long xStride, float* y, long yStride, int rows, int n, int k, bool accumulate) =>
        Multiply(x, xStride, 0, y, yStride, 0, 1, rows, n, k, accumulate);

    /// <summary>As above for groups of rows, as in <see cref="Gemm.Multiply"/>.</summary>
    public void Multiply(float* x, long xStride, long xGroup, float* y, long yStride, long yGroup, int groups, int rows, int n, int k, bool accumulate)
    {
        if (panels != null)
        {
            Gemm.Multiply(x, xStride, xGroup, panels, y, yStride, yGroup, groups, rows, n, k, accumulate);
            return;
        }
        for (int group = 0; group < groups; group++, x += xGroup, y += yGroup)
            matrix!.Multiply(x, xStride, y, yStride, rows, accumulate);
    }
}
