using Tern.Kernels;

namespace Tern.Model;

/// <summary>A weight [output, input] packed for products with rows from the left.</summary>
sealed unsafe class PackedWeight
{
    readonly AlignedBuffer<float> panels;
    readonly int input, output;

    public PackedWeight(TensorData weight) : this(weight, 0, weight.Shape[0])
    {
    }

    /// <summary>Rows [from, to) of the weight.</summary>
    public PackedWeight(TensorData weight, int from, int to)
    {
        (output, input) = (to - from, weight.Shape[1]);
        panels = new(Gemm.PanelFloats(input, output));
        fixed (float* values = weight.Values)
            Gemm.PackColumns(values + (long)from * input, input, input, output, panels.Pointer);
    }

    /// <summary>The panels, for drivers that multiply themselves.</summary>
    public float* Panels => panels.Pointer;

    /// <summary>y [rows, output] = x [rows, input] W^T, or added to what is in y.</summary>
    public void Multiply(float* x, float* y, int rows, bool accumulate) =>
        Gemm.Multiply(x, input, (long)rows * input, panels.Pointer, y, output, (long)rows * output, groups: 1, rows, output, input, accumulate);
}
