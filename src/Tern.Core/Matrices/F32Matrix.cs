using Tern.Kernels;
using Tern.Model;

namespace Tern.Matrices;

/// <summary>32-bit floats in the panels of <see cref="Gemm"/>.</summary>
sealed unsafe class F32Matrix : PackedMatrix
{
    readonly AlignedBuffer<float> panels;

    public F32Matrix(TensorData weight) : this(weight.Values, weight.Shape[0], weight.Shape[1], sizeof(float) * weight.Values.LongLength)
    {
    }

    /// <summary>Rows [from, to) of a weight.</summary>
    public F32Matrix(TensorData weight, int from, int to) : this(weight.Values[(from * weight.Shape[1])..(to * weight.Shape[1])], to - from, weight.Shape[1], sizeof(float) * (long)(to - from) * weight.Shape[1])
    {
    }

    /// <summary>Of dense values that were stored in <paramref name="bytes"/> bytes.</summary>
    public F32Matrix(float[] dense, int rows, int columns, long bytes) : base(rows, columns, bytes)
    {
        panels = new(Gemm.PanelFloats(columns, rows));
        fixed (float* values = dense)
            Gemm.PackColumns(values, columns, columns, rows, panels.Pointer);
    }

    /// <summary>The panels, for drivers that multiply themselves.</summary>
    public float* Panels => panels.Pointer;

    public override void Multiply(float* x, long xStride, float* y, long yStride, int rows, bool accumulate) =>
        Gemm.Multiply(x, xStride, 0, panels.Pointer, y, yStride, 0, groups: 1, rows, Rows, Columns, accumulate);
}
