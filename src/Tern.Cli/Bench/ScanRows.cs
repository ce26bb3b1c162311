using Tern.Cells;
using Tern.Training.Layers;

namespace Tern.Cli.Bench;

/// <summary>Cells of the catalogue as they train by default, fused or by tensor operations in a loop over time: the QRNN with a window of one step and fo-pooling, the GRU with the reset gate after the product.</summary>
static class ScanRows
{
    public static BenchRow Make(string cell, Setting s) => Make(cell, cell, s, tensorForm: false);

    public static BenchRow TensorOps(string name, string cell, Setting s) => Make(name, cell, s, tensorForm: true);

    /// <summary>W and U of a quarter of the hidden size's rank each.</summary>
    public static BenchRow LowRank(string name, string cell, Setting s) => Make(name, cell, s, tensorForm: false, Math.Max(1, s.Size / 4));

    static BenchRow Make(string name, string cell, Setting s, bool tensorForm, int? rank = null)
    {
        var config = new StackConfig { Cell = CellCatalogue.Resolve(cell), Input = s.Input, Hidden = s.Size, Layers = s.Layers, Projection = rank, RecurrentRank = rank };
        var stack = new RecurrentStack(config) { UseTensorForm = tensorForm };
        CellSpec spec = CellCatalogue.Spec(stack.Config.Cell);
        return new TorchRow(name, s, spec.Input.Length, [s.Length, s.Batch, s.Input], x => stack.forward(x, null, lengths: null).Output, stack.parameters(), spec.Recurrent.Length,
            rank is { } r ? s.LowRankFlops(spec.Input.Length, spec.Recurrent.Length, r) : null);
    }
}
