using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace Tern.Kernels;

/// <summary>
/// Matrix products of row-major floats on one thread, for tall A and a B that is packed once and used often (a weight).
/// Callers split rows among threads. Nothing outside the given matrices is read or written.
/// </summary>
/// <remarks>A packed matrix belongs to the <see cref="Simd.Bits"/> that it was packed with.</remarks>
public static unsafe class Gemm
{
    /// <summary>Columns of a packed panel: 2 lanes.</summary>
    public static int PanelWidth => Simd.Bits / 16;

    /// <summary>Floats of a packed [k, n] matrix. Aligned to 64 bytes it is read fastest.</summary>
    public static long PanelFloats(int k, int n) => (long)k * ((n + PanelWidth - 1) / PanelWidth * PanelWidth);

    /// <summary>Packs B, [k, n], into panels, [panel][k][<see cref="PanelWidth"/>], the last one filled up with zeros.</summary>
    /// <param name="b">B, row-major.</param>
    /// <param name="ldb">Floats between rows of B.</param>
    /// <param name="k">Rows of B.</param>
    /// <param name="n">Columns of B.</param>
    /// <param name="panels">Room for <see cref="PanelFloats"/>.</param>
    public static void PackRows(float* b, int ldb, int k, int n, float* panels)
    {
        var rows = new GroupedRows(b, ldb, 0, Math.Max(k, 1));
        switch (Simd.Bits)
        {
            case 512: GemmPacking.PackRows<Vector512<float>, Register512>(rows, 0, k, n, panels); break;
            case 256: GemmPacking.PackRows<Vector256<float>, Register256>(rows, 0, k, n, panels); break;
            default: GemmPacking.PackRows<Vector128<float>, Register128>(rows, 0, k, n, panels); break;
        }
    }

    /// <summary>Packs B, [k, n], that is given transposed, as a weight [outputs, inputs] is.</summary>
    /// <param name="b">B transposed: [n, k] row-major.</param>
    /// <param name="ldb">Floats between its rows.</param>
    /// <param name="k">Rows of B (inputs).</param>
    /// <param name="n">Columns of B (outputs).</param>
    /// <param name="panels">Room for <see cref="PanelFloats"/>.</param>
    public static void PackColumns(float* b, int ldb, int k, int n, float* panels)
    {
        switch (Simd.Bits)
        {
            case 512: GemmPacking.PackColumns<Vector512<float>, Register512>(b, ldb, k, n, panels); break;
            case 256: GemmPacking.PackColumns<Vector256<float>, Register256>(b, ldb, k, n, panels); break;
            default: GemmPacking.PackColumns<Vector128<float>, Register128>(b, ldb, k, n, panels); break;
        }
    }

    /// <summary>
    /// C = A B, or C += A B; C [groups x rows, n], A [groups x rows, k], B [k, n] packed. Row r of group g starts at
    /// a + g * aGroup + r * lda and c + g * cGroup + r * ldc: a worker's slice of the batch in each time step is a group.
    /// </summary>
    /// <param name="a">First row of A.</param>
    /// <param name="lda">Floats between rows of A.</param>
    /// <param name="aGroup">Floats between groups of A.</param>
    /// <param name="panels">B as <see cref="PackRows"/> or <see cref="PackColumns"/> left it.</param>
    /// <param name="c">First row of C.</param>
    /// <param name="ldc">Floats between rows of C.</param>
    /// <param name="cGroup">Floats between groups of C.</param>
    /// <param name="groups">Groups of rows.</param>
    /// <param name="rows">Rows of a group.</param>
    /// <param name="n">Columns of B and C.</param>
    /// <param name="k">Columns of A, at least 1.</param>
    /// <param name="accumulate">Whether the product is added to C.</param>
    public static void Multiply(
        float* a, long lda, long aGroup, float* panels, float* c, long ldc, long cGroup, int groups, int rows, int n, int k, bool accumulate)
    {
        Debug.Assert(k > 0);
        if (groups <= 0 || rows <= 0) return;
        switch (Simd.Bits)
        {
            case 512: GemmLoop<Vector512<float>, Register512>.Multiply(a, lda, aGroup, panels, c, ldc, cGroup, groups, rows, n, k, accumulate); break;
            case 256: GemmLoop<Vector256<float>, Register256>.Multiply(a, lda, aGroup, panels, c, ldc, cGroup, groups, rows, n, k, accumulate); break;
            default: GemmLoop<Vector128<float>, Register128>.Multiply(a, lda, aGroup, panels, c, ldc, cGroup, groups, rows, n, k, accumulate); break;
        }
    }

    /// <summary>Floats of scratch that <see cref="MultiplyTransposed"/> wants for <paramref name="rows"/> rows in all groups together.</summary>
    public static long TransposedScratchFloats(int rows, int m, int n) => Simd.Bits switch
    {
        512 => GemmLoop<Vector512<float>, Register512>.TransposedScratchFloats(rows, m, n),
        256 => GemmLoop<Vector256<float>, Register256>.TransposedScratchFloats(rows, m, n),
        _ => GemmLoop<Vector128<float>, Register128>.TransposedScratchFloats(rows, m, n),
    };

    /// <summary>
    /// C = A^T B, or C += A^T B; C [m, n], A [groups x rows, m], B [groups x rows, n], grouped as in <see cref="Multiply"/>.
    /// A weight's gradient: the sum over rows of gradient times input. About 256 rows a call suit the caches.
    /// </summary>
    /// <param name="a">First row of A.</param>
    /// <param name="lda">Floats between rows of A.</param>
    /// <param name="aGroup">Floats between groups of A.</param>
    /// <param name="b">First row of B.</param>
    /// <param name="ldb">Floats between rows of B.</param>
    /// <param name="bGroup">Floats between groups of B.</param>
    /// <param name="c">C.</param>
    /// <param name="ldc">Floats between rows of C.</param>
    /// <param name="groups">Groups of rows, at least 1.</param>
    /// <param name="rows">Rows of a group, at least 1.</param>
    /// <param name="m">Columns of A, rows of C.</param>
    /// <param name="n">Columns of B and C.</param>
    /// <param name="accumulate">Whether the product is added to C.</param>
    /// <param name="scratch">Room for <see cref="TransposedScratchFloats"/>(groups * rows, m, n).</param>
    public static void MultiplyTransposed(
        float* a, long lda, long aGroup, float* b, long ldb, long bGroup, float* c, long ldc, int groups, int rows, int m, int n, bool accumulate, float* scratch)
    {
        Debug.Assert(groups > 0 && rows > 0);
        if (m <= 0 || n <= 0) return;
        switch (Simd.Bits)
        {
            case 512: GemmLoop<Vector512<float>, Register512>.MultiplyTransposed(a, lda, aGroup, b, ldb, bGroup, c, ldc, groups, rows, m, n, accumulate, scratch); break;
            case 256: GemmLoop<Vector256<float>, Register256>.MultiplyTransposed(a, lda, aGroup, b, ldb, bGroup, c, ldc, groups, rows, m, n, accumulate, scratch); break;
            default: GemmLoop<Vector128<float>, Register128>.MultiplyTransposed(a, lda, aGroup, b, ldb, bGroup, c, ldc, groups, rows, m, n, accumulate, scratch); break;
        }
    }
}
