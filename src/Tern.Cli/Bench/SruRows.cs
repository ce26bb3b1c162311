using Tern.Cells;
using Tern.Training.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Cli.Bench;

/// <summary>
/// The SRU of the paper (g = tanh, highway, input size = hidden size): as it trains, by tensor operations, and with the
/// recurrence alone fused. Of a bidirectional layer each direction has half of the units, so that the sizes stay equal.
/// </summary>
static class SruRows
{
    public static BenchRow Fused(Setting s) => Fused("sru", s, bidirectional: false);

    public static BenchRow FusedBidirectional(Setting s) => Fused("sru-bidirectional", s, bidirectional: true);

    static BenchRow Fused(string name, Setting s, bool bidirectional)
    {
        var stack = new RecurrentStack(Config(s, bidirectional));
        return new TorchRow(name, s, 3, [s.Length, s.Batch, s.Size], x => stack.forward(x, null, lengths: null).Output, stack.parameters());
    }

    /// <summary>The slow reference: a loop over time of libtorch's element-wise operations.</summary>
    public static BenchRow TensorOps(Setting s)
    {
        var stack = new RecurrentStack(Config(s, bidirectional: false));
        foreach (RecurrentLayer layer in stack.Layers) layer.UseTensorForm = true;
        return new TorchRow("sru-tensor-ops", s, 3, [s.Length, s.Batch, s.Size], x => stack.forward(x, null, lengths: null).Output, stack.parameters());
    }

    public static BenchRow FoPooled(Setting s) => FoPooled("sru-fo-pooling", s, s.Size);

    public static BenchRow FoPooledBidirectional(Setting s) => FoPooled("sru-fo-pooling-bidirectional", s, Half(s));

    static BenchRow FoPooled(string name, Setting s, int reversedFrom)
    {
        Tensor[] weights = [.. Enumerable.Range(0, s.Layers).Select(_ => Parameter(3 * s.Size, s.Size))];   // [3 * size, size]
        Tensor[] biases = [.. Enumerable.Range(0, 2 * s.Layers).Select(_ => Parameter(s.Size))];
        return new TorchRow(name, s, 3, [s.Length, s.Batch, s.Size], Forward, [.. weights, .. biases]);

        Tensor Forward(Tensor x)
        {
            for (int layer = 0; layer < s.Layers; layer++)
            {
                Tensor[] u = x.matmul(weights[layer].t()).chunk(3, -1);                 // each [length, batch, size]
                Tensor f = sigmoid(u[1] + biases[2 * layer]), r = sigmoid(u[2] + biases[2 * layer + 1]);
                Tensor c = FoPooling.Run(u[0], f, reversedFrom, s.Threads);
                x = lerp(x, c.tanh(), r);                                               // r g(c) + (1 - r) x
            }
            return x;
        }
    }

    static StackConfig Config(Setting s, bool bidirectional) => new()
    {
        Cell = CellCatalogue.Resolve("sru"),
        Input = s.Size,
        Hidden = bidirectional ? Half(s) : s.Size,
        Layers = s.Layers,
        Bidirectional = bidirectional,
    };

    static Tensor Parameter(params long[] shape) => (rand(shape) - 0.5).mul_(2 * Math.Sqrt(3.0 / shape[^1])).requires_grad_();

    static int Half(Setting s) => s.Size % 2 == 0 ? s.Size / 2 : throw new TernException($"Size {s.Size} cannot be halved for the two directions of a bidirectional row; use an even size, or leave these rows out by --cells.");
}
