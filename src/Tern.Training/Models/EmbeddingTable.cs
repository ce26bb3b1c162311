using Tern.Training.Data;
using Tern.Training.Layers;
using Tern.Training.Native;
using Tern.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tern.Training.Models;

/// <summary>
/// A row of a table for each token. Its gradient is kept as the rows that the batch has used, in
/// <see cref="Gradient"/>: a dense one would cost more than the recurrence where the vocabulary is large.
/// </summary>
public sealed class EmbeddingTable : nn.Module<TokenBatch, Tensor>
{
    readonly Parameter weight;

    /// <summary>Makes a table of normally distributed numbers.</summary>
    /// <param name="rows">Token ids.</param>
    /// <param name="width">Columns.</param>
    /// <param name="deviation">Standard deviation of the initial numbers.</param>
    public EmbeddingTable(int rows, int width, double deviation) : base(nameof(EmbeddingTable))
    {
        Tensor initial = torch.randn(rows, width); // [rows, width]
        using (no_grad())
            initial.mul_(KeptScalars.Of(deviation));
        weight = new Parameter(initial);
        Gradient = new RowGradient(rows, width);
        RegisterComponents();
    }

    /// <summary>The table [rows, width]. Its own grad stays empty.</summary>
    public Parameter Weight => weight;

    /// <summary>The rows that backward() has added since it was cleared.</summary>
    public RowGradient Gradient { get; }

    /// <summary>Rows of the tokens: [time, batch, width]; 0 at padded steps, whose gradient is ignored.</summary>
    public override Tensor forward(TokenBatch batch) => Lookup.apply(weight, this, batch);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Gradient.Dispose();
        base.Dispose(disposing);
    }

    sealed unsafe class Lookup : autograd.SingleTensorFunction<Lookup>
    {
        public override string Name => nameof(Lookup);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (table, batch) = ((EmbeddingTable)vars[1], (TokenBatch)vars[2]);
            ctx.save_data("table", table);
            ctx.save_data("batch", batch);
            int width = table.Gradient.Width;
            Tensor output = torch.empty(batch.Time, batch.Size, width); // [time, batch, width]
            float* from = table.weight.Pointer(), to = output.Pointer();
            for (int t = 0, i = 0; t < batch.Time; t++)
                for (int b = 0; b < batch.Size; b++, i++, to += width)
                {
                    var row = new Span<float>(to, width);
                    if (t < batch.Lengths[b])
                        new Span<float>(from + (long)batch.Tokens[i] * width, width).CopyTo(row);
                    else
                        row.Clear();
                }
            return output;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor gradient) => BackwardGuard.Run(() =>
        {
            var (table, batch) = ((EmbeddingTable)ctx.get_data("table"), (TokenBatch)ctx.get_data("batch"));
            using Tensor dense = gradient.contiguous();
            int width = table.Gradient.Width;
            float* row = dense.Pointer();
            for (int t = 0, i = 0; t < batch.Time; t++)
                for (int b = 0; b < batch.Size; b++, i++, row += width)
                    if (t < batch.Lengths[b])
                        table.Gradient.Add(batch.Tokens[i], new ReadOnlySpan<float>(row, width));
            return [null, null, null]; // the table's gradient is in RowGradient
        }, inputs: 3);
    }
}
