using Tern.Cells;
using Tern.Training.Layers;

namespace Tern.Cli.Bench;

/// <summary>Cells of the catalogue as they train by default, fused or by tensor operations in a loop over time: the QRNN with a window of one step and fo-pooling, the GRU with the reset gate after the product.</summary>
static class ScanRows
{
    public static BenchRow Make(string cell, Setting s) => Make(cell, cell, s, tensorForm: false);

    public static BenchRow TensorOps(string name, string cell, Setting s) => Make(name, cell, s, tensorForm: true);

    static BenchRow Make(string name, string cell, Setting s, bool tensorForm)
    {
        var stack = new RecurrentStack(new StackConfig { Cell = CellCatalogue.Resolve(cell), Input = s.Input, Hidden = s.Size, Layers = s.Layers }) { UseTensorForm = tensorForm };
        CellSpec spec = CellCatalogue.Spec(stack.Config.Cell);
        return new TorchRow(name, s, spec.Input.Length, [s.Length, s.Batch, s.Input], x => stack.forward(x, null, lengths: null).Output, stack.parameters(), spec.Recurrent.Length);
    }
}
