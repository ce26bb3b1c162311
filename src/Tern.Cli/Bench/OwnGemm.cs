using System.Runtime.InteropServices;
using Tern.Kernels;

namespace Tern.Cli.Bench;

/// <summary>The products of the SRU by Tern's own kernels, packing included: what is left of the layer when all else is free.</summary>
sealed unsafe class OwnGemm : BenchRow
{
    // rows of U and dU at a time, so that they stay in the second-level cache, as in the layer
    const int Block = 256;

    readonly Setting s;
    readonly float* x, weight, u, du, dx, dw, panels, scratch;

    public OwnGemm(Setting setting) : base("gemm", setting.Flops(3))
    {
        s = setting;
        (int d, long rows) = (s.Size, s.Rows);
        x = Random(rows * d);
        weight = Random(3L * d * d);
        u = Allocate(rows * 3 * d);
        du = Random(rows * 3 * d);
        dx = Allocate(rows * d);
        dw = Allocate(3L * d * d);
        panels = Allocate(Math.Max(Gemm.PanelFloats(d, 3 * d), Gemm.PanelFloats(3 * d, d)));
        scratch = Allocate(Gemm.TransposedScratchFloats(Block, 3 * d, d));
    }

    public override void Run()
    {
        for (int layer = 0; layer < s.Layers; layer++)
        {
            Forward();
            if (s.Pass == Pass.ForwardAndBackward) Backward();
        }
    }

    /// <summary>U = X W^T; W [3 size, size].</summary>
    void Forward()
    {
        int d = s.Size;
        Gemm.PackColumns(weight, d, d, 3 * d, panels);
        for (int row = 0; row < s.Rows; row += Block)
            Gemm.Multiply(x + (long)row * d, d, 0, panels, u + (long)row * 3 * d, 3 * d, 0, 1, Math.Min(Block, s.Rows - row), 3 * d, d, accumulate: false);
    }

    /// <summary>dX = dU W and dW = dU^T X.</summary>
    void Backward()
    {
        int d = s.Size;
        Gemm.PackRows(weight, d, 3 * d, d, panels);
        for (int row = 0; row < s.Rows; row += Block)
        {
            int rows = Math.Min(Block, s.Rows - row);
            Gemm.Multiply(du + (long)row * 3 * d, 3 * d, 0, panels, dx + (long)row * d, d, 0, 1, rows, d, 3 * d, accumulate: false);
            Gemm.MultiplyTransposed(du + (long)row * 3 * d, 3 * d, 0, x + (long)row * d, d, 0, dw, d, 1, rows, 3 * d, d, accumulate: row > 0, scratch);
        }
    }

    static float* Allocate(long floats)
    {
        float* memory = (float*)NativeMemory.AlignedAlloc((nuint)floats * sizeof(float), 64);
        NativeMemory.Clear(memory, (nuint)floats * sizeof(float));
        return memory;
    }

    static float* Random(long floats)
    {
        float* memory = Allocate(floats);
        var random = new Random(1);
        for (long i = 0; i < floats; i++) memory[i] = random.NextSingle() - 0.5f;
        return memory;
    }

    public override void Dispose()
    {
        foreach (nint memory in (ReadOnlySpan<nint>)[(nint)x, (nint)weight, (nint)u, (nint)du, (nint)dx, (nint)dw, (nint)panels, (nint)scratch])
            NativeMemory.AlignedFree((void*)memory);
    }
}
