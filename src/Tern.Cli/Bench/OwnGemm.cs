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
    readonly long weightFloats, scratchFloats;

    public OwnGemm(Setting setting) : base("gemm", setting.Flops(3))
    {
        s = setting;
        (int d, long rows) = (s.Size, s.Rows);
        (weightFloats, scratchFloats) = (3L * d * d, Gemm.TransposedScratchFloats(Block, 3 * d, d));
        x = Random(rows * d);
        weight = Random(weightFloats);
        u = Allocate(rows * 3 * d);
        du = Random(rows * 3 * d);
        dx = Allocate(rows * d);
        dw = Allocate(weightFloats * s.Threads);        // a part for each thread
        panels = Allocate(Math.Max(Gemm.PanelFloats(d, 3 * d), Gemm.PanelFloats(3 * d, d)));
        scratch = Allocate(scratchFloats * s.Threads);
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
        EachBlock((_, row, rows, _) =>
            Gemm.Multiply(x + row * d, d, 0, panels, u + row * 3 * d, 3 * d, 0, 1, rows, 3 * d, d, accumulate: false));
    }

    /// <summary>dX = dU W and dW = dU^T X.</summary>
    void Backward()
    {
        int d = s.Size;
        Gemm.PackRows(weight, d, 3 * d, d, panels);
        EachBlock((thread, row, rows, first) =>
        {
            Gemm.Multiply(du + row * 3 * d, 3 * d, 0, panels, dx + row * d, d, 0, 1, rows, d, 3 * d, accumulate: false);
            Gemm.MultiplyTransposed(du + row * 3 * d, 3 * d, 0, x + row * d, d, 0, dw + thread * weightFloats, d, 1, rows, 3 * d, d, accumulate: !first, scratch + thread * scratchFloats);
        });
        for (int thread = 1; thread < s.Threads; thread++)
            for (long i = 0; i < weightFloats; i++) dw[i] += dw[thread * weightFloats + i];
    }

    /// <summary>Calls for blocks of rows, a run of neighbouring ones a thread: its number, the block's first row, its rows, whether it is the thread's first.</summary>
    void EachBlock(Action<int, long, int, bool> body) => Workers.Run(s.Threads, thread =>
    {
        int begin = (int)((long)s.Rows * thread / s.Threads), end = (int)((long)s.Rows * (thread + 1) / s.Threads);
        for (int row = begin; row < end; row += Block) body(thread, row, Math.Min(Block, end - row), row == begin);
    });

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
