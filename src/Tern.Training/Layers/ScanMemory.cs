using Tern.Kernels;

namespace Tern.Training.Layers;

/// <summary>
/// Memory of a training step of one recurrent layer. T steps, B sequences, N inputs, H units, D directions, K blocks
/// of W, S states, V vectors, W workers; R = 256 / rows of a worker x those rows is a block.
/// </summary>
static class ScanMemory
{
    /// <summary>
    /// Kept from forward to backward, in bytes: 4 T B D H (K + S), gates saved in U and states; the output, 4 T B D H, is the
    /// caller's. Of a recurrent cell K counts its own blocks and room as well, and S not the state that is the output. Before a
    /// recurrent projection that output is h, which is kept, and the caller has P h.
    /// </summary>
    public static long Kept(ScanShape shape, long time, long batch)
    {
        var step = KernelCatalogue.Step(shape.Cell);
        return 4 * time * batch * shape.Directions * (shape.Units * (long)(shape.Blocks + step.Recurrents + step.Room + step.States - (shape.Factors > 0 ? 1 : 0) + shape.Spec.Linked.Length)
            + shape.Rank * (1 + shape.Spec.Linked.Length));
    }

    /// <summary>
    /// Peak in bytes of a scan-family layer, from an input to all gradients: kept, output and its gradient 8 T B D H, gradient of the input
    /// 4 T B N, gradients of weights and vectors 4 (D + W - 1) (K H N + V H), and scratch: packed weights 4 K H N and a
    /// block of U with its packing a worker.
    /// </summary>
    public static long Peak(ScanShape shape, long time, long batch, int workers)
    {
        long weight = (long)shape.Blocks * shape.Units * shape.Input, rows = Math.Min(time * batch, 256);
        long block = rows * shape.Blocks * shape.Units + Gemm.TransposedScratchFloats((int)rows, shape.Blocks * shape.Units, shape.Input);
        return Kept(shape, time, batch) + 8 * time * batch * shape.Directions * shape.Units + 4 * time * batch * shape.Input
            + 4 * (shape.Directions + workers - 1) * (weight + (long)shape.Spec.Vectors.Length * shape.Units)
            + 4 * (weight + workers * block);
    }
}
