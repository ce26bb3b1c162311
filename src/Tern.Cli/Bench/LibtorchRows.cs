using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tern.Cli.Bench;

/// <summary>What libtorch offers: its recurrent modules, a convolution, and the products alone.</summary>
static class LibtorchRows
{
    public static BenchRow Lstm(Setting s)
    {
        LSTM module = nn.LSTM(s.Input, s.Size, s.Layers);
        return new TorchRow("lstm-libtorch", s, 4, [s.Length, s.Batch, s.Input], x => module.forward(x).Item1, module.parameters(), recurrent: 4);
    }

    public static BenchRow Gru(Setting s)
    {
        GRU module = nn.GRU(s.Input, s.Size, s.Layers);
        return new TorchRow("gru-libtorch", s, 3, [s.Length, s.Batch, s.Input], x => module.forward(x).Item1, module.parameters(), recurrent: 3);
    }

    /// <summary>Three taps wide, in the layout that convolutions want: [batch, channels, time].</summary>
    public static BenchRow Conv1d(Setting s)
    {
        Conv1d[] layers = [.. Enumerable.Range(0, s.Layers).Select(_ => nn.Conv1d(s.Size, s.Size, 3, padding: 1))];
        return new TorchRow("conv1d-libtorch", s, 3, [s.Batch, s.Size, s.Length], x => layers.Aggregate(x, (y, layer) => layer.forward(y)), layers.SelectMany(layer => layer.parameters()));
    }

    /// <summary>The products of the SRU by libtorch: U = X W^T, and in the backward pass dX = dU W and dW = dU^T X.</summary>
    public static BenchRow Gemm(Setting s) => new LibtorchGemm(s);

    sealed class LibtorchGemm(Setting s) : BenchRow("gemm-libtorch", s.Flops(3))
    {
        readonly Tensor x = randn(s.Rows, s.Size);             // [length * batch, size]
        readonly Tensor weight = randn(3 * s.Size, s.Size);    // [3 * size, size]
        readonly Tensor du = randn(s.Rows, 3 * s.Size);        // [length * batch, 3 * size]

        public override void Run()
        {
            using IDisposable off = no_grad();
            for (int layer = 0; layer < s.Layers; layer++)
            {
                using Tensor columns = weight.t();
                using Tensor u = x.mm(columns);
                if (s.Pass == Pass.Forward) continue;
                using Tensor dx = du.mm(weight);
                using Tensor rows = du.t();
                using Tensor dw = rows.mm(x);
            }
        }

        public override void Dispose()
        {
            x.Dispose();
            weight.Dispose();
            du.Dispose();
        }
    }
}
