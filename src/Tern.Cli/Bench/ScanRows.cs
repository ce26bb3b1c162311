using Tern.Cells;
using Tern.Training.Layers;

namespace Tern.Cli.Bench;

/// <summary>Further cells without a recurrent matrix, as they train by default: the QRNN with a window of one step and fo-pooling, minGRU, minLSTM, IndRNN.</summary>
static class ScanRows
{
    public static BenchRow Make(string cell, Setting s)
    {
        var stack = new RecurrentStack(new StackConfig { Cell = CellCatalogue.Resolve(cell), Input = s.Size, Hidden = s.Size, Layers = s.Layers });
        return new TorchRow(cell, s, CellCatalogue.Spec(stack.Config.Cell).Input.Length, [s.Length, s.Batch, s.Size], x => stack.forward(x, null, lengths: null).Output, stack.parameters());
    }
}
